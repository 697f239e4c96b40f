"""From evaluated lines to an answer: which points are shown, legends, order, limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vedette_query.answer import AnswerExpression, AnswerLine, Statistics, statistics
from vedette_query.evaluation.legends import edit
from vedette_query.evaluation.lines import Lines
from vedette_query.language.numbers import print_double
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

_PREFIXES: Final = (("Y", 1e24), ("Z", 1e21), ("E", 1e18), ("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3))
_FRACTIONS: Final = (
    ("m", 1e-3),
    ("μ", 1e-6),
    ("n", 1e-9),
    ("p", 1e-12),
    ("f", 1e-15),
    ("a", 1e-18),
    ("z", 1e-21),
    ("y", 1e-24),
)


@dataclass(frozen=True)
class Shown:
    """The lines of one expression as they are shown, with notices about settings that made no sense."""

    expression: AnswerExpression
    lines: tuple[AnswerLine, ...]
    notices: tuple[str, ...] = ()


def present(styled: StyleExpr, lines: Lines, expression: int = 0) -> Shown:
    """Drop the hidden first point, write the legends, sort and limit the lines of one expression of a request."""
    axis, limit = styled.axis, styled.limit
    offset = str(styled.offset)
    query = styled.text()
    grouping = styled.expr.grouping
    shown = []
    for line in range(len(lines)):
        values = lines.values[line, 1:].tolist()
        tags = {**lines.tags[line], "atlas.offset": offset}
        label = legend(styled, lines.label(line), tags, values)
        shown.append(AnswerLine(label, tags, values, axis, styled.settings, query, grouping, expression))
    by_legend = sorted(shown, key=lambda line: line.legend)
    placed = [replace(line, place=place) for place, line in enumerate(by_legend)]
    ordered, notices = order(placed, styled.settings.get("sort"), styled.settings.get("order"))
    kept = ordered if limit is None else ordered[: max(0, limit)]
    about = AnswerExpression(axis, len(shown), styled.settings, styled.offset.ms, lines.messages)
    return Shown(about, tuple(kept), notices)


def legend(styled: StyleExpr, label: str, tags: Mapping[str, str], values: Sequence[float]) -> str:
    """The legend of a line: its own or the default label, with variables filled in, then edited."""
    pattern = styled.settings.get("legend", label)
    if "$" in pattern or styled.edits:
        tags = {**tags, **_variables(pattern, values)}
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


def short(value: float) -> str:
    """A number with one decimal and a prefix: `123.5k`."""
    size = abs(value)
    if not math.isfinite(value):
        return print_double(value)
    if size == 0 or 1 <= size < 1000:
        return f"{value:.1f}"
    if size >= 1000:
        name, factor = next(((name, factor) for name, factor in _PREFIXES if size >= factor))
    else:
        name, factor = next(((name, factor) for name, factor in _FRACTIONS if size >= factor), _FRACTIONS[-1])
    return f"{value / factor:.1f}{name}"


def _variables(pattern: str, values: Sequence[float]) -> dict[str, str]:
    if "atlas." not in pattern:
        return {}
    line = statistics(values)
    return {
        "atlas.avg": short(line.average),
        "atlas.max": short(line.maximum),
        "atlas.min": short(line.minimum),
        "atlas.last": short(line.last),
        "atlas.total": short(line.total),
    }
