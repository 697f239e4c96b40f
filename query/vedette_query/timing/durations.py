"""Durations: read from `5m`, `1w` or `PT1H30M`, printed as `5m` or `PT5M`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vedette_query.errors import BadRequest

_MS: Final = 1_000_000
_SECOND: Final = 1000 * _MS
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_LIMIT: Final = 1 << 63  # of a Java long, in seconds and in units

_UNITS: Final = {
    **dict.fromkeys(("ns",), 1),
    **dict.fromkeys(("us", "μs", "µs"), 1000),
    **dict.fromkeys(("ms",), _MS),
    **dict.fromkeys(("s", "second", "seconds"), _SECOND),
    **dict.fromkeys(("m", "min", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("h", "hour", "hours"), _HOUR),
    **dict.fromkeys(("d", "day", "days"), _DAY),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7 * _DAY),
    **dict.fromkeys(("month", "months"), 30 * _DAY),
    **dict.fromkeys(("y", "year", "years"), 365 * _DAY),
}
_NAMES: Final = (("w", 7 * _DAY), ("d", _DAY), ("h", _HOUR), ("m", _MINUTE), ("s", _SECOND))

_AT: Final = re.compile(r"(\d+)([a-zμµ]+)", re.ASCII)
_ISO: Final = re.compile(
    r"([+-]?)P(?:([+-]?\d+)D)?(?:(T)(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?)(\d+)(?:[.,](\d{0,9}))?S)?)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class Duration:
    """A length of time in nanoseconds; may be negative in ISO form."""

    ns: int = 0

    @property
    def ms(self) -> int:
        """Whole milliseconds, rounded down."""
        return self.ns // _MS

    def __bool__(self) -> bool:
        return self.ns != 0

    def __str__(self) -> str:
        """The largest unit of `w d h m s` that is exact; zero is `0w`, less than a second is ISO."""
        for name, length in _NAMES:
            if self.ns % length == 0 and self.ns >= 0:
                return f"{self.ns // length}{name}"
        return self.iso

    @property
    def iso(self) -> str:
        """As Java's `Duration` prints it: `PT5M`, `PT24H`, `PT1.5S`, `PT0S`."""
        if self.ns == 0:
            return "PT0S"
        sign = -1 if self.ns < 0 else 1
        minutes, ns = divmod(abs(self.ns), _MINUTE)
        hours, minutes = divmod(minutes, 60)
        seconds, fraction = divmod(ns, _SECOND)
        text = "PT"
        if hours:
            text += f"{sign * hours}H"
        if minutes:
            text += f"{sign * minutes}M"
        if ns:
            tail = f".{fraction:09d}".rstrip("0") if fraction else ""
            text += f"{'-' if sign < 0 else ''}{seconds}{tail}S"
        return text


ZERO: Final = Duration()


def from_ms(ms: int) -> Duration:
    return Duration(ms * _MS)


def parse_duration(text: str) -> Duration:
    """Read a duration; raises `BadRequest` (`unknown unit x`, `invalid period X`)."""
    at = _AT.fullmatch(text)
    if at:
        unit = _UNITS.get(at.group(2))
        if unit is None:
            raise BadRequest(f"unknown unit {at.group(2)}")
        return _limited(int(at.group(1)) * unit if len(at.group(1)) < 20 else _LIMIT * _SECOND, text)
    if not text.startswith("P"):
        raise BadRequest(f"invalid period {text}")
    return _limited(_parse_iso(text), text)


def _parse_iso(text: str) -> int:
    found = _ISO.fullmatch(text)
    if not found or len(text) > 80:
        raise BadRequest(f"invalid period {text}")
    sign, days, t, hours, minutes, seconds_sign, seconds, fraction = found.groups()
    if not any((days, hours, minutes, seconds)) or (t and not any((hours, minutes, seconds))):
        raise BadRequest(f"invalid period {text}")
    part = int(seconds or 0) * _SECOND + int((fraction or "").ljust(9, "0") or 0)
    total = int(days or 0) * _DAY + int(hours or 0) * _HOUR + int(minutes or 0) * _MINUTE
    total += -part if seconds_sign == "-" else part
    return -total if sign == "-" else total


def _limited(ns: int, text: str) -> Duration:
    if abs(ns) >= _LIMIT * _SECOND:
        raise BadRequest(f"invalid period {text}")
    return Duration(ns)
