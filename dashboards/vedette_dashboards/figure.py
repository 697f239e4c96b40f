"""Answer -> Plotly figure. Pure: the same answer gives the same figure, whatever the theme (see `theme`).

A figure is the plain JSON that `dcc.Graph` takes; building Plotly's Python objects would cost ten times the time and
say the same. Text, grid and background get their colours from the style sheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import numpy as np

from vedette_dashboards import theme
from vedette_dashboards.format import zone
from vedette_dashboards.lines import values
from vedette_query.answer import Answer, AnswerLine

Figure = dict[str, Any]
Colour = Callable[[AnswerLine, int], tuple[str, str]]
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
    scale, grid = _scale(answer, unit), (moment(answer.start_ms, tz), answer.step_ms)
    look = colour or by_place
    shown = list(names) if names is not None else [line.legend for line in answer.lines]
    traces = [
        _trace(line, name, look(line, n), grid=grid, scale=scale)
        for n, (line, name) in enumerate(zip(answer.lines, shown, strict=True))
    ]
    return {
        "data": traces,
        "layout": _layout(answer, scale, tz=tz, revision=revision, legend=legend and len(traces) > 1),
    }


def by_place(_: AnswerLine, place: int) -> tuple[str, str]:
    """The palette in order; the dash changes with each round through it."""
    rounds, index = divmod(place, len(theme.LINES))
    return theme.LINES[index], theme.DASHES[rounds % len(theme.DASHES)]


def identity(name: str) -> str:
    """What Plotly may know a line by from one refresh to the next: it makes a class of it, which not every name is."""
    return f"u{blake2b(name.encode(), digest_size=6).hexdigest()}"


def _trace(line: AnswerLine, name: str, look: tuple[str, str], *, grid: tuple[str, int], scale: _Scale) -> Figure:
    scaled = values(line) * scale.factor
    there = ~np.isnan(scaled)
    before, after = np.roll(there, 1), np.roll(there, -1)
    if there.size:
        before[0] = after[-1] = False
    alone = there & ~before & ~after  # between two gaps a line has no length: draw a dot
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if alone.any() else "lines",
        "name": name,
        "uid": identity(name),
        "x0": grid[0],
        "dx": grid[1],
        "y": [None if math.isnan(v) or math.isinf(v) else float(f"{v:.6g}") for v in scaled.tolist()],
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
    return max((value for line in answer.lines for value in line.values if math.isfinite(value)), default=0.0)


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
        "xaxis": time_axis(),
        "yaxis": y,
    }


def time_axis() -> Figure:
    """The X axis of every figure: wall-clock times, as many ticks as are read at a glance."""
    return {
        "type": "date",
        "autorange": True,  # a `range` would be new at each refresh, and Plotly would then drop the reader's zoom
        "showgrid": False,
        "nticks": 6,
        "tickformatstops": _TICKS,
        "hoverformat": "%d %b %H:%M:%S",
        "showline": False,
        "ticks": "",
        "spikethickness": 1,
        "spikedash": "solid",
    }


def moment(ms: float, tz: str) -> str:
    """A moment as Plotly takes it: without a zone, so already in the reader's own."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone(tz)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


_TICKS: list[dict[str, Any]] = [
    {"dtickrange": [None, 60_000], "value": "%H:%M:%S"},
    {"dtickrange": [60_000, 86_400_000], "value": "%H:%M"},
    {"dtickrange": [86_400_000, None], "value": "%d %b"},
]
