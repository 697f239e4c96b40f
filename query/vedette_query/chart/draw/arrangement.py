"""Where the parts of a picture stand: canvas, axes, title, and the rows below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vedette_query.chart.chart import Axis, Chart
from vedette_query.chart.draw.legend import legend_rows
from vedette_query.chart.draw.notices import footer_rows, notice_rows
from vedette_query.chart.draw.rows import Row, height
from vedette_query.chart.draw.sizes import Sizes
from vedette_query.chart.draw.surface import Box
from vedette_query.chart.draw.text import clean, cut

LEAST_CANVAS: Final = 64
"""Pixels of the plotting area, either way, as in Atlas. An image of a fixed size gives up its texts before that."""

PAD: Final = 10  # between the rim of the image and what stands in it
TICK: Final = 4  # the mark of a labelled tick
GAP: Final = 4  # between a mark and its label
NAME: Final = 20  # the name of a Y axis beside its labels
APART: Final = 8  # between one right axis and the next
TIME_ROW: Final = 21  # one time axis
_TITLE: Final = 26
_WIDEST_LABEL: Final = 110  # of a tick or of a zone
_CANVAS_SHARE: Final = 0.5  # of an image of a fixed height, before the legend is cut


@dataclass(frozen=True)
class Side:
    """A Y axis beside the canvas: the column of its line, where its tick labels end, and what is shown of it."""

    line: int
    labels: int  # pixels for tick labels
    name: bool


@dataclass(frozen=True)
class Arrangement:
    """A picture's size and the places of its parts."""

    sizes: Sizes
    width: int
    height: int
    canvas: Box
    title: str
    sides: tuple[Side, ...]  # the first is left of the canvas, the others right of it; empty if nothing is shown
    times: tuple[int, ...]  # the row of the line of each time axis that is shown
    rows: tuple[tuple[int, Row], ...]  # with the row of pixels at which each begins


def arrange(chart: Chart) -> Arrangement:
    """Find a place for everything. Sizes asked for are kept to the pixel; texts that have no room are left out."""
    sizes = Sizes(chart.zoom)
    width, height_ = (max(1, round(length * chart.zoom)) for length in (chart.width, chart.height))
    least = sizes.px(LEAST_CANVAS)
    if chart.only_graph:
        fixed = chart.layout in ("image", "iw"), chart.layout in ("image", "ih")
        across, down = (width if fixed[0] else max(least, width)), (height_ if fixed[1] else max(least, height_))
        return Arrangement(sizes, across, down, Box(0, 0, across, down), "", (), (), ())
    columns = _columns(chart, sizes, width, fixed=chart.layout in ("image", "iw"))
    return _stacked(chart, sizes, columns, height_, fixed=chart.layout in ("image", "ih"))


@dataclass(frozen=True)
class _Columns:
    """The picture from left to right."""

    width: int
    left: int  # of the canvas
    right: int
    sides: tuple[Side, ...]


def _columns(chart: Chart, sizes: Sizes, width: int, *, fixed: bool) -> _Columns:
    least = sizes.px(LEAST_CANVAS)
    for left, right, sides in _margins(chart, sizes):
        if not fixed:
            canvas = max(least, width)
            return _Columns(left + canvas + right, left, left + canvas, _placed(sides, left, left + canvas, sizes))
        if width - left - right >= least:
            return _Columns(width, left, width - right, _placed(sides, left, width - right, sizes))
    return _Columns(width, 0, width, ())


def _margins(chart: Chart, sizes: Sizes) -> Iterator[tuple[int, int, list[tuple[int, int, bool]]]]:
    """Margins left and right with (room, labels, name) of each axis: with all texts first, then with fewer."""
    pad = sizes.px(PAD)
    zones = _zone_width(chart, sizes)
    for names in (True, False):
        sides = [_side(axis, sizes, names=names) for axis in chart.axes]
        rooms = [room for room, _, _ in sides]
        left = max(rooms[0] if rooms else 0, zones)
        right = sum(rooms[1:]) + sizes.px(APART) * max(0, len(rooms) - 2)
        yield left + pad, right + (pad if right else 2 * pad), sides


