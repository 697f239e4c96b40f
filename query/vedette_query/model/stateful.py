"""Operations that go along a line, point by point, and remember."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vedette_query.language.numbers import print_double
from vedette_query.language.tokens import join
from vedette_query.model.expr import Around, SeriesExpr
from vedette_query.timing.durations import Duration

STATEFUL: Final = {
    "delay": "Delay", "rolling-count": "RollingCount", "rolling-min": "RollingMin", "rolling-max": "RollingMax",
    "rolling-mean": "RollingMean", "rolling-sum": "RollingSum", "des": "Des", "sdes": "SlidingDes", "trend": "Trend",
    "integral": "Integral", "cumulative-max": "CumulativeMax", "derivative": "Derivative",
}  # fmt: skip
"""Words and the names of their expressions in messages."""

Argument = int | float | Duration


@dataclass(frozen=True)
class Stateful(Around):
    """One of the operations with its arguments, as they stand in front of the word."""

    operation: str
    input: SeriesExpr
    arguments: tuple[Argument, ...] = ()

    @property
    def type_name(self) -> str:
        return STATEFUL[self.operation]

    def text(self) -> str:
        return join((self.input.text(), *map(_print, self.arguments), f":{self.operation}"))


def _print(argument: Argument) -> str:
    match argument:
        case Duration():
            return argument.iso
        case float():
            return print_double(argument)
        case _:
            return str(argument)
