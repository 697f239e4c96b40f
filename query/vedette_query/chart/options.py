"""What a request may choose about its chart, read once from the parameters and valid from then on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from vedette_query.chart.chart import Layout, Scale, TickLabels
from vedette_query.chart.palette import Palette
from vedette_query.language.numbers import print_double

Vision = Literal[
    "normal",
    "protanopia",
    "protanomaly",
    "deuteranopia",
    "deuteranomaly",
    "tritanopia",
    "tritanomaly",
    "achromatopsia",
    "achromatomaly",
]

Auto = Literal["auto-style", "auto-data"]

Bound = float | Auto
"""Where an axis ends: a number, what the data needs (`auto-data`), or that and 0 where something is filled."""

AXES: Final = 5
"""Y axes a chart may have, by number from 0."""


def bound_text(bound: Bound) -> str:
    """A bound as Atlas writes it: `auto-style`, `10.0`."""
    return bound if isinstance(bound, str) else print_double(bound)


@dataclass(frozen=True)
class HeatmapOptions:
    """How the counts of an axis' heatmap become colours."""

    scale: Scale = "linear"
    upper: Bound = "auto-style"
    lower: Bound = "auto-style"
    palette: Palette | None = None  # None: shades of one colour
    label: str = ""


@dataclass(frozen=True)
class AxisOptions:
    """One Y axis. Variables in the label are filled in from the tags that all of its lines have in common."""

    upper: Bound = "auto-style"
    lower: Bound = "auto-style"
    scale: Scale = "linear"
    stack: bool = False  # the style of lines that name none
    label: str = ""
    tick_labels: TickLabels = "decimal"
    palette: Palette | None = None
    heatmap: HeatmapOptions = HeatmapOptions()


@dataclass(frozen=True)
class ChartOptions:
    """The chart of a request. Width and height are pixels as asked for; what is drawn is held within limits."""

    width: int = 700
    height: int = 300
    zoom: float = 1.0
    layout: Layout = "canvas"
    theme: str = "light"
    title: str = ""
    palette: Palette | None = None  # None: the theme's
    vision: Vision = "normal"
    legend: bool = True
    statistics: bool = True  # in the legend
    only_graph: bool = False
    axis_per_line: bool = False
    hints: tuple[str, ...] = ()
    id: str = "default"  # who asks, in the asker's words
    axes: tuple[AxisOptions, ...] = field(default=(AxisOptions(),) * AXES)
