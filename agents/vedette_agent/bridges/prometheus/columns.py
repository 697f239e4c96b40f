"""Columns: the series under which somebody else's samples are reported, and their values of the present step."""

from __future__ import annotations

import math
from collections.abc import Iterable

from vedette_agent.bridges.prometheus.names import tags_of
from vedette_agent.cardinality import Limiter, Limits
from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import IDLE_MS
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE, RATE

Labels = tuple[tuple[str, str], ...]
_Key = tuple[str, Labels, str, str | None]


class _Column:
    __slots__ = ("active_ms", "reported", "series", "value")

    def __init__(self, series: Series) -> None:
        self.series = series
        self.value = math.nan
        self.active_ms = -1
        self.reported = False


class Columns:
    """Rates and levels by name, labels and statistic. A series that is there twice, since labels were beyond a limit or
    differ only in what is not permitted here, is the sum of its rates, or the greatest of its levels.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._limiter = Limiter(limits)
        self._known: dict[_Key, _Column] = {}
        self._columns: dict[object, _Column] = {}
        self._ended: list[Series] = []
        self.dropped = 0
        """Values of the step that found no column, since there are as many as the limit on meters allows."""

    def __len__(self) -> int:
        return len(self._columns)

    def add(self, name: str, labels: Labels, statistic: str, rate: float, percentile: str | None = None) -> None:
        """So much more per second."""
        column = self._known.get((name, labels, statistic, percentile)) or self._find(
            RATE, (name, labels, statistic, percentile)
        )
        if column is not None:
            column.value = rate if math.isnan(column.value) else column.value + rate

    def hold(self, name: str, labels: Labels, value: float) -> None:
        """So much now; what is not finite is nothing."""
        if math.isfinite(value):
            column = self._known.get((name, labels, "gauge", None)) or self._find(GAUGE, (name, labels, "gauge", None))
            if column is not None:
                column.value = value if math.isnan(column.value) else max(column.value, value)

    def take(self, now_ms: int) -> list[tuple[Series, float]]:
        """The values of the step, and begin the next. A rate that was zero for 15 minutes is left out."""
        measured = []
        gone = False
        for column in self._columns.values():
            value, column.value = column.value, math.nan
            here = not math.isnan(value)
            if column.active_ms < 0 or (here and (value > 0 or column.series.kind == GAUGE)):
                column.active_ms = now_ms
            idle = now_ms - column.active_ms > IDLE_MS
            if here and not idle:
                column.reported = True
                measured.append((column.series, value))
            elif idle or column.series.kind == GAUGE:
                if column.reported:
                    self._ended.append(column.series)
                column.reported = False
                if not here:
                    column.active_ms = -1
                    gone = True
        if gone:
            self._forget()
        return measured

    def clear_step(self) -> None:
        """Begin the step anew."""
        for column in self._columns.values():
            column.value = math.nan

    def series(self) -> list[Series]:
        """The series that are reported."""
        return [column.series for column in self._columns.values() if column.reported]

    def ended(self) -> Iterable[Series]:
        """Series that are reported no longer, told once."""
        ended, self._ended = self._ended, []
        return ended

    def _find(self, kind: str, key: _Key) -> _Column | None:
        name, labels, statistic, percentile = key
        meter_id = MeterId(name, tags_of(dict(labels))).sanitised()
        admitted = self._limiter.admit(meter_id)
        series = Series(kind, admitted, statistic, percentile)
        column = self._columns.get(series.key)
        if column is None:
            if len(self._columns) >= self._limits.meters:
                self.dropped += 1
                return None
            column = self._columns[series.key] = _Column(series)
        if admitted is meter_id:  # others are looked up anew each time: theirs may be any number
            self._known[key] = column
        return column

    def _forget(self) -> None:
        """Forget columns that are gone: marked by having never been active, which all others were by now."""
        self._columns = {key: column for key, column in self._columns.items() if column.active_ms >= 0}
        self._known = {key: column for key, column in self._known.items() if column.active_ms >= 0}
        self._limiter.keep_only(column.series.key[0] for column in self._columns.values())
