"""The legend: what each line is, how it looks, and its statistics."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from vedette_dashboards.explore.drawing import Drawing
from vedette_dashboards.explore.plot import line_dashes, line_names
from vedette_dashboards.explore.units import Unit
from vedette_query.answer import statistics

STATISTICS = {"max": "maximum", "min": "minimum", "avg": "average", "last": "last", "total": "total", "count": "count"}
"""The columns, and where their numbers come from."""


def legend(drawing: Drawing, units: Mapping[int, Unit], rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """A document for each line, in the order of the lines.

    `rows` has the queries of each expression of the page; `row` is the place of the one a line comes from, or None
    where that cannot be told. A number that is not there is null.
    """
    return [
        {
            "name": name,
            "label": line.label,
            "row": _row(line.query, rows),
            "axis": line.axis,
            "colour": line.colour,
            "dash": dash if line.style == "line" else line.style,
            "tags": dict(line.tags),
            "statistics": _statistics(line.values, units[line.axis]),
        }
        for line, name, dash in zip(drawing.lines, line_names(drawing.lines), line_dashes(drawing.lines), strict=True)
    ]


def _statistics(values: Sequence[float], unit: Unit) -> dict[str, Any]:
    found = statistics(values)
    numbers = {name: float(getattr(found, attribute)) for name, attribute in STATISTICS.items()}
    return {
        name: {"value": value if math.isfinite(value) else None, "text": _text(name, value, unit)}
        for name, value in numbers.items()
    }


def _text(name: str, value: float, unit: Unit) -> str:
    return f"{value:,.0f}" if name == "count" else unit.text(value)


def _row(query: str, rows: Sequence[Sequence[str]]) -> int | None:
    """The row with the longest query that the line's begins with: presentation may stand behind it."""
    fitting = [
        (len(known), -place)
        for place, queries in enumerate(rows)
        for known in queries
        if query == known or query.startswith(f"{known},")
    ]
    return -max(fitting)[1] if fitting else None
