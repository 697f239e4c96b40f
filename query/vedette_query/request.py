"""A graph request: what is asked, over which time, as Atlas's parameters say it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vedette_query.chart.options import AXES, ChartOptions
from vedette_query.chart.parameters import chart_options, of_axis
from vedette_query.errors import BadRequest
from vedette_query.settings import Settings
from vedette_query.timing.durations import parse_duration

MAX_AXIS: Final = AXES - 1

FEATURES: Final = ("stable", "unstable")
"""Which words may be used; at present none is unstable."""


def wall_clock_ms() -> int:
    """The present, in epoch ms."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class AxisOrder:
    """How the lines of one axis are sorted, after each expression has sorted its own."""

    sort: str | None = None
    order: str | None = None


@dataclass(frozen=True)
class GraphRequest:
    """An expression and the window to evaluate it over. Times are as users write them, relative to `now_ms`."""

    query: str
    start: str = "e-3h"
    end: str = "now"
    timezones: tuple[str, ...] = ("US/Pacific",)  # the first is the primary one
    step_ms: int | None = None  # None: the shortest that fits the width
    width: int = 700  # no more points than this
    common_query: str | None = None  # program text of one query, joined to every query by and
    axes: Mapping[int, AxisOrder] = field(default_factory=dict)
    chart: ChartOptions = field(default_factory=ChartOptions)
    features: str = "stable"
    now_ms: int = field(default_factory=wall_clock_ms)


Multi = Sequence[tuple[str, str]]
"""Parameters as they stand in a URL; a name may repeat."""


def graph_request(parameters: Multi, settings: Settings, now_ms: int) -> GraphRequest:
    """Read the parameters of a graph request. Raises `BadRequest` in Atlas's words."""
    given = dict(reversed(parameters))  # the first of a repeated name counts
    if "q" not in given:
        raise BadRequest("missing required parameter 'q'")
    chart = chart_options(given, settings.width, settings.height)
    step = given.get("step")
    return GraphRequest(
        query=given["q"],
        start=given.get("s", settings.start),
        end=given.get("e", settings.end),
        timezones=tuple(value for name, value in parameters if name == "tz") or (settings.timezone,),
        step_ms=None if step is None else parse_duration(step).ms,
        width=chart.width,
        common_query=given.get("cq"),
        axes=_axes(given),
        chart=chart,
        features=_features(given.get("features", "stable")),
        now_ms=now_ms,
    )


def _features(text: str) -> str:
    if text.lower() not in FEATURES:
        raise BadRequest(f"unknown features '{text}', there are {' and '.join(FEATURES)}")
    return text.lower()


def _axes(given: Mapping[str, str]) -> dict[int, AxisOrder]:
    return {
        axis: AxisOrder(of_axis(given, "sort", axis), of_axis(given, "order", axis))
        for axis in range(AXES)
        if any(of_axis(given, name, axis) for name in ("sort", "order"))
    }
