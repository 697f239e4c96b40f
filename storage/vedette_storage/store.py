"""The doors of storage: what may be written and what may be asked. ClickHouse and memory stand behind them."""

from __future__ import annotations

from typing import Protocol

from vedette_storage.asker import Asker
from vedette_storage.columns import Block
from vedette_storage.edges import Edge
from vedette_storage.predicate import Predicate
from vedette_storage.selection import Lines, Selection
from vedette_storage.traces import Span, TraceSearch, TraceSummary


class BlockWriter(Protocol):
    """Takes sealed blocks."""

    def write(self, block: Block) -> None:
        """Store one block: dirty windows, series, facts, in this order. Repeating it changes no count.

        Raises `Unavailable` when the caller should keep the block and try again, `Refused` when that is no use.
        """
        ...


class SampleReader(Protocol):
    """Answers questions about samples and about the tags of series. Any thread may ask."""

    def read(self, selection: Selection, asker: Asker | None = None) -> Lines:
        """The answer to a selection, for somebody who may leave before it is there, or has little time."""
        ...

    def tag_keys(self, predicate: Predicate | None, *, after: str = "", limit: int = 1000) -> list[str]:
        """Tag keys (with `name`) of the matching series, ascending, strictly greater than `after`."""
        ...

    def tag_values(
        self, key: str, predicate: Predicate | None, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, int]]:
        """Values of one key with the number of series that carry each, ascending, strictly greater than `after`."""
        ...


class SpanReader(Protocol):
    """Finds and reads traces."""

    def search(self, search: TraceSearch) -> list[TraceSummary]: ...

    def trace(self, trace_id: str) -> list[Span]:
        """All spans of one trace, by start; empty when it is unknown."""
        ...

    def operations(self, app: str, start_ms: int, end_ms: int) -> list[str]: ...


class EdgeReader(Protocol):
    """Reads the derived edges."""

    def edges(self, start_ms: int, end_ms: int) -> list[Edge]:
        """Edges over the steps in (start_ms, end_ms], summed to one `Edge` for each pair and protocol."""
        ...

    def latest(self) -> int | None:
        """Time (ms) of the newest derived step, or None while there is none."""
        ...


class Store(Protocol):
    """A store, open. `step_ms` is its primary step, fixed when it was created."""

    @property
    def step_ms(self) -> int: ...

    @property
    def writer(self) -> BlockWriter: ...

    @property
    def samples(self) -> SampleReader: ...

    @property
    def spans(self) -> SpanReader: ...

    @property
    def edges(self) -> EdgeReader: ...

    def derive(self, now_ms: int) -> int:
        """Run the deriving job once over the dirty windows; the number of windows it derived. Idempotent."""
        ...

    def ping(self) -> None:
        """Raise `Unavailable` when the database does not answer."""
        ...

    def close(self) -> None:
        """Cancel what runs, join it, and let go of the database. Safe to call twice."""
        ...
