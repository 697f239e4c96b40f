"""Whether a series meets a predicate, decided in Python."""

from __future__ import annotations

import re
from functools import lru_cache

from vedette_storage.errors import Refused
from vedette_storage.predicate import (
    Always,
    And,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    HasKey,
    LessOrEqual,
    LessThan,
    Matches,
    Not,
    OneOf,
    Or,
    Predicate,
)
from vedette_storage.series import Series


def matches(predicate: Predicate, series: Series) -> bool:
    """Whether the series meets the predicate. A clause on a key that it lacks is false. Raises `Refused`."""
    match predicate:
        case Always(value):
            return value
        case And(left, right):
            return matches(left, series) and matches(right, series)
        case Or(left, right):
            return matches(left, series) or matches(right, series)
        case Not(inner):
            return not matches(inner, series)
    text = tag(series, predicate.key)
    return text is not None and _holds(predicate, text)


def tag(series: Series, key: str) -> str | None:
    """The value of a key, `name` included; None where the series lacks it."""
    return series.name if key == "name" else series.tags.get(key)


@lru_cache(maxsize=1000)
def compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    """The pattern for `match`, which anchors at the start as Atlas does. Raises `Refused` if it is no pattern."""
    try:
        return re.compile(pattern, re.ASCII | (re.IGNORECASE if ignore_case else 0))
    except (re.error, OverflowError) as error:
        raise Refused(f"{pattern!r} is not a regular expression: {error}.") from error


Clause = HasKey | Equal | LessThan | LessOrEqual | GreaterThan | GreaterOrEqual | Matches | OneOf


def _holds(clause: Clause, value: str) -> bool:
    match clause:
        case HasKey():
            return True
        case Equal():
            return value == clause.value
        # UTF-8 bytes compare as ClickHouse compares them, which is also the order of code points.
        case LessThan():
            return value < clause.value
        case LessOrEqual():
            return value <= clause.value
        case GreaterThan():
            return value > clause.value
        case GreaterOrEqual():
            return value >= clause.value
        case Matches():
            return compiled(clause.pattern, clause.ignore_case).match(value) is not None
        case OneOf():
            return value in clause.values
