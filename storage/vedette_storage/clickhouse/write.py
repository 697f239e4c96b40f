"""Writes blocks of raw facts, and marks the windows that must be derived again because of them."""

from __future__ import annotations

from vedette_storage.clickhouse import tables, windows
from vedette_storage.clickhouse.client import Connections
from vedette_storage.columns import Block


class ClickHouseWriter:
    """A `BlockWriter` over ClickHouse. Each insert costs about 10 ms, so a block should hold a second of facts."""

    def __init__(self, connections: Connections, step_ms: int) -> None:
        self._connections = connections
        self._step_ms = step_ms

    def write(self, block: Block) -> None:
        """Mark, write, mark again.

        The first marks cover a crash in the middle of the facts: what was stored is derived even if this block never
        comes back. The job may have read and cleared them before the facts came, hence the second marks.
        """
        dirty = windows.touched(block, self._step_ms)
        self._mark(dirty)
        self._connections.insert(tables.SERIES.name, block.series)
        self._connections.insert(tables.SAMPLES.name, block.samples)
        self._connections.insert(tables.SPANS.name, block.spans)
        self._mark(dirty)

    def _mark(self, dirty: list[tuple[windows.Signal, int]]) -> None:
        self._connections.insert(tables.DIRTY_WINDOWS.name, windows.rows(windows.marks(dirty)))
