"""Times in a zone: marks at round hours and days, and the texts for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3_600, 86_400
_STEPS: Final = (
    *(_SECOND * n for n in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14, 28, 91, 182, 364)),
)
"""Seconds between two marks."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def time_marks(start_ms: int, end_ms: int, zone: tzinfo, most: int) -> list[tuple[int, str]]:
    """Round times from start to end (epoch ms), at most about `most`, with their labels.

    They are round in the zone: midnight is where its clocks say so, also when they were changed that day. Where the day
    changes, or the marks are days apart, the label is a date.
    """
    span_s = max(1, (end_ms - start_ms) // 1000)
    step = next((step for step in _STEPS if span_s / step <= max(1, most - 1)), _STEPS[-1])
    long = span_s > 300 * _DAY
    found: list[tuple[int, str]] = []
    day = None
    for at in _round_times(start_ms, end_ms, zone, step):
        midnight = at.hour == at.minute == at.second == 0
        dated = (midnight and day is not None) or step >= _DAY
        found.append((_ms(at), _date(at, long) if dated else _time(at, seconds=step < _MINUTE)))
        day = at.day
    return found


def moment(ms: int, zone: tzinfo) -> datetime:
    """A time (epoch ms) on the clocks of a zone."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)


def period(ms: int) -> str:
    """A length of time in its largest exact unit: `10 s`, `1 min`, `1 h`."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s")):
        if ms % (unit * 1000) == 0:
            return f"{ms // (unit * 1000)} {name}"
    return f"{ms} ms"


def _round_times(start_ms: int, end_ms: int, zone: tzinfo, step: int) -> Iterator[datetime]:
    """Every `step` seconds after each midnight of the zone, as its clocks show them; whole weeks begin on Mondays."""
    day = moment(start_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    if step > _DAY:
        days = step // _DAY
        ordinal = day.toordinal() // days * days + 1 if days % 7 == 0 else day.toordinal() // days * days
        day = datetime.fromordinal(max(1, ordinal))
    while True:
        within = range(0, _DAY, step) if step < _DAY else (0,)
        for seconds in within:
            at = (day + timedelta(seconds=seconds)).replace(tzinfo=zone)
            if _ms(at) > end_ms:
                return
            if _ms(at) >= start_ms:
                yield at
        day += timedelta(days=max(1, step // _DAY))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _time(at: datetime, *, seconds: bool) -> str:
    return f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"


def _date(at: datetime, long: bool) -> str:
    return f"{_MONTHS[at.month - 1]} {at.year}" if long else f"{at.day} {_MONTHS[at.month - 1]}"
