"""Block writers for tests: real ones that keep everything, or behave like a database in trouble."""

from __future__ import annotations

from threading import Condition

import pyarrow as pa

from vedette_storage.columns import EMPTY_SAMPLES, EMPTY_SERIES, EMPTY_SPANS, Block
from vedette_storage.errors import Unavailable


class NullWriter:
    """Takes everything, keeps nothing."""

    def write(self, block: Block) -> None:
        pass


class AwayWriter:
    """A database that does not answer."""

    def write(self, block: Block) -> None:
        raise Unavailable("the database is away")


class KeepingWriter:
    """Keeps every block in memory, in the order written; `failures` are raised first, one a call."""

    def __init__(self, *failures: Exception) -> None:
        self.blocks: list[Block] = []
        self.failures = list(failures)
        self._changed = Condition()

    def write(self, block: Block) -> None:
        with self._changed:
            if self.failures:
                raise self.failures.pop(0)
            self.blocks.append(block)
            self._changed.notify_all()

    def wait_for(self, rows: int, timeout_s: float = 10.0) -> None:
        """Wait until so many facts are stored."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: sum(block.rows for block in self.blocks) >= rows, timeout_s)
        assert arrived, f"only {sum(block.rows for block in self.blocks)} of {rows} rows were stored"

    @property
    def series(self) -> pa.Table:
        return pa.concat_tables([EMPTY_SERIES, *(block.series for block in self.blocks)])

    @property
    def samples(self) -> pa.Table:
        return pa.concat_tables([EMPTY_SAMPLES, *(block.samples for block in self.blocks)])

    @property
    def spans(self) -> pa.Table:
        return pa.concat_tables([EMPTY_SPANS, *(block.spans for block in self.blocks)])
