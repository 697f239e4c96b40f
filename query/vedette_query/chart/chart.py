"""The nouns of a chart: everything is decided here - colours, bounds, ticks, texts -, and nothing is drawn yet.

Colours are texts of eight hexadecimal digits, alpha first, as in `ff0075dc`. Times are epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vedette_query.answer import Statistics

Layout = Literal["canvas", "image", "iw", "ih"]
LineStyle = Literal["line", "area", "stack", "vspan", "hspan", "heatmap"]
"""`vspan` shades the times at which a value is true, `hspan` what lies between the least and the greatest value."""

Scale = Literal["linear", "log", "log-linear", "pow2", "sqrt"]
TickLabels = Literal["off", "decimal", "binary", "duration"]


@dataclass(frozen=True)
class Theme:
    """The colours of what is not data."""

    name: str
    image: str  # around the plotting area
    canvas: str  # the plotting area
    text: str
    minor_grid: str
    major_grid: str
    warning: str
    axis: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and what it says (empty for a minor one)."""

    value: float
    label: str
    major: bool = True


@dataclass(frozen=True)
class Line:
    """One line with its presentation."""

    label: str
    color: str
    style: LineStyle
    width: float
    values: Sequence[float]  # at the times of the chart, NaN where there is nothing
    statistics: Statistics
    legend: Sequence[tuple[str, str]]  # the rows of statistics below the label, e.g. ("Max", "  1.234k")
    query: str
    tags: dict[str, str]
    group_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A row of a heatmap: the values it counts, from `lower` to `upper`."""

    lower: float
    upper: float
    label: str


@dataclass(frozen=True)
class Shade:
    """A colour of a heatmap's scale with the counts it stands for."""

    color: str
    lower: float
    upper: float
    label: str


@dataclass(frozen=True)
class Heatmap:
    """Counts by time and value: `counts` is [times, rows]; `colors` the same, empty text where nothing is drawn."""

    rows: tuple[Cell, ...]
    shades: tuple[Shade, ...]
    counts: Sequence[Sequence[float]]
    colors: Sequence[Sequence[str]]
    scale: Scale
    lower: str  # as asked: a number, auto-style or auto-data
    upper: str
    label: str


@dataclass(frozen=True)
class Axis:
    """One Y axis with what is drawn against it: the bounds to draw (`lower`, `upper`), and those asked for."""

    id: int
    label: str
    color: str
    scale: Scale
    lower: float
    upper: float
    asked_lower: str
    asked_upper: str
    tick_labels: TickLabels
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    heatmap: Heatmap | None = None
    messages: tuple[str, ...] = ()  # below its lines in the legend


@dataclass(frozen=True)
class TimeAxis:
    """The ticks of the X axis in one zone."""

    zone: str
    ticks: tuple[Tick, ...]  # values are epoch milliseconds


@dataclass(frozen=True)
class Chart:
    """All of one picture. Points lie at `start_ms`, `start_ms + step_ms`, ... before `end_ms`."""

    start_ms: int
    end_ms: int
    step_ms: int
    width: int
    height: int
    layout: Layout
    zoom: float
    title: str
    theme: Theme
    times: tuple[TimeAxis, ...]  # the first is the primary one
    axes: tuple[Axis, ...]
    footer: str
    show_legend: bool
    show_statistics: bool
    only_graph: bool
    notices: tuple[str, ...] = ()  # shown in the picture and listed as warnings