def _side(axis: Axis, sizes: Sizes, *, names: bool) -> tuple[int, int, bool]:
    widest = max((sizes.small.width(clean(tick.label)) for tick in axis.ticks if tick.label), default=0)
    labels = min(widest, sizes.px(_WIDEST_LABEL))
    name = names and bool(axis.label.strip())
    room = sizes.px(TICK) + (labels + sizes.px(GAP) if labels else 0) + (sizes.px(NAME) if name else 0)
    return room, labels, name


def _zone_width(chart: Chart, sizes: Sizes) -> int:
    """Several time axes carry the names of their zones left of the canvas."""
    if len(chart.times) < 2:
        return 0
    widest = max(sizes.small.width(clean(times.zone)) for times in chart.times)
    return min(widest, sizes.px(_WIDEST_LABEL)) + sizes.px(TICK + GAP)


def _placed(sides: list[tuple[int, int, bool]], left: int, right: int, sizes: Sizes) -> tuple[Side, ...]:
    placed = []
    line = right
    for number, (room, labels, name) in enumerate(sides):
        placed.append(Side(left if number == 0 else line, labels, name))
        line += room + sizes.px(APART) if number else 0
    return tuple(placed)


@dataclass(frozen=True)
class _Down:
    """The picture from top to bottom: title, canvas, so many time axes, rows."""

    title: str
    canvas: int
    times: int
    rows: Sequence[Row]


def _free(chart: Chart, sizes: Sizes, width: int, asked: int) -> _Down:
    """A canvas of the height asked for, and all the rest around it."""
    rows = [*legend_rows(chart, width, sizes), *notice_rows(chart, width, sizes), *footer_rows(chart, width, sizes)]
    return _Down(chart.title.strip(), max(sizes.px(LEAST_CANVAS), asked), len(chart.times), rows)


def _fixed(chart: Chart, sizes: Sizes, width: int, asked: int) -> _Down | None:
    """An image of the height asked for, with as much as fits; None if nothing but the canvas does."""
    title, count = chart.title.strip(), len(chart.times)
    least = max(sizes.px(LEAST_CANVAS), round(asked * _CANVAS_SHARE))
    for shown, times in ((title, count), ("", count), ("", min(1, count))):
        room = asked - _top(shown, sizes) - times * sizes.px(TIME_ROW) - sizes.px(PAD)
        if room >= least:
            rows = _fitting(chart, width, sizes, room - least)
            return _Down(shown, room - height(rows), times, rows)
    return None


def _stacked(chart: Chart, sizes: Sizes, columns: _Columns, asked: int, *, fixed: bool) -> Arrangement:
    width = columns.width - 2 * sizes.px(PAD)
    down = _fixed(chart, sizes, width, asked) if fixed else _free(chart, sizes, width, asked)
    if down is None:
        bare = Box(columns.left, 0, columns.right, asked)
        return Arrangement(sizes, columns.width, asked, bare, "", (), (), ())
    top = _top(down.title, sizes)
    canvas = Box(columns.left, top, columns.right, top + down.canvas)
    times = tuple(canvas.bottom + number * sizes.px(TIME_ROW) for number in range(down.times))
    below = canvas.bottom + down.times * sizes.px(TIME_ROW)
    placed = []
    for row in down.rows:
        placed.append((below, row))
        below += row.height
    title = cut(down.title, columns.width - columns.left - sizes.px(PAD), sizes.title.width)
    return Arrangement(sizes, columns.width, below + sizes.px(PAD), canvas, title, columns.sides, times, tuple(placed))


def _top(title: str, sizes: Sizes) -> int:
    """Where the canvas begins."""
    return sizes.px(_TITLE) + sizes.px(PAD) // 2 if title else sizes.px(PAD)


def _fitting(chart: Chart, width: int, sizes: Sizes, room: int) -> list[Row]:
    """As many rows as there is room for: first the notices, then the footer, then entries of the legend."""
    rows: list[Row] = []
    for more in (notice_rows(chart, width, sizes), footer_rows(chart, width, sizes)):
        if height(rows) + height(more) <= room:
            rows += more
    room -= height(rows)
    low, high = 0, sum(len(axis.lines) for axis in chart.axes)
    while low < high:  # the greatest number of entries that fits
        middle = (low + high + 1) // 2
        if height(legend_rows(chart, width, sizes, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    legend = legend_rows(chart, width, sizes, low) if low else []
    return [*(legend if height(legend) <= room else []), *rows]
