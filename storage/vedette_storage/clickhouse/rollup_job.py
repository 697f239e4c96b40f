"""Brings the rollups up to date with the raw samples, over the windows that are marked dirty.

A window is derived once it is over and its samples have come, newest first, so that a backfill does not keep the
present waiting. What it is made of may be older than a rollup needs: a window whose samples may have expired is left as
it is, because it must not be derived from nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from vedette_storage.clickhouse import rollup_sql, tables, windows
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.layers import Layer, Layers, Rollup
from vedette_storage.clickhouse.windows import Mark
from vedette_storage.errors import Refused

logger = logging.getLogger(__name__)

SETTLED_MS: Final = 30_000
"""How long after its end the samples of a window are taken to have come; a scraped counter takes two steps."""

_TOGETHER_MS: Final = {60_000: 300_000, 3_600_000: 3_600_000}
"""Windows that end in one such span are derived together, once it is over, by the width of the rollup: an insert costs
as much as thousands of rows, and the raw samples of few minutes lie in one part with those of many."""

_REST_MS: Final = 300_000
"""A window that was derived is derived again after this time at the earliest: late samples come one by one, and each
makes the whole window dirty. Meanwhile it is read from the layer below, so no answer waits for it."""

_BUDGET_S: Final = 2.0
"""Time of one run, after which no further portion is begun: reads need the machine too, and so do the edges."""

_AT_ONCE_MS: Final = {60_000: 4 * 3_600_000, 3_600_000: 24 * 3_600_000}
"""What one statement derives at most, by the width of the rollup: a whole partition of minutes, which then is one part
and is read without a merge."""

_PATIENCE_S: Final = 4.0
"""What took longer than this is done in halves the next time."""

_CLOSE: Final = 5
"""Windows no further apart than this many are derived together with those between them: that harms nothing, and two
statements for each single one would cost more."""

_MARKS: Final = 50_000
"""Marks that a run looks at, those of the newest windows."""

_ORPHANED_MINUTES: Final = 15
"""A block that has been being written for so long never will be: its writer died."""

_DIRTY: Final = f"""\
SELECT signal, toInt64(toUnixTimestamp(window)) * 1000 AS window_ms, mark,
    signal = 'writing' AND marked >= now('UTC') - INTERVAL {_ORPHANED_MINUTES} MINUTE AS unfinished
