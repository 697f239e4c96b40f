"""Writes blocks of raw facts, and marks the windows that must be derived again because of them."""

from __future__ import annotations

import pyarrow as pa

from vedette_storage.clickhouse import tables, windows
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.layers import Rollup
from vedette_storage.columns import Block


class ClickHouseWriter:
    """A `BlockWriter` over ClickHouse. Each insert costs about 10 ms, so a block should hold a second of facts.

    `rollup` is the finest rollup of the store, if it has any.
    """

    def __init__(self, connections: Connections, step_ms: int, rollup: Rollup | None) -> None:
        self._connections = connections
        self._step_ms = step_ms
        self._rollup = rollup

    def write(self, block: Block) -> None:
        """Mark, write, mark again.

        The first marks cover a crash in the middle of the facts: what was stored is derived even if this block never
        comes back. Of edges the job may have read and cleared them before the facts came, hence the second marks.
        Those of rollups stand until the second marks take their place, all in one insert: at no moment can the facts
        be seen, and no mark.
        """
        edges = windows.of_edges(block, self._step_ms)
        rollups = windows.of_rollup(block, self._rollup) if self._rollup else []
        writing = windows.marks(("writing", window) for window in rollups)
        self._mark(windows.rows([*windows.marks(edges), *writing]))
        self._connections.insert(tables.SERIES.name, block.series)
        self._connections.insert(tables.SAMPLES.name, block.samples)
        self._connections.insert(tables.SPANS.name, block.spans)
        written = windows.marks((self._rollup.signal, window) for window in rollups) if self._rollup else []
        self._mark(windows.rows([*windows.marks(edges), *written], cleared=writing))

    def _mark(self, rows: pa.Table) -> None:
        self._connections.insert(tables.DIRTY_WINDOWS.name, rows)
