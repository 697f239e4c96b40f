"""Numbers and times as people read them: one way for each kind of quantity.

A value that is not there (None or NaN) is an en dash; a value that is zero is `0`: never the one for the other.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ABSENT = "–"
_SPACE = "\u202f"  # narrow, and no line break between a number and its unit


def absent(value: float | None) -> bool:
    """Whether there is no number to show."""
    return value is None or not math.isfinite(value)


def number(value: float | None) -> str:
    """Three significant digits, with k, M, G above 10,000: `0.0420`, `3.21`, `118`, `4,096`, `12.3k`, `1.20M`."""
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.001:
        return f"{value:.2e}"
    for limit, unit in ((9.995e12, "T"), (9.995e9, "G"), (9.995e6, "M"), (9_999.5, "k")):
        if size >= limit:
            scale = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[unit]
            return _digits(value / scale) + unit
    return f"{value:,.0f}" if size >= 999.5 else _digits(value)


def rate(value: float | None) -> str:
    """Events each second: `12.3/s`."""
    return ABSENT if absent(value) else f"{number(value)}/s"


def percent(value: float | None) -> str:
    """A share in per cent: `4.2 %`, `0 %`, `<0.1 %`, `38 %`."""
    if value is None or absent(value):
        return ABSENT
    if value == 0:
        text = "0"
    elif 0 < value < 0.05:
        text = "<0.1"
    else:
        text = f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"
    return f"{text}{_SPACE}%"


def duration(seconds: float | None) -> str:
    """A time span: `420 µs`, `1.25 ms`, `118 ms`, `1.24 s`, `2 min 5 s`, `3 h 20 min`."""
    if seconds is None or absent(seconds):
        return ABSENT
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds == 0:
        return f"0{_SPACE}ms"
    for limit, scale, unit in ((0.9995e-3, 1e6, "µs"), (0.9995, 1e3, "ms"), (59.95, 1.0, "s")):
        if seconds < limit:
            return f"{_digits(seconds * scale)}{_SPACE}{unit}"
    return _long(round(seconds))


def period(seconds: float | None) -> str:
    """A length of time that was chosen, so without false digits: `10 s`, `30 s`, `5 min`, `0 s`."""
    if seconds is None or absent(seconds):
        return ABSENT
    return _long(round(seconds)) if seconds == round(seconds) else duration(seconds)


def age(seconds: float | None) -> str:
    """How long ago, coarse: `7 s`, `3 min`, `2 h`, `5 d`."""
    if seconds is None or absent(seconds):
        return ABSENT
    for limit, scale, unit in ((90, 1, "s"), (90 * 60, 60, "min"), (36 * 3600, 3600, "h")):
        if seconds < limit:
            return f"{max(0, round(seconds / scale))}{_SPACE}{unit}"
    return f"{round(seconds / 86_400)}{_SPACE}d"


def zone(name: str) -> ZoneInfo:
    """The time zone of that name; UTC when there is none such."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def clock(ms: float | None, tz: str, *, now_ms: float | None = None) -> str:
    """A moment: `14:03:10`, and with its day, `22 Nov 14:03:10`, when that is not the day of `now_ms`."""
    if ms is None or absent(ms):
        return ABSENT
    moment = datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone(tz))
    if now_ms is not None and datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone(tz)).date() == moment.date():
        return f"{moment:%H:%M:%S}"
    return f"{moment.day} {moment:%b %H:%M:%S}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 span`, `2 spans`, `3 entries`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _digits(value: float) -> str:
    size = abs(value)
    if size < 0.9995:
        text = f"{value:#.3g}"
    elif size < 9.995:
        text = f"{value:.2f}"
    elif size < 99.95:
        text = f"{value:.1f}"
    else:
        text = f"{value:.0f}"
    return text


def _long(seconds: int) -> str:
    for size, unit, rest_size, rest_unit in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            tail = rest // rest_size
            text = f"{whole}{_SPACE}{unit}"
            return f"{text} {tail}{_SPACE}{rest_unit}" if tail else text
    return f"{seconds}{_SPACE}s"
