"""The shape of an answer to a graph request: the door by which the dashboards, the alerts and the renderers see data.

Knows nothing of the language, of storage or of HTTP.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class AnswerLine:
    """One line: values at the points of the answer, NaN where there is nothing."""

    legend: str
    tags: Mapping[str, str]
    values: Sequence[float]
    axis: int = 0
    style: Mapping[str, str] = field(default_factory=dict)  # colour, line style and so on, as the words set them
    query: str = ""  # the expression that the line comes from
    group_by: tuple[str, ...] = ()  # the keys that its expression groups by
    expression: int = 0  # which of the answer's expressions it comes from
    place: int = 0  # among all lines of that expression by legend, before they were sorted otherwise or limited


@dataclass(frozen=True)
class AnswerExpression:
    """One expression of a request, though it may have no lines to show."""

    axis: int = 0
    lines: int = 0  # before a limit
    style: Mapping[str, str] = field(default_factory=dict)
    offset_ms: int = 0  # how much earlier its data is, the least of them
    messages: tuple[str, ...] = ()  # what its words had to say, such as how many lines passed a filter


@dataclass(frozen=True)
class Answer:
    """Lines over common points: `start_ms`, `start_ms + step_ms`, ... Each covers the step that ends at its time."""

    start_ms: int
    step_ms: int
    points: int
    lines: tuple[AnswerLine, ...]
    notices: tuple[str, ...] = ()  # what the reader should know: a restriction, a wrong setting
    expressions: tuple[AnswerExpression, ...] = ()  # in the order of the request; none when read from JSON
    timezones: tuple[str, ...] = ("UTC",)  # the first is the primary one

    @property
    def messages(self) -> tuple[str, ...]:
        """What the words of all expressions had to say."""
        return tuple(message for expression in self.expressions for message in expression.messages)

    @property
    def timezone(self) -> str:
        """The primary time zone."""
        return self.timezones[0]

    @property
    def end_ms(self) -> int:
        """Exclusive end: one step after the last point."""
        return self.start_ms + self.points * self.step_ms

    @property
    def times_ms(self) -> range:
        """The times of the points."""
        return range(self.start_ms, self.end_ms, self.step_ms)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read the json format of the graph API: values row by row, with NaN and infinities as texts."""
        rows = document["values"]
        columns = zip(*rows, strict=True) if rows else ((),) * len(document["legend"])
        lines = tuple(
            AnswerLine(legend, tags, tuple(map(number, column)))
            for legend, tags, column in zip(document["legend"], document["metrics"], columns, strict=True)
        )
        return cls(document["start"], document["step"], len(rows), lines, tuple(document.get("notices", ())))


@dataclass(frozen=True)
class Statistics:
    """A line in numbers, over the points that are shown; NaN (and count 0) when it has no value."""

    count: int
    average: float
    total: float
    maximum: float
    minimum: float
    last: float


def statistics(values: Iterable[float]) -> Statistics:
    """The statistics of a line; missing values do not count."""
    there = [value for value in values if not math.isnan(value)]
    if not there:
        return Statistics(0, math.nan, math.nan, math.nan, math.nan, math.nan)
    total = _total(there)
    return Statistics(len(there), total / len(there), total, max(there), min(there), there[-1])


def _total(values: Sequence[float]) -> float:
    if not all(map(math.isfinite, values)):
        return sum(values)
    try:
        return math.fsum(values)
    except OverflowError:
        return sum(values)  # which is infinite then


def number(value: float | str) -> float:
    """A value of the json format as a number."""
    return float(value)
