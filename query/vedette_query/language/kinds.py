"""The kinds of values that words take from the stack, with the conversions that happen on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vedette_query.errors import QueryError
from vedette_query.language.numbers import parse_double, parse_int
from vedette_query.language.tokens import unescape
from vedette_query.timing.durations import parse_duration


@dataclass(frozen=True)
class Kind:
    """A kind of value: `read` gives the converted value, or None when the value is of another kind."""

    name: str
    read: Callable[[Any], Any]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    if isinstance(value, str):
        return parse_int(value)
    number = _number(value)
    return None if number is None or math.isnan(number) else int(max(-(2**31), min(2**31 - 1, number)))


def _double(value: object) -> float | None:
    return parse_double(value) if isinstance(value, str) else _number(value)


def _number(value: object) -> float | None:
    """A number, or the value of a constant expression (anything that calls itself a constant)."""
    if isinstance(value, int | float):
        return float(value)
    constant = getattr(value, "constant", None)
    return constant if isinstance(constant, float) else None


def _duration(value: object) -> object:
    if not isinstance(value, str):
        return None
    try:
        return parse_duration(value)
    except QueryError:
        return None


def _texts(value: object) -> tuple[str, ...] | None:
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return tuple(unescape(item) for item in value)
    return None


def _doubles(value: object) -> tuple[float, ...] | None:
    if not isinstance(value, tuple):
        return None
    numbers = [_double(item) for item in value]
    return None if any(number is None for number in numbers) else tuple(n for n in numbers if n is not None)


TEXT: Final = Kind("String", _text)
INT: Final = Kind("Int", _integer)
DOUBLE: Final = Kind("Double", _double)
DURATION: Final = Kind("Duration", _duration)
LIST: Final = Kind("List", lambda value: value if isinstance(value, tuple) else None)
TEXTS: Final = Kind("StringList", _texts)
DOUBLES: Final = Kind("List", _doubles)
ANY: Final = Kind("Any", lambda value: value)
