"""The canvas's grid, and the axes around it with their ticks and labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from vedette_query.chart.chart import Axis, Tick, TimeAxis
from vedette_query.chart.draw.arrangement import GAP, PAD, TICK, Side
from vedette_query.chart.draw.frame import Numbers
from vedette_query.chart.draw.paper import MUTED
from vedette_query.chart.draw.scene import Scene
from vedette_query.chart.draw.surface import LINE, MOVE, Box, mixed
from vedette_query.chart.draw.text import clean, cut

Ends = tuple[tuple[float, float], tuple[float, float]]
"""Where a stroke begins and ends."""

_DASHES: Final = {False: (1.0, 3.0), True: (1.0, 1.0)}  # of the minor and of the major grid
_MINOR_TICK: Final = 2
_LABELS_APART: Final = 8
_NAME_GAP: Final = 5  # between tick labels and the name of their axis
_ASCENT, _DESCENT = 9, 3  # of the name


def paint_grid(scene: Scene) -> None:
    """The grid of the first time axis and of the first Y axis."""
    canvas, theme = scene.canvas, scene.chart.theme
    across = _rows(scene.chart.axes[0], scene) if scene.chart.axes else []
    upright = _columns(scene.chart.times[0], scene) if scene.chart.times else []
    for major, color in ((False, theme.minor_grid), (True, theme.major_grid)):
        ends: list[Ends] = [((canvas.left, row), (canvas.right, row)) for row, tick in across if tick.major is major]
        ends += [((column, canvas.top), (column, canvas.bottom)) for column, tick in upright if tick.major is major]
        _strokes(scene, ends, color, canvas, [length * scene.sizes.zoom for length in _DASHES[major]])


def paint_axes(scene: Scene) -> None:
    """The lines around the canvas with ticks, labels and names."""
    for number, (axis, side) in enumerate(zip(scene.chart.axes, scene.place.sides, strict=False)):
        _value_axis(scene, axis, side, right=number > 0)
    for row, times in zip(scene.place.times, scene.chart.times, strict=False):
        _time_axis(scene, times, row)


def _value_axis(scene: Scene, axis: Axis, side: Side, *, right: bool) -> None:
    sizes, canvas, surface = scene.sizes, scene.canvas, scene.surface
    out = 1 if right else -1
    ticks = _rows(axis, scene)
    marks: list[Ends] = [((side.line, row), (side.line + out * _mark(tick, scene), row)) for row, tick in ticks]
    marks.append(((side.line, canvas.top), (side.line, canvas.bottom)))
    _strokes(scene, marks, axis.color, scene.whole)
    color = axis.color if len(scene.chart.axes) > 1 else scene.chart.theme.text
    edge = side.line + out * sizes.px(TICK + GAP)
    free = float(scene.place.height)  # the row above which no label stands yet
    for row, tick in sorted(((row, tick) for row, tick in ticks if tick.label), key=lambda pair: -pair[0]):
        if not side.labels or row > free:
            continue
        text = cut(tick.label, side.labels, sizes.small.width)
        surface.text((edge, round(row) + sizes.px(4)), text, sizes.small, color, "left" if right else "right")
        free = row - sizes.px(13)
    if side.name:
        name = cut(axis.label.strip(), canvas.height, sizes.label.width)
        beside = edge + out * (side.labels + (sizes.px(_NAME_GAP) if side.labels else 0))
        base = beside + sizes.px(_ASCENT if right else -_DESCENT)
        surface.upright((base, (canvas.top + canvas.bottom) // 2), name, sizes.label, color)


def _time_axis(scene: Scene, times: TimeAxis, row: int) -> None:
    sizes, canvas, theme = scene.sizes, scene.canvas, scene.chart.theme
    ticks = _columns(times, scene)
    marks: list[Ends] = [((column, row), (column, row + _mark(tick, scene))) for column, tick in ticks]
    marks.append(((canvas.left, row), (canvas.right, row)))
    _strokes(scene, marks, theme.axis, scene.whole)
    base = row + sizes.px(TICK + GAP) + sizes.px(8)
    free = 0  # the column up to which labels stand
    if len(scene.chart.times) > 1:
        zone = cut(times.zone, canvas.left - sizes.px(PAD + TICK), sizes.small.width)
        muted = mixed(theme.text, theme.image, MUTED)
        scene.surface.text((canvas.left - sizes.px(TICK + GAP), base), zone, sizes.small, muted, "right")
        free = canvas.left - sizes.px(TICK)
    for left, label in _spaced([(column, clean(tick.label).strip()) for column, tick in ticks], free, scene):
        scene.surface.text((left, base), label, sizes.small, theme.text)


def _spaced(labels: list[tuple[float, str]], free: int, scene: Scene) -> list[tuple[int, str]]:
    """The labels that have room, with their first columns: all, or every second, third ... so that none overlap."""
    measure, apart = scene.sizes.small.width, scene.sizes.px(_LABELS_APART)
    widths = [(column, label, measure(label)) for column, label in labels if label]
    placed = [(round(column) - width // 2, label, width) for column, label, width in widths]
    placed = [one for one in placed if one[0] >= free and one[0] + one[2] < scene.place.width]
    for stride in range(1, len(placed) + 1):
        some = placed[::stride]
        if all(left + width + apart <= after for (left, _, width), (after, _, _) in pairwise(some)):
            return [(left, label) for left, label, _ in some]
    return []


def _rows(axis: Axis, scene: Scene) -> list[tuple[float, Tick]]:
    """The ticks of a Y axis that lie on the canvas, with their rows."""
    rows = scene.frame(axis).y(np.array([tick.value for tick in axis.ticks], np.float64))
    return _inside(rows, axis.ticks, scene.canvas.top, scene.canvas.bottom)


def _columns(times: TimeAxis, scene: Scene) -> list[tuple[float, Tick]]:
    """The ticks of a time axis that lie on the canvas, with their columns."""
    columns = scene.time.x(np.array([tick.value for tick in times.ticks], np.float64))
    return _inside(columns, times.ticks, scene.canvas.left, scene.canvas.right)


def _inside(places: Numbers, ticks: Iterable[Tick], first: int, last: int) -> list[tuple[float, Tick]]:
    pairs = zip(places.tolist(), ticks, strict=True)
    return [(place, tick) for place, tick in pairs if first - 0.5 <= place <= last + 0.5]


def _mark(tick: Tick, scene: Scene) -> int:
    return scene.sizes.px(TICK if tick.major else _MINOR_TICK)


def _strokes(scene: Scene, ends: Sequence[Ends], color: str, clip: Box, dashes: list[float] | None = None) -> None:
    """Straight strokes on whole pixels."""
    points = np.array(ends, np.float64).reshape(-1, 2)
    codes = np.tile(np.array([MOVE, LINE], np.uint8), len(ends))
    scene.surface.stroke(points, codes, color, scene.sizes.px(1), clip, dashes=dashes, snap=True)
