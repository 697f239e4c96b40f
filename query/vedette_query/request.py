"""A graph request: what is asked, over which time, as Atlas's parameters say it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vedette_query.errors import BadNumber, BadRequest, require
from vedette_query.language.numbers import parse_double, parse_int
from vedette_query.settings import Settings
from vedette_query.timing.durations import parse_duration

MAX_AXIS: Final = 4


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
    width: int = 700
    common_query: str | None = None  # program text of one query, joined to every query by and
    axes: Mapping[int, AxisOrder] = field(default_factory=dict)
    now_ms: int = field(default_factory=wall_clock_ms)


Multi = Sequence[tuple[str, str]]
"""Parameters as they stand in a URL; a name may repeat."""


def graph_request(parameters: Multi, settings: Settings, now_ms: int) -> GraphRequest:
    """Read the parameters of a graph request. Raises `BadRequest` in Atlas's words."""
    given = dict(reversed(parameters))  # the first of a repeated name counts
    if "q" not in given:
        raise BadRequest("missing required parameter 'q'")
    width = _positive("w", given, settings.width)
    _positive("h", given, settings.height)
    _check(given, "zoom", parse_double)
    step = given.get("step")
    return GraphRequest(
        query=given["q"],
        start=given.get("s", settings.start),
        end=given.get("e", settings.end),
        timezones=tuple(value for name, value in parameters if name == "tz") or (settings.timezone,),
        step_ms=None if step is None else parse_duration(step).ms,
        width=width,
        common_query=given.get("cq"),
        axes=_axes(given),
        now_ms=now_ms,
    )


def _axes(given: Mapping[str, str]) -> dict[int, AxisOrder]:
    return {
        axis: AxisOrder(_of_axis(given, "sort", axis), _of_axis(given, "order", axis))
        for axis in range(MAX_AXIS + 1)
        if any(_of_axis(given, name, axis) for name in ("sort", "order"))
    }


def _of_axis(given: Mapping[str, str], name: str, axis: int) -> str | None:
    return given.get(f"{name}.{axis}", given.get(name))


def _positive(name: str, given: Mapping[str, str], default: int) -> int:
    number = _check(given, name, parse_int)
    value = default if number is None else int(number)
    require(value > 0, f"{name} must be > 0 (got {value})")
    return value


def _check(given: Mapping[str, str], name: str, parse: Callable[[str], float | None]) -> float | None:
    text = given.get(name)
    if text is None:
        return None
    number = parse(text)
    if number is None:
        raise BadNumber(text)
    return number
