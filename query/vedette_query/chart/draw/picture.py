"""The picture of a chart: what is painted, and in which order."""

from __future__ import annotations

from typing import Final

import numpy as np

from vedette_query.chart.chart import Axis, Chart, Line, LineStyle
from vedette_query.chart.draw.arrangement import PAD, arrange
from vedette_query.chart.draw.frame import Numbers, TimeFrame, ValueFrame
from vedette_query.chart.draw.grid import paint_axes, paint_grid
from vedette_query.chart.draw.heatmap import paint_heatmap
from vedette_query.chart.draw.lines import Outline, Stack, bands, runs, steps, truthy
from vedette_query.chart.draw.paper import MUTED
from vedette_query.chart.draw.scene import Scene
from vedette_query.chart.draw.surface import Box, Surface, mixed
from vedette_query.chart.draw.text import clean, cut

_DASH: Final = 3.0
"""The shortest line in pixels, for a value between gaps."""

_SHARP: Final = 3.0
"""Intervals at least this wide are drawn on whole pixels; narrower ones between them, where they look smoother."""

_NOTHING: Final = "No data in this window"


def paint(chart: Chart) -> bytes:
    """A chart as PNG."""
    place = arrange(chart)
    surface = Surface(place.width, place.height, chart.theme.image)
    surface.fill(place.canvas, chart.theme.canvas)
    scene = Scene(surface, chart, place, TimeFrame.of(chart, place.canvas))
    for axis in chart.axes:
        _paint_filled(scene, axis)
    paint_grid(scene)
    for axis in chart.axes:
        _paint_lines(scene, axis)
    if place.sides or place.times:
        paint_axes(scene)
    _paint_words(scene)
    return surface.png("" if chart.only_graph else clean(chart.title).strip())


def _paint_filled(scene: Scene, axis: Axis) -> None:
    """What is filled, in the order of the expressions, below the grid so that it can be read off."""
    frame = scene.frame(axis)
    if axis.heatmap is not None:
        paint_heatmap(scene.surface, axis.heatmap, frame, scene.time.edges(scene.chart, len(axis.heatmap.colors)))
    stack: Stack | None = None
    for line in axis.lines:
        values = _values(line)
        edges = scene.time.edges(scene.chart, len(values))
        if line.style == "vspan":
            _shade_times(scene, edges, values, line.color)
        elif line.style == "hspan":
            _shade_values(scene, frame, values, line.color)
        elif line.style == "area":
            rows = frame.y(values)
            _fill(scene, bands(edges, np.where(np.isnan(rows), np.nan, frame.zero), rows), line.color)
        elif line.style == "stack":
            stack = stack or Stack.empty(len(values))
            base, top = stack.put(values)
            _fill(scene, bands(edges, frame.y(base), frame.y(top)), line.color)


def _fill(scene: Scene, shape: Outline, color: str) -> None:
    scene.surface.shape(shape.points, shape.codes, color, scene.canvas)


def _shade_times(scene: Scene, edges: Numbers, values: Numbers, color: str) -> None:
    """The whole height where a value is true."""
    columns, canvas = np.rint(edges).astype(int).tolist(), scene.canvas
    for first, last in runs(truthy(values)):
        right = max(columns[last], columns[first] + 1)
        scene.surface.fill(Box(columns[first], canvas.top, min(right, canvas.right), canvas.bottom), color)


def _shade_values(scene: Scene, frame: ValueFrame, values: Numbers, color: str) -> None:
    """The whole width between the least and the greatest value."""
    finite, canvas = values[np.isfinite(values)], scene.canvas
    if not finite.size:
        return
    low, high = np.rint(frame.y(np.array([finite.min(), finite.max()]))).astype(int).tolist()
    bottom, top = min(max(low, high + 1), canvas.bottom), max(high, canvas.top)
    if bottom > top:
        scene.surface.fill(Box(canvas.left, top, canvas.right, bottom), color)


def _paint_lines(scene: Scene, axis: Axis) -> None:
    """Lines, over the grid."""
    frame, canvas, zoom = scene.frame(axis), scene.canvas, scene.sizes.zoom
    for line in _of_style(axis, "line"):
        values = _values(line)
        width = line.width * zoom
        rows = _within(frame.y(values), canvas, width / 2)
        outline = steps(scene.time.edges(scene.chart, len(values)), rows, _DASH * zoom)
        snap = canvas.width >= _SHARP * zoom * len(values)
        scene.surface.stroke(outline.points, outline.codes, line.color, width, canvas, snap=snap)


def _within(rows: Numbers, canvas: Box, half: float) -> Numbers:
    """Rows moved in from the rims by half a stroke: bounds often are the data's own, and no half should be lost."""
    half = min(half, canvas.height / 2)
    inside = (rows >= canvas.top) & (rows <= canvas.bottom)
    return np.where(inside, np.clip(rows, canvas.top + half, canvas.bottom - half), rows)


def _paint_words(scene: Scene) -> None:
    sizes, canvas, theme, place = scene.sizes, scene.canvas, scene.chart.theme, scene.place
    if place.title:
        scene.surface.text((canvas.left, sizes.px(PAD + 11)), place.title, sizes.title, theme.text)
    if not scene.chart.only_graph and not _has_data(scene.chart):
        nothing = cut(_NOTHING, canvas.width - 2 * sizes.px(PAD), sizes.label.width)
        middle = (canvas.left + canvas.right) // 2, (canvas.top + canvas.bottom) // 2
        scene.surface.text(middle, nothing, sizes.label, mixed(theme.text, theme.canvas, MUTED), "center")
    for top, row in place.rows:
        row.paint(scene.surface, sizes.px(PAD), top)


def _has_data(chart: Chart) -> bool:
    heatmaps = any(axis.heatmap is not None and any(map(any, axis.heatmap.colors)) for axis in chart.axes)
    return heatmaps or any(not np.isnan(_values(line)).all() for axis in chart.axes for line in axis.lines)


def _of_style(axis: Axis, style: LineStyle) -> list[Line]:
    return [line for line in axis.lines if line.style == style]


def _values(line: Line) -> Numbers:
    return np.asarray(line.values, np.float64)
