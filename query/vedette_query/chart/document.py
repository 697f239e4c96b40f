"""A chart as JSON for those who draw it themselves: the documents of v2.json, with the fields of Atlas in its order."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vedette_query.chart.axes import AMBIGUOUS
from vedette_query.chart.chart import Axis, Chart, Heatmap, Layout, Line, Scale
from vedette_query.chart.options import AxisOptions, ChartOptions, bound_text
from vedette_query.identity import line_id
from vedette_query.language.numbers import print_double

NO_IMAGE: Final = "no-image"
"""The hint of those who need no picture."""

PRESENTATION: Final = "presentation-metadata"
"""The hint of those who want to be told of chart and axes before the lines of a stream."""

Document = Mapping[str, Any]
"""One entry of v2.json."""

_LAYOUTS: Final[Mapping[Layout, str]] = {
    "canvas": "CANVAS",
    "image": "IMAGE",
    "iw": "IMAGE_WIDTH",
    "ih": "IMAGE_HEIGHT",
}
_SCALES: Final[Mapping[Scale, str]] = {
    "linear": "LINEAR",
    "log": "LOGARITHMIC",
    "log-linear": "LOG_LINEAR",
    "pow2": "POWER_2",
    "sqrt": "SQRT",
}


@dataclass(frozen=True)
class Frame:
    """The time that is shown, in epoch ms: from the first point to one step after the last."""

    start_ms: int
    end_ms: int
    step_ms: int
    timezones: Sequence[str]


def documents(chart: Chart, options: ChartOptions, draw: Callable[[Chart], bytes]) -> list[Document]:
    """All of a chart: a picture unless a hint says no, the chart, its axes with their heatmaps, and its lines."""
    image = () if NO_IMAGE in options.hints else (_image(draw(chart)),)
    frame = Frame(chart.start_ms, chart.end_ms, chart.step_ms, [times.zone for times in chart.times])
    colored = len(chart.axes) > 1 and AMBIGUOUS not in options.hints
    return [
        *image,
        graph_metadata(frame, options, chart.title, chart.notices),
        *(document for axis in chart.axes for document in _axis(axis, colored=colored)),
        *(document for axis in chart.axes for document in _data(axis, chart.theme.text)),
    ]


def presentation(frame: Frame, options: ChartOptions, axes: Iterable[int]) -> list[Document]:
    """What is known of a chart before its data: the chart and its axes, whose numbers in the request are given.

    Variables in title and labels are left as they are, and no axis has a colour.
    """
    numbers = sorted(set(axes)) or [0]
    return [
        graph_metadata(frame, options, options.title, ()),
        *(_plot(place, _Look.of(options.axes[number])) for place, number in enumerate(numbers)),
    ]


def graph_metadata(frame: Frame, options: ChartOptions, title: str, warnings: Sequence[str]) -> Document:
    """The chart itself. Width, height and zoom are as asked for."""
    return {
        "type": "graph-metadata",
        "startTime": frame.start_ms,
        "endTime": frame.end_ms,
        "timezones": list(frame.timezones),
        "step": frame.step_ms,
        "width": options.width,
        "height": options.height,
        "layout": _LAYOUTS[options.layout],
        "zoom": _value(options.zoom),
        **({"title": title} if title else {}),
        "legendType": _legend_type(options),
        "onlyGraph": options.only_graph,
        "theme": options.theme,
        "warnings": list(warnings),
        **({"renderingHints": list(options.hints)} if options.hints else {}),
    }


def _image(png: bytes) -> Document:
    return {"type": "graph-image", "data": f"data:image/png;base64,{base64.b64encode(png).decode()}"}


def _legend_type(options: ChartOptions) -> str:
    if not options.legend:
        return "OFF"
    return "LABELS_WITH_STATS" if options.statistics else "LABELS_ONLY"


@dataclass(frozen=True)
class _Look:
    """What plot-metadata says of an axis."""

    label: str
    color: str
    scale: Scale
    upper: str
    lower: str
    tick_labels: str

    @classmethod
    def of(cls, axis: AxisOptions) -> _Look:
        """An axis as it was asked for."""
        return cls(axis.label, "", axis.scale, bound_text(axis.upper), bound_text(axis.lower), axis.tick_labels)


def _axis(axis: Axis, *, colored: bool) -> Iterator[Document]:
    color = axis.lines[0].color if colored and axis.lines else ""
    yield _plot(axis.id, _Look(axis.label, color, axis.scale, axis.asked_upper, axis.asked_lower, axis.tick_labels))
    if axis.heatmap is not None:
        yield _heatmap(axis.id, axis.heatmap)


def _plot(place: int, look: _Look) -> Document:
    return {
        "type": "plot-metadata",
        "id": place,
        **({"ylabel": look.label} if look.label else {}),
        **({"axisColor": look.color} if look.color else {}),
        "scale": _SCALES[look.scale],
        "upper": look.upper,
        "lower": look.lower,
        "tickLabelMode": look.tick_labels.upper(),
    }


def _heatmap(place: int, heatmap: Heatmap) -> Document:
    return {
        "type": "heatmap",
        "plot": place,
        "colorScale": _SCALES[heatmap.scale],
        "upper": heatmap.upper,
        "lower": heatmap.lower,
        "label": heatmap.label,
        "yTicks": [{"min": row.lower, "max": row.upper, "label": row.label} for row in heatmap.rows],
        "colorTicks": [
            {"color": shade.color, "min": shade.lower, "max": shade.upper, "label": shade.label}
            for shade in heatmap.shades
        ],
        "data": {"type": "heatmap", "values": [list(map(_value, row)) for row in heatmap.counts]},
    }


def _data(axis: Axis, text_color: str) -> Iterator[Document]:
    for line in axis.lines:
        yield _span(axis.id, line) if line.style == "hspan" else _line(axis.id, line)
    for message in axis.messages:
        yield {"type": "message", "plot": axis.id, "label": message, "color": text_color}


def _line(place: int, line: Line) -> Document:
    return {
        "type": "timeseries",
        "id": line_id(line.tags, line.query),
        "plot": place,
        "label": line.label,
        "color": line.color,
        "lineStyle": line.style.upper(),
        "lineWidth": line.width,
        "query": line.query,
        **({"groupByKeys": list(line.group_by)} if line.group_by else {}),
        "tags": line.tags,
        "data": {"type": "array", "values": list(map(_value, line.values))},
    }


def _span(place: int, line: Line) -> Document:
    return {
        "type": "hspan",
        "plot": place,
        "label": line.label,
        "color": line.color,
        "v1": _value(line.statistics.minimum),
        "v2": _value(line.statistics.maximum),
    }


def _value(value: float) -> float | str:
    return value if math.isfinite(value) else print_double(value)
