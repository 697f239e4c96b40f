"""Brings the rollups up to date with the raw samples, over the windows that are marked dirty.

A window is derived once it is over and its samples have come, newest first, so that a backfill does not keep the
present waiting. What it is made of may be older than a rollup needs: a window whose samples may have expired is left as
it is, because it must not be derived from nothing.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from vedette_storage.clickhouse import rollup_sql, tables, windows
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.layers import Layer, Layers, Rollup
from vedette_storage.clickhouse.windows import Mark
from vedette_storage.errors import Refused

logger = logging.getLogger(__name__)

SETTLED_MS: Final = 30_000
"""How long after its end the samples of a window are taken to have come; a scraped counter takes two steps."""

_RESTS: Final = 6
"""A window that was derived is derived again after this part of its width at the earliest: late samples come one by
one, and each makes the whole window dirty. Meanwhile it is read from the layer below, so no answer waits for it."""

_BUDGET_S: Final = 2.0
"""Time of one run, after which no further portion is begun: reads need the machine too, and so do the edges."""

_WINDOWS: Final = 1000
"""Dirty windows that one run looks at."""

_SPAN_MS: Final = {60_000: 3_600_000, 3_600_000: 6 * 3_600_000}
"""What one statement derives at most, by the width of the rollup: about as many rows in each case."""

_ORPHANED_MINUTES: Final = 15
"""A block that has been being written for so long never will be: its writer died."""

_DIRTY: Final = f"""\
cleared = 0 AND (signal = {{signal:String}} OR ({{finest:UInt8}} AND signal = 'writing'
            AND marked < now('UTC') - INTERVAL {_ORPHANED_MINUTES} MINUTE))"""

_PENDING: Final = f"""\
SELECT signal, toInt64(toUnixTimestamp(window)) * 1000 AS window_ms, mark
FROM dirty_windows FINAL
WHERE {_DIRTY}
    AND window IN (
        SELECT DISTINCT window FROM dirty_windows FINAL
        WHERE {_DIRTY}
            AND window <= toDateTime({{settled:Int64}}, 'UTC')
            AND window NOT IN (
                SELECT toDateTime(intDiv(toUnixTimestamp(window) + {{width:UInt32}} - 1, {{width:UInt32}})
                    * {{width:UInt32}}, 'UTC')
                FROM dirty_windows FINAL
                WHERE cleared = 0 AND signal IN {{finer:Array(String)}}
            )
        ORDER BY window DESC LIMIT {{limit:UInt64}}
    )"""


class RollupJob:
    """Derives the rollups of one store."""

    def __init__(self, connections: Connections, layers: Layers, clock: Callable[[], float] = time.monotonic) -> None:
        self._connections = connections
        self._layers = layers
        self._clock = clock
        self._span_ms = dict(_SPAN_MS)
        self._derived: dict[tuple[Rollup, int], int] = {}  # when each window was derived last

    def run(self, now_ms: int) -> int:
        """Derive dirty windows, the finer rollup first; how many. Raises `Unavailable`, `Refused`."""
        self._derived = {key: at for key, at in self._derived.items() if not _rested(key[0], at, now_ms)}
        until = self._clock() + _BUDGET_S
        below: Layer = self._layers.raw
        count = 0
        for rollup in self._layers.rollups:
            count += self._roll_up(below, rollup, now_ms, until)
            below = rollup
        return count

    def _roll_up(self, below: Layer, rollup: Rollup, now_ms: int, until: float) -> int:
        marks = self._pending(rollup, now_ms)
        expired = {window for window in marks if window - rollup.width_ms < below.kept_since(now_ms)}
        self._clear(marks, expired)
        ripe = [window for window in marks if window not in expired and (rollup, window) not in self._derived]
        count = 0
        for portion in portions(ripe, rollup.width_ms, self._span_ms[rollup.width_ms]):
            self._derive(below, rollup, portion, now_ms)
            self._clear(marks, portion, self._coarser(rollup, portion))
            self._derived |= dict.fromkeys(((rollup, window) for window in portion), now_ms)
            count += len(portion)
            if self._clock() > until:
                break
        if marks:
            logger.debug("Rolled %d of %d dirty windows up to %s", count, len(marks), rollup.table)
        return count

    def _pending(self, rollup: Rollup, now_ms: int) -> dict[int, list[Mark]]:
        """The marks of windows that are over, of which nothing finer is dirty; by window, newest first."""
        finer = self._layers.finer(rollup)
        parameters = {
            "signal": rollup.signal,
            "finest": int(not finer),
            "finer": ["writing", *(one.signal for one in finer)] if finer else [],
            "width": rollup.width_ms // 1000,
            "settled": (now_ms - SETTLED_MS) // 1000,
            "limit": _WINDOWS,
        }
        table = self._connections.query(_PENDING, parameters)
        marks: defaultdict[int, list[Mark]] = defaultdict(list)
        columns = (table[name].to_pylist() for name in ("signal", "window_ms", "mark"))
        for signal, window_ms, id_ in zip(*columns, strict=True):
            marks[window_ms].append(Mark(signal, window_ms, id_))
        return dict(sorted(marks.items(), reverse=True))

    def _derive(self, below: Layer, rollup: Rollup, portion: list[int], now_ms: int) -> None:
        after_ms, until_ms = portion[0] - rollup.width_ms, portion[-1]
        if isinstance(below, Rollup):
            statements = rollup_sql.from_rollup(below, rollup, after_ms, until_ms, now_ms)
        else:
            statements = rollup_sql.from_samples(below, rollup, after_ms, until_ms, now_ms)
        try:
            for statement in statements:
                self._connections.command(statement.text, statement.parameters)
        except Refused:
            # Too much at once, it may be: less the next time, down to a single window.
            self._span_ms[rollup.width_ms] = max(rollup.width_ms, self._span_ms[rollup.width_ms] // 2)
            raise

    def _coarser(self, rollup: Rollup, portion: Iterable[int]) -> list[Mark]:
        """New marks for what is made of these windows."""
        above = self._layers.above(rollup)
        if above is None:
            return []
        return windows.marks((above.signal, end) for end in {-(-w // above.width_ms) * above.width_ms for w in portion})

    def _clear(self, marks: dict[int, list[Mark]], done: Collection[int], dirty: Iterable[Mark] = ()) -> None:
        """Clear the marks of what is done, and mark what became dirty by it, all at once."""
        cleared = [mark for window in done for mark in marks[window]]
        self._connections.insert(tables.DIRTY_WINDOWS.name, windows.rows(dirty, cleared=cleared))


def portions(dirty: Iterable[int], width_ms: int, span_ms: int) -> Iterator[list[int]]:
    """Windows (by their ends) that follow each other and lie in one span, each in ascending order, newest first."""
    portion: list[int] = []
    for window in sorted(dirty, reverse=True):
        begins = (window - width_ms) // span_ms != (portion[0] - width_ms) // span_ms if portion else False
        if portion and (begins or window != portion[0] - width_ms):
            yield portion
            portion = []
        portion.insert(0, window)
    if portion:
        yield portion


def _rested(rollup: Rollup, derived_ms: int, now_ms: int) -> bool:
    return not derived_ms <= now_ms < derived_ms + max(60_000, rollup.width_ms // _RESTS)
