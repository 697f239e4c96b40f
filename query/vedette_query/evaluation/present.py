"""From evaluated lines to an answer: which points are shown, legends, order, limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vedette_query.answer import AnswerExpression, AnswerLine, Statistics, statistics
from vedette_query.chart.chart import TickLabels
from vedette_query.chart.units import short
from vedette_query.evaluation.legends import edit
from vedette_query.evaluation.lines import Lines
from vedette_query.model.legends import substitute
from vedette_query.model.style import StyleExpr

SORT_MODES: Final[dict[str, Callable[[Statistics], float]]] = {
    "min": lambda line: line.minimum,
    "max": lambda line: line.maximum,
    "avg": lambda line: line.average,
    "count": lambda line: float(line.count),
    "total": lambda line: line.total,
    "last": lambda line: line.last,
}
"""Orders besides `legend`."""


@dataclass(frozen=True)
class Shown:
    """The lines of one expression as they are shown, with notices about settings that made no sense."""

    expression: AnswerExpression
    lines: tuple[AnswerLine, ...]
    notices: tuple[str, ...] = ()


def present(styled: StyleExpr, lines: Lines, expression: int = 0, labels: TickLabels = "decimal") -> Shown:
    """Drop the hidden first point, write the legends, sort and limit the lines of one expression of a request.

    `labels` says how its axis writes numbers: with binary ones, so do the variables of its legends.
    """
    axis, limit = styled.axis, styled.limit
    offset = str(styled.offset)
    query = styled.text()
    grouping = styled.expr.grouping
    shown = []
    for line in range(len(lines)):
        values = lines.values[line, 1:].tolist()
        tags = {**lines.tags[line], "atlas.offset": offset}
        label = legend(styled, lines.label(line), tags, values, "binary" if labels == "binary" else "decimal")
        shown.append(AnswerLine(label, tags, values, axis, styled.settings, query, grouping, expression))
    by_legend = sorted(shown, key=lambda line: line.legend)
    placed = [replace(line, place=place) for place, line in enumerate(by_legend)]
    ordered, notices = order(placed, styled.settings.get("sort"), styled.settings.get("order"))
    kept = ordered if limit is None else ordered[: max(0, limit)]
    about = AnswerExpression(axis, len(shown), styled.settings, styled.offset.ms, lines.messages)
    return Shown(about, tuple(kept), notices)


def legend(
    styled: StyleExpr, label: str, tags: Mapping[str, str], values: Sequence[float], labels: TickLabels = "decimal"
) -> str:
    """The legend of a line: its own or the default label, with variables filled in, then edited."""
    pattern = styled.legend(label)
    if "$" in pattern or styled.edits:
        tags = {**tags, **_variables(pattern, values, labels)}
    return edit(substitute(pattern, lambda key: tags.get(key, key)), styled.edits, tags)


def order(
    lines: Sequence[AnswerLine], mode: str | None, direction: str | None
) -> tuple[list[AnswerLine], tuple[str, ...]]:
    """Lines in an order: by legend always, then by a statistic. What is missing comes last, in either direction."""
    ordered = sorted(lines, key=lambda line: line.legend)
    descending = direction == "desc"
    notices: tuple[str, ...] = ()
    if mode is not None and mode not in (*SORT_MODES, "legend"):
        notices = (f"Invalid sort mode '{mode}'. Using default of 'legend'.",)
        mode = "legend"
    if mode in SORT_MODES:
        worth = {id(line): SORT_MODES[mode](statistics(line.values)) for line in ordered}
        sign = -1 if descending else 1

        def place(line: AnswerLine) -> tuple[bool, float]:
            value = worth[id(line)]
            return (True, 0.0) if math.isnan(value) else (False, sign * value)

        return sorted(ordered, key=place), notices
    return (ordered[::-1] if descending else ordered), notices


def _variables(pattern: str, values: Sequence[float], labels: TickLabels) -> dict[str, str]:
    if "atlas." not in pattern:
        return {}
    line = statistics(values)
    numbers = {"avg": line.average, "max": line.maximum, "min": line.minimum, "last": line.last, "total": line.total}
    return {f"atlas.{name}": short(number, labels) for name, number in numbers.items()}
