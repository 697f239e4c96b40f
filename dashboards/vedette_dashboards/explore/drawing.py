"""What the graph API says about a picture in its v2.json format, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from vedette_query.answer import number

Style = Literal["line", "area", "stack", "vspan"]
TickLabels = Literal["decimal", "binary", "duration", "off"]

_COLOUR = re.compile(r"[0-9a-fA-F]{8}")


@dataclass(frozen=True)
class Line:
    """One line; `values` has NaN where there is nothing. `colour` is `#rrggbb`, `opacity` from 0 to 1."""

    label: str
    tags: Mapping[str, str]
    values: tuple[float, ...]
    axis: int
    colour: str
    opacity: float
    style: Style
    width: float
    query: str


@dataclass(frozen=True)
class Axis:
    """One Y axis: bounds are numbers, or None where they follow the data."""

    id: int
    label: str = ""
    scale: str = "linear"
    lower: float | None = None
    upper: float | None = None
    tick_labels: TickLabels = "decimal"


@dataclass(frozen=True)
class Span:
    """A stretch of time, or (`axis` set) of values, that is shaded."""

    start: float
    end: float
    colour: str
    opacity: float
    axis: int | None = None


@dataclass(frozen=True)
class Shade:
    """A colour of a heatmap, and the counts it stands for."""

    colour: str
    opacity: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Heatmap:
    """Counts by value and time: `counts` has a list for each point, with a number for each row between two `edges`."""

    axis: int
    label: str
    edges: tuple[float, ...]
    shades: tuple[Shade, ...]
    counts: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """Lines over common points: `start_ms`, one each `step_ms`.

    `total` counts the lines that were left out as well; those that a heatmap is made of are in it alone.
    """

    start_ms: int
    step_ms: int
    points: int
    lines: tuple[Line, ...]
    axes: tuple[Axis, ...]
    spans: tuple[Span, ...] = ()
    notices: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    total: int = 0
    newest_ms: int | None = None  # the newest time at which there is a value
    heatmaps: tuple[Heatmap, ...] = ()


def read(document: Sequence[Mapping[str, Any]], most: int) -> Drawing:
    """Read v2.json, keeping the first `most` lines. Raises KeyError, TypeError or ValueError for anything else."""
    meta = next(part for part in document if part["type"] == "graph-metadata")
    step, start = int(meta["step"]), int(meta["startTime"])
    series = [part for part in document if part["type"] == "timeseries"]
    places = [place for part in series if (place := _last(part["data"]["values"])) is not None]
    drawn = [part for part in series if str(part["lineStyle"]).lower() != "heatmap"]
    return Drawing(
        start,
        step,
        (int(meta["endTime"]) - start) // step,
        tuple(map(_line, drawn[:most])),
        tuple(_axis(part) for part in document if part["type"] == "plot-metadata"),
        tuple(_spans(document)),
        tuple(map(str, meta.get("warnings", ()))),
        tuple(str(part["label"]) for part in document if part["type"] == "message"),
        len(drawn),
        start + max(places) * step if places else None,
        tuple(_heatmap(part) for part in document if part["type"] == "heatmap"),
    )


def _line(part: Mapping[str, Any]) -> Line:
    colour, opacity = _colour(str(part["color"]))
    style = str(part["lineStyle"]).lower()
    return Line(
        str(part["label"]),
        {str(key): str(value) for key, value in part["tags"].items()},
        tuple(map(number, part["data"]["values"])),
        int(part["plot"]),
        colour,
        opacity,
        cast(Style, style) if style in get_args(Style) else "line",
        float(part["lineWidth"]),
        str(part.get("query", "")),
    )


def _heatmap(part: Mapping[str, Any]) -> Heatmap:
    rows = part["yTicks"]
    shades = [
        Shade(*_colour(str(shade["color"])), number(shade["min"]), number(shade["max"])) for shade in part["colorTicks"]
    ]
    return Heatmap(
        int(part["plot"]),
        str(part["label"]),
        (*(number(row["min"]) for row in rows), *(number(row["max"]) for row in rows[-1:])),
        tuple(shades),
        tuple(tuple(map(number, counts)) for counts in part["data"]["values"]),
    )


def _axis(part: Mapping[str, Any]) -> Axis:
    labels = str(part.get("tickLabelMode", "DECIMAL")).lower()
    return Axis(
        int(part["id"]),
        str(part.get("ylabel") or ""),
        str(part.get("scale", "LINEAR")).lower().replace("_", "-"),
        _bound(part.get("lower")),
        _bound(part.get("upper")),
        cast(TickLabels, labels) if labels in get_args(TickLabels) else "decimal",
    )


def _spans(document: Sequence[Mapping[str, Any]]) -> Iterator[Span]:
    for part in document:
        if part["type"] == "vspan":
            yield Span(float(part["t1"]), float(part["t2"]), *_colour(str(part["color"])))
        elif part["type"] == "hspan":
            yield Span(float(part["v1"]), float(part["v2"]), *_colour(str(part["color"])), int(part.get("plot", 0)))


def _bound(given: object) -> float | None:
    """A bound that was asked for; `auto-style` and `auto-data` are none."""
    try:
        return float(str(given))
    except ValueError:
        return None


def _colour(text: str) -> tuple[str, float]:
    """`ff0075dc`, alpha first, as a colour and its opacity."""
    if not _COLOUR.fullmatch(text):
        raise ValueError(f"'{text}' is no colour")
    return f"#{text[2:].lower()}", int(text[:2], 16) / 255


def _last(values: Sequence[float | str]) -> int | None:
    return next((place for place in range(len(values) - 1, -1, -1) if values[place] != "NaN"), None)
