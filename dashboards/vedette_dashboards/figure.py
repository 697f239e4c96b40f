"""Answer -> Plotly figure. Pure: the same answer gives the same figure, whatever the theme (see `theme`).

A figure is the plain JSON that `dcc.Graph` takes; building Plotly's Python objects would cost ten times the time and
say the same. Text, grid and background get their colours from the style sheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from vedette_dashboards import theme
from vedette_dashboards.answer import Answer, Line, Values
from vedette_dashboards.format import zone

Figure = dict[str, Any]
Colour = Callable[[Line, int], tuple[str, str]]
"""Which colour and dash a line has, from the line and its place."""


@dataclass(frozen=True)
class Unit:
    """What the values are: the text after a number, and the least height of the axis (so that noise stays small)."""

    suffix: str = ""
    least: float = 0.0


RATE = Unit("/s")
PERCENT = Unit(" %", least=5.0)
SECONDS = Unit(" s")
PLAIN = Unit()


@dataclass(frozen=True)
class Statistics:
    """Of the shown values of one line; None where it has none."""

    maximum: float | None
    minimum: float | None
    average: float | None
    last: float | None


def figure(
    answer: Answer,
    *,
    unit: Unit = PLAIN,
    tz: str = "UTC",
    revision: str = "",
    names: Sequence[str] | None = None,
    colour: Colour | None = None,
    legend: bool = True,
) -> Figure:
    """A line chart of the answer over its whole time, gaps left open.

    `revision` names the view: while it stays the same, a newer answer keeps the reader's zoom and hidden lines.
    `names` replaces the labels; `colour` chooses colours (default: `theme.LINES` in order).
    """
    scale = _scale(answer, unit)
    shown = list(names) if names is not None else [line.label for line in answer.lines]
    traces = [
        _trace(line, name, (colour or by_place)(line, n), grid=(_local(answer.start, tz), answer.step), scale=scale)
        for n, (line, name) in enumerate(zip(answer.lines, shown, strict=True))
    ]
    return {
        "data": traces,
        "layout": _layout(answer, scale, tz=tz, revision=revision, legend=legend and len(traces) > 1),
    }


def by_place(_: Line, place: int) -> tuple[str, str]:
    """The palette in order; the dash changes with each round through it."""
    rounds, index = divmod(place, len(theme.LINES))
    return theme.LINES[index], theme.DASHES[rounds % len(theme.DASHES)]


def statistics(values: Values) -> Statistics:
    """Max, min, average and last of what is there (the average is over the values there are)."""
    there = values[~np.isnan(values)]
    if not there.size:
        return Statistics(None, None, None, None)
    return Statistics(float(there.max()), float(there.min()), float(there.mean()), float(there[-1]))


def share(part: Answer, whole: Answer, key: str) -> Answer:
    """Per cent that `part` is of `whole`, line by line, matched by one tag.

    Where `part` has no value but `whole` has, that is 0 %: a failure that never happened is not counted anywhere.
    """
    parts = part.by(key)
    lines = []
    for name, line in whole.by(key).items():
        other = parts.get(name)
        top = np.nan_to_num(_aligned(other, part, whole)) if other else np.zeros_like(line.values)
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(line.values > 0, 100 * top / line.values, np.where(np.isnan(line.values), np.nan, 0.0))
        lines.append(Line(line.label, line.tags, values))
    return Answer(whole.start, whole.step, tuple(lines))


def _aligned(line: Line, own: Answer, onto: Answer) -> Values:
    """The line's values at the times of `onto`: two answers asked a moment apart may differ by a step."""
    if (own.start, own.step, line.values.size) == (onto.start, onto.step, onto.times.size):
        return line.values
    found = dict(zip(own.times.tolist(), line.values.tolist(), strict=True))
    return np.array([found.get(at, math.nan) for at in onto.times.tolist()], dtype=np.float64)


def _trace(line: Line, name: str, look: tuple[str, str], *, grid: tuple[str, int], scale: _Scale) -> Mapping[str, Any]:
    values = line.values * scale.factor
    there = ~np.isnan(values)
    before, after = np.roll(there, 1), np.roll(there, -1)
    if there.size:
        before[0] = after[-1] = False
    alone = there & ~before & ~after  # between two gaps a line has no length: draw a dot
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if alone.any() else "lines",
        "name": name,
        "uid": name,
        "x0": grid[0],
        "dx": grid[1],
        "y": [None if math.isnan(v) or math.isinf(v) else float(f"{v:.6g}") for v in values.tolist()],
        "line": {"color": look[0], "width": 1.8, "dash": look[1]},
        "hovertemplate": f"%{{y:,.3~r}}{scale.suffix}",
        "connectgaps": False,
    }
    if alone.any():
        trace["marker"] = {"size": [5 if lone else 0 for lone in alone.tolist()], "color": look[0]}
    return trace


@dataclass(frozen=True)
class _Scale:
    factor: float
    suffix: str
    least: float


def _scale(answer: Answer, unit: Unit) -> _Scale:
    """Seconds become ms or µs when all are small."""
    if unit is not SECONDS:
        return _Scale(1.0, unit.suffix, unit.least)
    top = _highest(answer)
    if 0 < top < 0.001:
        return _Scale(1e6, " µs", 0.0)
    return _Scale(1e3, " ms", 0.0) if top < 1 else _Scale(1.0, " s", 0.0)


def _highest(answer: Answer) -> float:
    return max((top for line in answer.lines if (top := statistics(line.values).maximum) is not None), default=0.0)


def _layout(answer: Answer, scale: _Scale, *, tz: str, revision: str, legend: bool) -> Figure:
    y: dict[str, Any] = {
        "rangemode": "tozero",
        "ticksuffix": scale.suffix,
        "tickformat": ",.3~r",
        "nticks": 5,
        "automargin": True,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,  # a drag chooses times; nobody wants half an axis of values by accident
    }
    if scale.least and _highest(answer) < scale.least:
        y["range"] = [0, scale.least]
    return {
        "autosize": True,
        "uirevision": revision,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 28},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": theme.FONT, "size": 12},
        "hovermode": "x unified",
        "dragmode": "zoom",
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top", "itemwidth": 30},
        "xaxis": {
            "type": "date",
            "autorange": True,  # a `range` would be new at each refresh, and Plotly then drops the reader's zoom
            "showgrid": False,
            "nticks": 6,
            "tickformatstops": _TICKS,
            "hoverformat": "%d %b %H:%M:%S",
            "showline": False,
            "ticks": "",
        },
        "yaxis": y,
    }


def _local(ms: int, tz: str) -> str:
    """A moment as Plotly takes it: without a zone, so already in the reader's own."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone(tz)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


_TICKS: list[dict[str, Any]] = [
    {"dtickrange": [None, 60_000], "value": "%H:%M:%S"},
    {"dtickrange": [60_000, 86_400_000], "value": "%H:%M"},
    {"dtickrange": [86_400_000, None], "value": "%d %b"},
]
