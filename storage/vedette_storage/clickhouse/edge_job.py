"""Brings the edges up to date with the facts, over the windows that are marked dirty.

It computes what the facts say now, writes what differs, and only then clears the marks that it read before it looked
at the facts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Final

from vedette_storage.authors import HOLD_MS
from vedette_storage.clickhouse import edge_sql, tables, windows
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.tables import Retention
from vedette_storage.clickhouse.windows import WINDOW_MS, Mark

logger = logging.getLogger(__name__)

_AT_ONCE: Final = 10
"""Windows derived by one statement: bounds its memory while a long backfill is worked off."""

_PER_RUN: Final = 120
"""Dirty windows of one run, newest first, so that a backfill does not keep the present waiting."""

_PENDING: Final = """\
SELECT signal, toInt64(toUnixTimestamp(window)) * 1000 AS window_ms, mark
FROM dirty_windows FINAL
WHERE cleared = 0 AND signal IN ('samples', 'spans') AND window IN (
    SELECT DISTINCT window FROM dirty_windows FINAL
    WHERE cleared = 0 AND signal IN ('samples', 'spans')
    ORDER BY window DESC LIMIT {limit:UInt64}
)"""


class EdgeJob:
    """Derives the edges of one store."""

    def __init__(self, connections: Connections, step_ms: int, retention: Retention) -> None:
        self._connections = connections
        self._step_ms = step_ms
        self._retention = retention

    def run(self, now_ms: int) -> int:
        """Derive the dirty windows; how many there were. Raises `Unavailable`, `Refused`; repeating is always right.

        A window of spans stays dirty until `HOLD_MS` after its end, because halves that are still alone then count.
        """
        marks = self._pending()
        kept_since = self._kept_since(now_ms)
        dirty = {mark.window_ms for mark in marks}
        for after_ms, until_ms in ranges(window for window in dirty if window > kept_since):
            statement = edge_sql.derive_edges(after_ms, until_ms, self._step_ms, now_ms)
            self._connections.command(statement.text, statement.parameters)
        done = [mark for mark in marks if mark.signal == "samples" or mark.window_ms + HOLD_MS <= now_ms]
        self._connections.insert(tables.DIRTY_WINDOWS.name, windows.rows((), cleared=done))
        if marks:
            logger.debug("Derived edges of %d windows, cleared %d of %d marks", len(dirty), len(done), len(marks))
        return len(dirty)

    def _pending(self) -> list[Mark]:
        table = self._connections.query(_PENDING, {"limit": _PER_RUN})
        columns = (table[name].to_pylist() for name in ("signal", "window_ms", "mark"))
        return [Mark(signal, window_ms, id_) for signal, window_ms, id_ in zip(*columns, strict=True)]

    def _kept_since(self, now_ms: int) -> int:
        """The age from which facts may have expired. What was derived from them must not be derived from nothing."""
        days = min((days for days in (self._retention.samples, self._retention.spans) if days), default=0)
        return now_ms - days * 86_400_000 + 2 * 3_600_000 if days else 0


def ranges(dirty: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The dirty windows with a neighbour on each side, as spans of time (after, until], in order.

    The neighbours hold what a late fact changes outside its own minute: the other half of a pair, the author of the
    next minute.
    """
    widened = sorted({window + shift for window in dirty for shift in (-WINDOW_MS, 0, WINDOW_MS)})
    start = 0
    for index, window in enumerate(widened):
        last = index + 1 == len(widened)
        if last or widened[index + 1] != window + WINDOW_MS or index + 1 - start == _AT_ONCE:
            yield widened[start] - WINDOW_MS, window
            start = index + 1
