"""Series that come from no storage: constants, noise, and the time itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from vedette_query.language.numbers import print_double
from vedette_query.language.tokens import escape
from vedette_query.model.expr import SeriesExpr


@dataclass(frozen=True)
class Constant(SeriesExpr):
    """The same value at all times."""

    constant: float

    def text(self) -> str:
        return f"{print_double(self.constant)},:const"


@dataclass(frozen=True)
class Random(SeriesExpr):
    """Noise between 0 and 1 that depends on the time only; with a seed, another noise."""

    seed: int | None = None

    @property
    def type_name(self) -> str:
        return "Random$" if self.seed is None else "SeededRandom"

    def text(self) -> str:
        return ":random" if self.seed is None else f"{self.seed},:srandom"


@dataclass(frozen=True)
class Time(SeriesExpr):
    """A field of the time in UTC, such as the hour of the day."""

    mode: str

    def text(self) -> str:
        return f"{escape(self.mode)},:time"


@dataclass(frozen=True)
class TimeSpan(SeriesExpr):
    """1 from `start` to `end` (both inclusive), else 0. The times may refer to the graph's and to each other."""

    start: str
    end: str
    zone: tzinfo = UTC

    @property
    def label(self) -> str:
        return f"{self.start} to {self.end}"

    def text(self) -> str:
        return f"{escape(self.start)},{escape(self.end)},:time-span"
