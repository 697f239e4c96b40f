"""The Y axes of a chart with their lines: colours, bounds, ticks, heatmaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from vedette_query.answer import Answer, AnswerLine, statistics
from vedette_query.chart.bounds import Drawn, bounds
from vedette_query.chart.chart import Axis, Heatmap, Line
from vedette_query.chart.coloring import Ink, inks
from vedette_query.chart.heatmap import Counted, Grid, heatmap
from vedette_query.chart.legend import filled, statistic_rows
from vedette_query.chart.options import AXES, AxisOptions, ChartOptions, bound_text
from vedette_query.chart.palette import Palette, gradient
from vedette_query.chart.theme import DRESSES
from vedette_query.chart.ticks import value_ticks
from vedette_query.chart.vision import seen

AMBIGUOUS: Final = "ambiguous-multi-y"
"""The hint that leaves all axes in the colour of the theme."""

_LABEL_ROOM: Final = 36  # pixels from one label of a Y axis to the next
_PERCENTILE: Final = "percentile"


@dataclass(frozen=True)
class _Drawn:
    """A line with the ink that it is drawn with."""

    line: AnswerLine
    ink: Ink
    values: npt.NDArray[np.float64]

    @property
    def percentile(self) -> str | None:
        """The bucket that a line of a heatmap counts."""
        return self.line.tags.get(_PERCENTILE) if self.ink.style == "heatmap" else None


@dataclass(frozen=True)
class _Plot:
    """What is drawn against one axis, and what its legend says below."""

    lines: tuple[_Drawn, ...]
    messages: tuple[str, ...]


def planned_axes(answer: Answer, options: ChartOptions, height: int) -> tuple[tuple[Axis, ...], tuple[str, ...]]:
    """The axes in order, and warnings. Axes count from 0 as they are used, whatever their numbers in the request."""
    numbers = sorted({expression.axis for expression in answer.expressions}) or [0]
    inked = inks(answer, options)
    plots = [_plot(answer, inked, number) for number in numbers]
    chosen: Sequence[AxisOptions] = [options.axes[number] for number in numbers]
    warnings: tuple[str, ...] = ()
    if options.axis_per_line:
        plots, warnings = _apart(plots)
        chosen = options.axes[: len(plots)]
    ground = _Ground(options, answer.step_ms, height, len(plots) > 1 and AMBIGUOUS not in options.hints)
    return tuple(map(ground.axis, range(len(plots)), plots, chosen)), warnings


def _plot(answer: Answer, inked: Sequence[Ink], number: int) -> _Plot:
    lines = [
        _Drawn(line, inked[line.expression], np.asarray(line.values, np.float64))
        for line in answer.lines
        if line.axis == number
    ]
    said = [each.messages[0] for each in answer.expressions if each.axis == number and each.messages]
    return _Plot(tuple(lines), tuple(f"... {message} ..." for message in said[-1:]))


def _apart(plots: list[_Plot]) -> tuple[list[_Plot], tuple[str, ...]]:
    """An axis for each line, if there was one axis and there are not too many lines."""
    if len(plots) > 1:
        return plots, ("axisPerLine cannot be used with explicit multi axis",)
    (plot,) = plots
    if len(plot.lines) > AXES:
        return plots, (f"Too many Y-axes, {len(plot.lines)} > {AXES}, axis per line disabled.",)
    if not plot.lines:
        return plots, ()
    *first, last = plot.lines
    return [*(_Plot((line,), ()) for line in first), _Plot((last,), plot.messages)], ()


@dataclass(frozen=True)
class _Ground:
    """What all axes of a chart have in common."""

    options: ChartOptions
    step_ms: int
    height: int
    colored: bool  # by their first lines

    def axis(self, place: int, plot: _Plot, axis: AxisOptions) -> Axis:
        """An axis with all that is drawn against it."""
        drawn = [Drawn(each.ink.style, each.values, each.percentile) for each in plot.lines]
        lower, upper = bounds(drawn, axis.lower, axis.upper)
        ticks = value_ticks(lower, upper, axis.scale, axis.tick_labels, max(3, self.height // _LABEL_ROOM))
        lines = tuple(_line(each, axis) for each in plot.lines)
        return Axis(
            id=place,
            label=filled(axis.label, [each.line for each in plot.lines]),
            # Opaque, whatever the line is: an axis is to be read.
            color=f"ff{lines[0].color[2:]}" if self.colored and lines else DRESSES[self.options.theme].theme.axis,
            scale=axis.scale,
            lower=lower,
            upper=upper,
            asked_lower=bound_text(axis.lower),
            asked_upper=bound_text(axis.upper),
            tick_labels=axis.tick_labels,
            ticks=ticks,
            lines=lines,
            heatmap=self._heatmap(plot, Grid(lower, upper, ticks, self.step_ms), axis),
            messages=plot.messages,
        )

    def _heatmap(self, plot: _Plot, grid: Grid, axis: AxisOptions) -> Heatmap | None:
        counted = [each for each in plot.lines if each.ink.style == "heatmap"]
        if not counted:
            return None
        own = axis.heatmap.palette
        if own is None:
            palette = gradient(counted[0].ink.color(counted[0].line))
        else:
            palette = Palette(tuple(seen(color, self.options.vision) for color in own.colors))
        return heatmap([Counted(each.values, each.percentile) for each in counted], grid, axis.heatmap, palette)


def _line(drawn: _Drawn, axis: AxisOptions) -> Line:
    line = drawn.line
    numbers = statistics(line.values)
    return Line(
        label=line.legend,
        color=drawn.ink.color(line),
        style=drawn.ink.style,
        width=drawn.ink.width,
        values=line.values,
        statistics=numbers,
        legend=statistic_rows(numbers, axis.tick_labels),
        query=line.query,
        tags=dict(sorted(line.tags.items())),
        group_by=line.group_by,
    )
