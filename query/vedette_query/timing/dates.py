"""Points in time as a request writes them: `now`, `e-3h`, `1700000000`, `2026-11-22T00:00Z`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from vedette_query.errors import BadRequest
from vedette_query.timing.durations import Duration, parse_duration

_NAMED: Final = re.compile(r"[a-z]+")
_RELATIVE: Final = re.compile(r"([a-z]+)([+-])(.+)", re.DOTALL)
_NUMBER: Final = re.compile(r"(\d{1,30})(?:([+-])(.+))?", re.ASCII | re.DOTALL)
_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?", re.ASCII
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d\d)(?::?(\d\d))?)?", re.ASCII)
_MAX_SECONDS: Final = 2_147_483_647
_MAX_MS: Final = 13_569_465_600_000  # the year 2400

EARLIEST_MS: Final = -2_208_988_800_000  # 1900-01-01
LATEST_MS: Final = 10_413_791_999_000  # 2299-12-31T23:59:59, the end of the store's time


def parse_zone(name: str) -> tzinfo:
    """A time zone by its name or as an offset; raises `BadRequest` when nobody knows it."""
    if name in ("Z", "UTC", "GMT", "UT"):
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset:
        return _offset_zone(offset.groups(), name)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadRequest(f"unknown time zone '{name}', expected a name such as UTC or US/Pacific, or +01:00") from None


def reference(text: str) -> str | None:
    """The name that a date starts from (`e` in `e-3h`), or None for an absolute one."""
    relative = _RELATIVE.fullmatch(text)
    if relative:
        return relative.group(1)
    return text if _NAMED.fullmatch(text) else None


def is_relative(text: str) -> bool:
    """Whether a date stands some way from a name that the request itself must define (not `now`, not `epoch`)."""
    relative = _RELATIVE.fullmatch(text)
    return relative is not None and relative.group(1) not in ("now", "epoch")


def parse_date(text: str, zone: tzinfo, references: Mapping[str, int], now_ms: int) -> int:
    """A date in epoch ms. `references` gives meaning to names; an unknown name means now, as in Atlas.

    Raises `BadRequest` (`invalid date X`).
    """
    relative = _RELATIVE.fullmatch(text)
    if relative:
        return _shift(_named(relative.group(1), references, now_ms), relative.group(2), relative.group(3), text)
    if _NAMED.fullmatch(text):
        return _named(text, references, now_ms)
    number = None if _ISO.fullmatch(text) else _NUMBER.fullmatch(text)
    if number:
        at = _limited(_epoch(int(number.group(1))), text)
        return _shift(at, number.group(2), number.group(3), text) if number.group(2) else at
    return _parse_iso(text, zone)


def _named(name: str, references: Mapping[str, int], now_ms: int) -> int:
    return references.get(name, 0 if name == "epoch" else now_ms)


def _shift(at_ms: int, sign: str, text: str, whole: str) -> int:
    length: Duration = parse_duration(text)
    return _limited(at_ms + (length.ms if sign == "+" else -length.ms), whole)


def _epoch(value: int) -> int:
    if value <= _MAX_SECONDS:
        return value * 1000
    if value <= _MAX_MS:
        return value
    return value // 1000 if value <= _MAX_MS * 1000 else value // 1_000_000


def _parse_iso(text: str, zone: tzinfo) -> int:
    found = _ISO.fullmatch(text)
    if not found:
        raise BadRequest(f"invalid date {text}")
    *fields, fraction, offset = found.groups()
    if offset:
        zone = parse_zone(offset)
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in fields)
        ms = int((fraction or "").ljust(3, "0")[:3])
        at = datetime(year, month, day, hour, minute, second, ms * 1000, zone)
        return _limited(int((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)), text)
    except (ValueError, OverflowError):
        raise BadRequest(f"invalid date {text}") from None


def _offset_zone(parts: tuple[str | None, ...], name: str) -> tzinfo:
    sign, hours, minutes, seconds = parts
    length = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    if length > timedelta(hours=18):
        raise BadRequest(f"unknown time zone '{name}', an offset may be 18 hours at most")
    return timezone(-length if sign == "-" else length)


def _limited(at_ms: int, text: str) -> int:
    if not EARLIEST_MS <= at_ms <= LATEST_MS:
        raise BadRequest(f"invalid date {text}: times lie between 1900 and 2299")
    return at_ms
