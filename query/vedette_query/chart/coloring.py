"""Which colour each line has: its own, or the next one of a palette in the order of the legends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vedette_query.answer import Answer, AnswerExpression, AnswerLine
from vedette_query.chart.chart import LineStyle
from vedette_query.chart.colors import with_alpha
from vedette_query.chart.look import Look, look
from vedette_query.chart.options import ChartOptions
from vedette_query.chart.palette import Palette, Turns
from vedette_query.chart.theme import DRESSES
from vedette_query.chart.vision import seen


@dataclass(frozen=True)
class Ink:
    """What the lines of one expression are drawn with; a palette that goes by the label has no colours here."""

    style: LineStyle
    width: float
    colors: Sequence[str]
    by_label: Turns | None
    alpha: str | None
    options: ChartOptions

    def color(self, line: AnswerLine) -> str:
        """The colour of a line of the expression, as it is seen."""
        color = self.by_label.color(line.legend) if self.by_label else self.colors[line.place]
        return seen(color if self.alpha is None else with_alpha(color, self.alpha), self.options.vision)


def inks(answer: Answer, options: ChartOptions) -> list[Ink]:
    """The inks of all expressions, in their order. Raises `BadRequest` for settings that make no sense.

    Colours are handed out axis by axis, and before lines are sorted or left out: they do not change with the order.
    """
    pots = _Pots(options)
    found: dict[int, Ink] = {}
    for axis in sorted({expression.axis for expression in answer.expressions}):
        pots.open(axis)
        for place, expression in enumerate(answer.expressions):
            if expression.axis == axis:
                found[place] = pots.ink(expression, look(expression.style, options.theme))
    return [found[place] for place in range(len(answer.expressions))]


class _Pots:
    """The palettes of a chart, with the colours that were taken from them so far."""

    def __init__(self, options: ChartOptions) -> None:
        dress = DRESSES[options.theme]
        self._options = options
        self._chart = _Pot(options.palette or dress.lines)
        self._offsets = _Pot(dress.offsets)

    def open(self, axis: int) -> None:
        """Go on to the lines of another axis."""
        self._number = axis
        self._axis = self._options.axes[axis]
        self._own = _Pot(self._axis.palette) if self._axis.palette else self._chart
        self._heat: str | None = None

    def ink(self, expression: AnswerExpression, looks: Look) -> Ink:
        """The ink of an expression, with colours for all of its lines."""
        style = looks.style or ("stack" if self._axis.stack else "line")
        count = expression.lines
        if looks.color is not None:
            return Ink(style, looks.width, [looks.color] * count, None, None, self._options)
        pot = _Pot(looks.palette) if looks.palette else self._offsets if expression.offset_ms > 0 else self._own
        if style == "heatmap":
            return Ink(style, looks.width, [self._heatmap(pot, count)] * count, None, looks.alpha, self._options)
        if pot.by_label:
            return Ink(style, looks.width, (), pot.turns, looks.alpha, self._options)
        colors = [pot.turns.color("") for _ in range(count)]
        return Ink(style, looks.width, colors, None, looks.alpha, self._options)

    def _heatmap(self, pot: _Pot, count: int) -> str:
        """The one colour of all heatmap lines of an axis; none is taken where the heatmap has a palette of its own."""
        if self._heat is None and count:
            heated = self._axis.heatmap.palette is not None
            self._heat = "ff000000" if heated else pot.turns.color(f"heatmap{self._number}")
        return self._heat or "ff000000"


class _Pot:
    def __init__(self, palette: Palette) -> None:
        self.turns = Turns(palette)
        self.by_label = palette.hashed
