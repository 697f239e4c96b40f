"""Choosing lines by what they are worth over the whole window, and showing a line at a longer step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vedette_query.errors import require
from vedette_query.language.tokens import escape
from vedette_query.model.data import Consolidation, DataExpr
from vedette_query.model.expr import Around, Node, SeriesExpr, rewrite_series
from vedette_query.timing.durations import Duration

STATISTICS: Final = ("avg", "max", "min", "last", "count", "total")

_LONGEST_MS: Final = 1 << 62  # what 64 bits can count

PRIORITIES: Final = tuple(f"{which}{rest}" for which in ("bottomk", "topk") for rest in (
    "", "-others-min", "-others-max", "-others-sum", "-others-avg"
))  # fmt: skip
"""Words that keep the k lines of least or greatest statistic."""


@dataclass(frozen=True)
class Stat(Around):
    """A flat line at a statistic of the input. `short` when it was written as `:stat-max` inside a filter."""

    input: SeriesExpr
    statistic: str
    short: bool = False

    def text(self) -> str:
        return f":stat-{self.statistic}" if self.short else f"{self.input},{escape(self.statistic)},:stat"


@dataclass(frozen=True)
class StatOfFiltered(SeriesExpr):
    """`:stat-max`: a place for the statistic of the line that is being filtered."""

    statistic: str

    @property
    def type_name(self) -> str:
        return f"Stat{self.statistic.capitalize()}$"

    def text(self) -> str:
        return f":stat-{self.statistic}"


@dataclass(frozen=True)
class Filter(Around):
    """The lines of `input` whose line in `condition` is true anywhere in the window."""

    input: SeriesExpr
    condition: SeriesExpr

    def __post_init__(self) -> None:
        if not self.input.grouped:
            require(not self.condition.grouped, "filter grouping must match expr grouping")

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return self.input.data + self.condition.data

    def text(self) -> str:
        return f"{self.input},{self.condition},:filter"


@dataclass(frozen=True)
class Priority(Around):
    """The k lines of greatest or least statistic; the rest dropped, or combined into one line."""

    operation: str
    input: SeriesExpr
    statistic: str
    k: int

    def __post_init__(self) -> None:
        require(self.k > 0, f"k must be positive ({self.k} <= 0)")

    @property
    def type_name(self) -> str:
        name = "".join(part.capitalize() for part in self.operation.split("-"))
        return name.replace("Topk", "TopK").replace("Bottomk", "BottomK")

    def text(self) -> str:
        return f"{self.input},{escape(self.statistic)},{self.k},:{self.operation}"


@dataclass(frozen=True)
class Consolidate(Around):
    """The value of a longer step, repeated at every point of the graph's step that lies in it."""

    input: SeriesExpr
    by: Consolidation
    step: Duration

    def steps(self, step_ms: int) -> int:
        """How many steps of a graph make one of the longer step: rounded up, from one to what a clock can count."""
        return max(1, min(-(-self.step.ms // step_ms), _LONGEST_MS // step_ms))

    def text(self) -> str:
        return f"{self.input},{self.by},{self.step.iso},:consolidate"


def filtered(input: SeriesExpr, condition: SeriesExpr) -> Filter:
    """A filter whose `:stat-max` and the like stand for the statistics of its own input."""

    def fill(node: Node) -> Node | None:
        return Stat(input, node.statistic, short=True) if isinstance(node, StatOfFiltered) else None

    return Filter(input, rewrite_series(condition, fill))
