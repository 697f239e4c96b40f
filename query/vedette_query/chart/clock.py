"""Ticks of a time axis on round times of a zone, through changes of its clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from vedette_query.chart.chart import Tick

_SECOND: Final = 1000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

_CLOCK: Final = (
    *((1, 1), (2, 1), (5, 1), (10, 2), (20, 5), (50, 10), (100, 20), (200, 50), (500, 100)),
    *((_SECOND * n, _SECOND * m // 5) for n, m in ((1, 1), (2, 2), (5, 5), (10, 10), (15, 25), (30, 50))),
    *((_MINUTE, 10 * _SECOND), (2 * _MINUTE, 30 * _SECOND), (5 * _MINUTE, _MINUTE), (10 * _MINUTE, 2 * _MINUTE)),
    *((15 * _MINUTE, 5 * _MINUTE), (30 * _MINUTE, 10 * _MINUTE), (_HOUR, 10 * _MINUTE), (2 * _HOUR, 30 * _MINUTE)),
    *((3 * _HOUR, _HOUR), (4 * _HOUR, _HOUR), (6 * _HOUR, 2 * _HOUR), (8 * _HOUR, 2 * _HOUR), (12 * _HOUR, 3 * _HOUR)),
)
"""Steps by the clock in ms between labelled ticks, and between all of them."""

_DAYS: Final = ((1, 0), (2, 1), (7, 1), (14, 7))
"""Steps in days between labelled ticks, and between all of them (0: each 6 hours). Weeks begin on Monday."""

_MONTHS: Final = ((1, 0), (2, 1), (3, 1), (6, 1), (12, 3), (24, 6), (60, 12), (120, 24), (240, 60), (600, 120))
"""Steps in months between labelled ticks, and between all of them (0: each week)."""

_MONDAY: Final = date(1970, 1, 5).toordinal()
_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH: Final = 30 * _DAY
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def time_ticks(start_ms: int, end_ms: int, zone: tzinfo, count: int) -> tuple[Tick, ...]:
    """The ticks from `start_ms` to `end_ms`, both included, with about `count` labelled ones at most."""
    least = (end_ms - start_ms) / count
    times = _Times(start_ms, end_ms, zone)
    for major, minor in _CLOCK:
        if major >= least:
            return _ticks(times.clock(major), times.clock(minor), _clock_label, zone)
    for days, minor in _DAYS:
        if days * _DAY >= least:
            small = times.days(minor) if minor else times.clock(6 * _HOUR)
            return _ticks(times.days(days), small, _day_label, zone)
    for months, minor in _MONTHS:
        if months * _MONTH >= least:
            small = times.months(minor) if minor else times.days(7)
            return _ticks(times.months(months), small, _month_label, zone)
    months = 1200
    while months * _MONTH < least:
        months *= 2
    return _ticks(times.months(months), times.months(months // 4), _month_label, zone)


def at(ms: int, zone: tzinfo) -> datetime:
    """A time of the epoch in a zone."""
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone)


@dataclass(frozen=True)
class _Times:
    """Round times of a zone within a span, in epoch ms."""

    start_ms: int
    end_ms: int
    zone: tzinfo

    def clock(self, step_ms: int) -> Iterator[int]:
        """Times whose clock shows a multiple of a step of up to half a day."""
        for start, end, offset in self._stretches():
            yield from range(start + (-start - offset) % step_ms, end, step_ms)

    def days(self, step: int) -> Iterator[int]:
        """Beginnings of days, each `step` of them counted from a Monday."""
        first, last = at(self.start_ms, self.zone).date(), at(self.end_ms, self.zone).date()
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            if (ordinal - _MONDAY) % step == 0:
                yield from self._midnight(date.fromordinal(ordinal))

    def months(self, step: int) -> Iterator[int]:
        """Beginnings of months, each `step` of them counted from a January."""
        first, last = at(self.start_ms, self.zone), at(self.end_ms, self.zone)
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            if month % step == 0:
                yield from self._midnight(date(month // 12, month % 12 + 1, 1))

    def _midnight(self, day: date) -> Iterator[int]:
        """The beginning of a day, if it is within the span; a day that lacks its midnight begins later."""
        begin = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        ms = (begin - _EPOCH) // timedelta(milliseconds=1)
        if self.start_ms <= ms <= self.end_ms:
            yield ms

    def _stretches(self) -> Iterator[tuple[int, int, int]]:
        """The span in parts (start, exclusive end) without a change of the clocks, with their offset in ms."""
        start, end = self.start_ms, self.end_ms + 1
        while start < end:
            offset, until = self._offset(start), start
            while until < end - 1 and self._offset(until) == offset:
                until = min(until + _DAY, end - 1)
            same = self._offset(until) == offset
            until = end if same else self._change(max(start, until - _DAY), until, offset)
            yield start, until, offset
            start = until

    def _change(self, before: int, after: int, offset: int) -> int:
        """The first time with another offset than `before` has."""
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if self._offset(middle) == offset else (before, middle)
        return after

    def _offset(self, ms: int) -> int:
        shift = at(ms, self.zone).utcoffset()
        return 0 if shift is None else shift // timedelta(milliseconds=1)


def _ticks(
    majors: Iterator[int], minors: Iterator[int], label: Callable[[datetime], str], zone: tzinfo
) -> tuple[Tick, ...]:
    labelled = set(majors)
    return tuple(
        Tick(float(ms), label(at(ms, zone)) if ms in labelled else "", ms in labelled)
        for ms in sorted(labelled.union(minors))
    )


def _clock_label(time: datetime) -> str:
    if time.microsecond:
        return f".{time.microsecond // 1000:03}"
    if time.second:
        return f":{time.second:02}"
    return f"{time.hour:02}:{time.minute:02}" if time.hour or time.minute else _day(time)


def _day_label(time: datetime) -> str:
    return _day(time) if time.month > 1 or time.day > 1 else str(time.year)


def _day(time: datetime) -> str:
    return f"{_NAMES[time.month - 1]}{time.day:02}"


def _month_label(time: datetime) -> str:
    return _NAMES[time.month - 1] if time.month > 1 else str(time.year)
