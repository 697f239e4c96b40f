"""Times in a zone: marks at round hours, days and months, and the texts for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_SECOND, _MINUTE, _HOUR, _DAY, _MONTH = 1, 60, 3_600, 86_400, 30 * 86_400
_STEPS: Final = (
    *(_SECOND * n for n in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14)),
    *(_MONTH * n for n in (1, 3, 6, 12, 24, 60, 120)),
)
"""Seconds between two marks; a month stands for however many days it has."""

_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def time_marks(start_ms: int, end_ms: int, zone: tzinfo, most: int) -> list[tuple[int, str]]:
    """Round times from start to end (epoch ms), at most about `most`, with their labels.

    They are round in the zone: midnight is where its clocks say so, also on the days when they are changed. A midnight
    is labelled with its date, the first of a month with its name and year where marks are months apart.
    """
    span_s = max(1, (end_ms - start_ms) // 1000)
    step = next((step for step in _STEPS if span_s / step <= max(1, most - 1)), _STEPS[-1])
    times = _months(start_ms, zone, step // _MONTH) if step >= _MONTH else _days(start_ms, zone, step)
    found = []
    for at in times:
        ms = round(at.timestamp() * 1000)
        if ms > end_ms:
            break
        if ms >= start_ms:
            found.append((ms, _label(at, step)))
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


def _days(start_ms: int, zone: tzinfo, step: int) -> Iterator[datetime]:
    """Every `step` seconds after each midnight, or every so many days; whole weeks begin on Mondays."""
    every = max(1, step // _DAY)
    ordinal = moment(start_ms, zone).toordinal()
    ordinal -= (ordinal - 1) % every  # ordinal 1 was a Monday
    while True:
        midnight = datetime.fromordinal(ordinal)
        for seconds in range(0, _DAY, min(step, _DAY)):
            yield (midnight + timedelta(seconds=seconds)).replace(tzinfo=zone)
        ordinal += every


def _months(start_ms: int, zone: tzinfo, every: int) -> Iterator[datetime]:
    """The first of every so many months; where they are a part of a year, January is among them."""
    first = moment(start_ms, zone)
    month = first.year * 12 + first.month - 1
    month -= month % every
    while True:
        yield datetime(month // 12, month % 12 + 1, 1, tzinfo=zone)
        month += every


def _label(at: datetime, step: int) -> str:
    if step >= _MONTH:
        return f"{_NAMES[at.month - 1]} {at.year}"
    if at.hour == at.minute == at.second == 0:
        return f"{at.day} {_NAMES[at.month - 1]}"
    return f"{at:%H:%M:%S}" if step < _MINUTE else f"{at:%H:%M}"
