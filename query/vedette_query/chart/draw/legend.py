"""What is written below the canvas: the legend with its statistics, notices, and the footer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from vedette_query.chart.chart import Axis, Chart, Heatmap, Line
from vedette_query.chart.draw.paper import INDENT, ROW, Paper
from vedette_query.chart.draw.rows import Patch, Row, Words
from vedette_query.chart.draw.sizes import Sizes
from vedette_query.chart.draw.surface import Box
from vedette_query.chart.draw.text import clean, cut

MOST_ENTRIES: Final = 50
"""Lines that the legend names, as in Atlas."""

_COLUMN_GAP: Final = 18
_LEAST_LABEL: Final = 150  # beside the columns of statistics; with less they go below the label


def legend_rows(chart: Chart, width: int, sizes: Sizes, most: int = MOST_ENTRIES) -> list[Row]:
    """The legend: for each axis its lines with swatch, label and statistics, `most` of them."""
    if not chart.show_legend:
        return []
    paper = Paper(chart, width, sizes)
    entries = [[line for line in axis.lines if line.style != "heatmap"] for axis in chart.axes]
    left = min(most, MOST_ENTRIES)
    shown: list[list[Line]] = []
    for lines in entries:
        shown.append(lines[:left])
        left -= len(shown[-1])
    table = _Table([line for lines in shown for line in lines], paper)
    rows: list[Row] = []
    for axis, lines in zip(chart.axes, shown, strict=True):
        rows += _axis_rows(axis, lines, table, paper)
    hidden = sum(map(len, entries)) - sum(map(len, shown))
    if hidden:
        rows.append(paper.line(f"… and {hidden} more {'line' if hidden == 1 else 'lines'}", indent=INDENT))
    return [paper.space(), *table.head(), *rows] if rows else []


def _axis_rows(axis: Axis, lines: Sequence[Line], table: _Table, paper: Paper) -> list[Row]:
    rows: list[Row] = []
    if axis.heatmap is not None:
        rows += _shades(axis.heatmap, paper)
    rows += table.rows(lines)
    rows += [paper.line(message, indent=INDENT) for message in axis.messages]
    if not rows or len(paper.chart.axes) < 2:
        return rows
    label = axis.label.strip()
    name = cut(f"Axis {axis.id}: {label}" if label else f"Axis {axis.id}", paper.width, paper.sizes.heading.width)
    heading = Words(0, paper.px(13), name, paper.sizes.heading, axis.color)
    return [Row(paper.px(ROW + 1), (heading,)), *rows, paper.space(4)]


class _Table:
    """Entries of a legend: beside each label its statistics in columns, or below it where there is little room."""

    def __init__(self, lines: Sequence[Line], paper: Paper) -> None:
        self._paper = paper
        self._names: list[str] = []
        if lines and paper.chart.show_statistics:
            self._names = [name for name, _ in max((line.legend for line in lines), key=len)]
        numbers, gap, indent = paper.sizes.numbers, paper.px(_COLUMN_GAP), paper.px(INDENT)
        self._columns = [
            max(numbers.width(text) for text in (name, *map(_trimmed, _column(lines, name)))) for name in self._names
        ]
        room = paper.width - indent - sum(self._columns) - gap * len(self._columns)
        widest = max((paper.sizes.label.width(clean(line.label)) for line in lines), default=0)
        self._beside = room >= min(widest, paper.px(_LEAST_LABEL))
        self._label = min(room, widest)
        """The width of the labels: of the longest, unless it has a row of its own."""

    def head(self) -> list[Row]:
        """The names of the columns, if there are columns."""
        if not self._beside or not self._names:
            return []
        return [Row(self._paper.px(ROW - 1), tuple(self._cells([f"{name} " for name in self._names], muted=True)))]

    def rows(self, lines: Sequence[Line]) -> list[Row]:
        """The entries of lines."""
        if not self._names:
            return self._flow(lines)
        return [row for line in lines for row in (self._across(line) if self._beside else self._below(line))]

    def _across(self, line: Line) -> list[Row]:
        """Label and statistics in one row; a label that would be cut gets a row of its own."""
        paper = self._paper
        values = dict(line.legend)
        cells = self._cells([values.get(name, "") for name in self._names])
        if paper.sizes.label.width(clean(line.label)) <= self._label:
            return [Row(paper.px(ROW), (paper.label(line.label, self._label), *cells), (paper.swatch(line.color),))]
        label = paper.label(line.label, paper.width - paper.px(INDENT))
        return [Row(paper.px(ROW - 1), (label,), (paper.swatch(line.color),)), Row(paper.px(ROW), tuple(cells))]

    def _cells(self, texts: Iterable[str], *, muted: bool = False) -> list[Words]:
        paper, cells = self._paper, []
        color = paper.muted if muted else paper.chart.theme.text
        right = paper.px(INDENT) + self._label
        for text, column in zip(texts, self._columns, strict=True):
            right += column + paper.px(_COLUMN_GAP)
            cells.append(Words(right, paper.px(13), _trimmed(text), paper.sizes.numbers, color, "right"))
        return cells

    def _below(self, line: Line) -> list[Row]:
        """The label, and below it name and value of each statistic, two or three in a row."""
        paper, numbers = self._paper, self._paper.sizes.numbers
        indent, gap = paper.px(INDENT), paper.px(_COLUMN_GAP)
        rows = [Row(paper.px(ROW), (paper.label(line.label, paper.width - indent),), (paper.swatch(line.color),))]
        name_width = max(map(numbers.width, map(clean, self._names))) + paper.px(6)
        pair = name_width + max(self._columns)
        count = min(2, (paper.width - indent + gap) // (pair + gap))
        for first in range(0, len(line.legend), count) if count else ():
            words = []
            for place, (name, text) in enumerate(line.legend[first : first + count]):
                left = indent + place * (pair + gap)
                words.append(Words(left, paper.px(11), clean(name), numbers, paper.muted))
                words.append(Words(left + pair, paper.px(11), _trimmed(text), numbers, paper.chart.theme.text, "right"))
            rows.append(Row(paper.px(ROW - 3), tuple(words)))
        return rows

    def _flow(self, lines: Sequence[Line]) -> list[Row]:
        """Labels alone, in as many columns as fit."""
        if not lines:
            return []
        paper = self._paper
        widest = max(paper.sizes.label.width(clean(line.label)) for line in lines)
        column = paper.px(INDENT + _COLUMN_GAP) + widest
        count = max(1, min(len(lines), (paper.width + paper.px(_COLUMN_GAP)) // column))
        room = paper.width - paper.px(INDENT) if count == 1 else widest
        rows = []
        for first in range(0, len(lines), count):
            entries = list(enumerate(lines[first : first + count]))
            words = tuple(paper.label(line.label, room, place * column) for place, line in entries)
            patches = tuple(_moved(paper.swatch(line.color), place * column) for place, line in entries)
            rows.append(Row(paper.px(ROW), words, patches))
        return rows


def _trimmed(text: str) -> str:
    """A number without the spaces before it; one behind it stands for the missing prefix."""
    return clean(text).lstrip()


def _column(lines: Sequence[Line], name: str) -> list[str]:
    return [text for line in lines for other, text in line.legend if other == name]


def _moved(patch: Patch, by: int) -> Patch:
    box = patch.box
    return Patch(Box(box.left + by, box.top, box.right + by, box.bottom), patch.color)


def _shades(heatmap: Heatmap, paper: Paper) -> list[Row]:
    """The colours of a heatmap with the counts they stand for."""
    rows = []
    if heatmap.label.strip():
        text = cut(heatmap.label, paper.width, paper.sizes.label.width)
        rows.append(Row(paper.px(ROW), (Words(0, paper.px(13), text, paper.sizes.label, paper.chart.theme.text),)))
    if heatmap.shades:
        small = paper.sizes.small
        box = min(paper.px(74), paper.width // len(heatmap.shades))
        patches, words = [], []
        for place, shade in enumerate(heatmap.shades):
            left = place * box
            cell = Box(left, paper.px(3), left + box, paper.px(12))
            patches += [Patch(cell, paper.chart.theme.canvas), Patch(cell, shade.color)]  # shades may be translucent
            label = cut(shade.label, box - paper.px(4), small.width)
            words.append(Words(left + box // 2, paper.px(25), label, small, paper.muted, "center"))
        rows.append(Row(paper.px(31), tuple(words), tuple(patches)))
    return rows