FROM dirty_windows FINAL
WHERE cleared = 0 AND signal IN {{signals:Array(String)}}
ORDER BY window DESC LIMIT {{limit:UInt64}}"""


@dataclass(frozen=True)
class Dirty:
    """The marks of each rollup by window, and the windows of the finest one in which a block is being written."""

    marks: dict[Rollup, dict[int, list[Mark]]]
    written: set[int]

    def of(self, rollup: Rollup) -> set[int]:
        """The windows that cannot be relied on."""
        finest = next(iter(self.marks))
        return set(self.marks[rollup]) | (self.written if rollup is finest else set())


class RollupJob:
    """Derives the rollups of one store."""

    def __init__(self, connections: Connections, layers: Layers, clock: Callable[[], float] = time.monotonic) -> None:
        self._connections = connections
        self._layers = layers
        self._clock = clock
        self._at_once_ms = dict(_AT_ONCE_MS)
        self._derived: dict[tuple[Rollup, int], int] = {}  # when each window was derived last

    def run(self, now_ms: int) -> int:
        """Derive dirty windows, the finer rollup first; how many. Raises `Unavailable`, `Refused`."""
        if not self._layers.rollups:
            return 0
        self._derived = {key: at for key, at in self._derived.items() if at <= now_ms < at + _REST_MS}
        until = self._clock() + _BUDGET_S
        dirty = self._dirty()
        below: Layer = self._layers.raw
        count = 0
        for rollup in self._layers.rollups:
            count += self._roll_up(below, rollup, dirty, now_ms, until)
            below = rollup
        return count

    def _roll_up(self, below: Layer, rollup: Rollup, dirty: Dirty, now_ms: int, until: float) -> int:
        """Derive the ripe windows of one rollup, as far as time allows; how many. `dirty` is kept up to date."""
        own = dirty.marks[rollup]
        expired = [window for window in own if window - rollup.width_ms < below.kept_since(now_ms)]
        self._clear(rollup, dirty, expired)
        ripe = [window for window in own if self._is_ripe(rollup, window, now_ms)]
        stale = {_end(window, rollup.width_ms) for finer in self._layers.finer(rollup) for window in dirty.of(finer)}
        count = 0
        for portion in portions(set(ripe) - stale, rollup.width_ms, self._at_once_ms[rollup.width_ms]):
            began = self._clock()
            self._derive(below, rollup, portion, now_ms)
            self._clear(rollup, dirty, portion, derived=True)
            if self._clock() > began + _PATIENCE_S:
                self._halve(rollup)
            self._derived |= dict.fromkeys(((rollup, window) for window in portion), now_ms)
            count += len(portion)
            if self._clock() > until:
                break
        if own:
            logger.debug("Rolled %d dirty windows up to %s, %d remain", count, rollup.table, len(own))
        return count

    def _is_ripe(self, rollup: Rollup, window: int, now_ms: int) -> bool:
        over = _end(window, _TOGETHER_MS[rollup.width_ms]) + SETTLED_MS <= now_ms
        return over and (rollup, window) not in self._derived

    def _dirty(self) -> Dirty:
        signals = ["writing", *(rollup.signal for rollup in self._layers.rollups)]
        table = self._connections.query(_DIRTY, {"signals": signals, "limit": _MARKS})
        rollups = {rollup.signal: rollup for rollup in self._layers.rollups}
        rollups["writing"] = self._layers.rollups[0]
        dirty = Dirty({rollup: {} for rollup in self._layers.rollups}, set())
        columns = (table[name].to_pylist() for name in ("signal", "window_ms", "mark", "unfinished"))
        for signal, window_ms, id_, unfinished in zip(*columns, strict=True):
            if unfinished:
                dirty.written.add(window_ms)
            else:
                dirty.marks[rollups[signal]].setdefault(window_ms, []).append(Mark(signal, window_ms, id_))
        return dirty

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
            self._halve(rollup)  # it may have been too much at once
            raise

    def _halve(self, rollup: Rollup) -> None:
        self._at_once_ms[rollup.width_ms] = max(rollup.width_ms, self._at_once_ms[rollup.width_ms] // 2)

    def _clear(self, rollup: Rollup, dirty: Dirty, windows_ms: Iterable[int], *, derived: bool = False) -> None:
        """Clear the marks of some windows, and mark what is made of them if they were derived; all at once."""
        cleared = [mark for window in windows_ms for mark in dirty.marks[rollup].pop(window)]
        above = self._layers.above(rollup) if derived else None
        marked: list[Mark] = []
        if above is not None:
            marked = windows.marks(
                (above.signal, end) for end in {_end(one.window_ms, above.width_ms) for one in cleared}
            )
            for mark in marked:
                dirty.marks[above].setdefault(mark.window_ms, []).append(mark)
        self._connections.insert(tables.DIRTY_WINDOWS.name, windows.rows(marked, cleared=cleared))


def portions(dirty: Iterable[int], width_ms: int, span_ms: int) -> Iterator[list[int]]:
    """Windows (by their ends) that follow each other closely and lie in one span, each in order, newest first."""
    portion: list[int] = []
    for window in sorted(dirty, reverse=True):
        if portion:
            same_span = (window - width_ms) // span_ms == (portion[0] - width_ms) // span_ms
            if not same_span or window < portion[0] - _CLOSE * width_ms:
                yield portion
                portion = []
        portion.insert(0, window)
    if portion:
        yield portion


def _end(time_ms: int, width_ms: int) -> int:
    """The end of the window that a time lies in."""
    return -(-time_ms // width_ms) * width_ms
