"""Lines of spectatord's protocol, parsed as the daemon does; pure.

    line   := type [ "," option ] ":" name { "," key "=" value } ":" number
    packet := line { "\\n" line }

There is no escaping. An error costs its own line; text behind the number costs nothing.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

TYPES: Final = frozenset("cCUXdDtTgmA")
"""counter, monotonic counter, the same of 64 bits, sampled, distribution summary and with percentiles, timer and with
percentiles, gauge, max gauge, age gauge."""
_MOST_UINT: Final = 2**64 - 1
_DOUBLE: Final = re.compile(
    r"\s*(?:(?P<hex>[+-]?0[xX][0-9a-fA-F]+\.?[0-9a-fA-F]*(?:[pP][+-]?\d+)?)|"
    r"(?P<decimal>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<other>[+-]?(?:infinity|inf|nan)))",
    re.IGNORECASE,
)
"""What C's strtod takes from the beginning of a text."""
_UINT: Final = re.compile(r"\s*(?P<sign>[+-]?)(?P<digits>\d+)")
_INTEGER: Final = re.compile(r"[+-]?\d+")


class LineError(ValueError):
    """A line that cannot be understood; `what` is separator, name, tags, value, ttl, timestamp or type."""

    def __init__(self, what: str, line: str) -> None:
        super().__init__(f"{what} is missing or wrong in {line[:200]!r}")
        self.what = what


@dataclass(frozen=True)
class Subject:
    """All of a line before its number: what is updated, and how. `option` is the TTL of a gauge, else ignored."""

    type: str
    name: str
    tags: tuple[tuple[str, str], ...]
    option: int | None


@dataclass(frozen=True)
class Line:
    """One update. Of the type U the number is whole, and keeps all its digits; seconds and counts are floats."""

    subject: Subject
    number: float


def parse(line: str) -> Line:
    """One line without its line break. Raises `LineError`."""
    subject, number = parse_subject(line)
    value = _uint(number) if subject.type == "U" else _double(number)
    if value is None:
        raise LineError("value", line)
    if subject.type not in TYPES:
        raise LineError("type", line)
    return Line(subject, value)


def parse_subject(line: str) -> tuple[Subject, str]:
    """What comes before the number, and the text of the number with all behind it. Raises `LineError`."""
    kind, option, at = line[:1], None, 1
    if line[1:2] == ",":
        found = _INTEGER.match(line, 2)
        option = int(found.group()) if found else 0
        if option <= 0 and kind in ("g", "X"):
            raise LineError("ttl" if kind == "g" else "timestamp", line)
        at = found.end() if found else 2
    if line[at : at + 1] != ":":
        raise LineError("separator", line)
    end = _next(line, at + 1)
    if end is None or end == at + 1:
        raise LineError("name", line)
    name, tags = line[at + 1 : end], []
    while line[end] == ",":
        equals = line.find("=", end)
        after = _next(line, equals) if equals >= 0 else None
        if after is None:
            raise LineError("tags", line)
        tags.append((line[end + 1 : equals], line[equals + 1 : after]))
        end = after
    return Subject(kind, name, tuple(tags), option if option and option > 0 else None), line[end + 1 :]


def _next(line: str, start: int) -> int | None:
    """Where the next comma or colon stands."""
    places = [place for mark in ",:" if (place := line.find(mark, start)) >= 0]
    return min(places) if places else None


def _double(text: str) -> float | None:
    found = _DOUBLE.match(text)
    if not found:
        return None
    if found["hex"]:
        try:
            return float.fromhex(found["hex"])
        except OverflowError:
            return math.inf
    return float(found["decimal"] or found["other"])


def _uint(text: str) -> int | None:
    """As strtoull: a negative number wraps, one too large is the largest, a fraction is cut."""
    found = _UINT.match(text)
    if not found:
        return None
    number = min(int(found["digits"]), _MOST_UINT)
    return (2**64 - number) % 2**64 if found["sign"] == "-" else number
