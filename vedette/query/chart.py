"""An answer as a chart of characters: axes with round marks, and one colour (or letter) for each line.

Pure: the same answer and look give the same text. plotext does the drawing; it keeps one figure for the whole process,
which is cleared before and after.
"""

from __future__ import annotations

import math
import re
import string
from dataclasses import dataclass
from typing import Final

import plotext

from vedette.query import clock, figures
from vedette.query.look import Look
from vedette_query.answer import Answer
from vedette_query.timing.dates import parse_zone

DRAWN: Final = 20
"""Lines that are drawn; more could not be told apart."""

COLOURS: Final = (33, 208, 35, 170, 37, 196, 142, 99, 44, 214, 70, 205, 67, 130, 109, 160, 148, 105, 180, 245)
"""Of the 256 that terminals know: legible on black as on white."""

_LETTERS: Final = string.ascii_lowercase
_CODES: Final = re.compile(r"\x1b\[[0-9;]*m")
_PLAIN: Final = str.maketrans("─│┌┐└┘├┤┬┴┼", "-|++++++++|")
_LEAST_HEIGHT, _MOST_HEIGHT = 8, 18
_MARK_ROOM: Final = 14  # columns that a time and some air need
_SPREAD: Final = 0.05


@dataclass(frozen=True)
class Swatch:
    """How a line is told from the others in chart and table: a colour of 256, or what it is drawn with."""

    colour: int | None
    mark: str


def swatches(count: int, look: Look) -> list[Swatch]:
    """One for each of `count` lines, those that are not drawn having none."""
    sign = "\u2501\u2501" if look.unicode else "--"
    if look.colour:
        drawn = [Swatch(colour, sign) for colour in COLOURS]
    elif count == 1:
        drawn = [Swatch(None, sign)]
    else:
        drawn = [Swatch(None, letter) for letter in _LETTERS[:DRAWN]]
    return [drawn[place] if place < min(DRAWN, len(drawn)) else Swatch(None, "") for place in range(count)]


def chart(answer: Answer, look: Look, *, below: int = 0) -> str:
    """The chart as lines of text, leaving room for `below` lines in the window. Without any value: one sentence."""
    there = [value for line in answer.lines[:DRAWN] for value in line.values if math.isfinite(value)]
    if not there:
        return "No values in these times."
    lower, upper = bounds(min(there), max(there))
    height = max(_LEAST_HEIGHT, min(_MOST_HEIGHT, look.height - below - 2))
    plotext.clear_figure()
    try:
        _frame(answer, look, lower, upper, height)
        for line, swatch in zip(answer.lines, swatches(len(answer.lines), look), strict=True):
            if swatch.mark and any(map(math.isfinite, line.values)):
                values = [value if math.isfinite(value) else math.nan for value in line.values]
                plotext.plot(range(answer.points), values, marker=_marker(swatch, look), color=swatch.colour)
        drawn = str(plotext.build())
    finally:
        plotext.clear_figure()
    if not look.colour:
        drawn = _CODES.sub("", drawn)
    if not look.unicode:
        drawn = drawn.translate(_PLAIN)
    return "\n".join(line.rstrip() for line in drawn.splitlines())


def bounds(lower: float, upper: float) -> tuple[float, float]:
    """From where to where an axis goes for values between two; zero is shown when it is near."""
    if lower == upper:
        room = abs(lower) * 0.5 or 1.0
        return (lower - room, upper + room) if lower else (0.0, 1.0)
    if 0 <= lower <= upper / 2:
        lower = 0.0
    if lower / 2 <= upper <= 0:
        upper = 0.0
    room = (upper - lower) * _SPREAD
    return lower - (room if lower != 0 else 0), upper + (room if upper != 0 else 0)


def _frame(answer: Answer, look: Look, lower: float, upper: float, height: int) -> None:
    """Size, bounds, marks and colours."""
    plotext.limit_size(False, False)
    plotext.plot_size(look.width, height)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.grid(True, False)
    for dye in (plotext.canvas_color, plotext.axes_color, plotext.ticks_color):
        dye("default")
    plotext.ylim(lower, upper)
    plotext.xlim(0, max(1, answer.points - 1))
    levels = figures.marks(lower, upper, max(4, height // 3))
    plotext.yticks([value for value, _ in levels], [f"{text} " for _, text in levels])
    zone = parse_zone(answer.timezone)
    last = answer.end_ms - answer.step_ms
    times = clock.time_marks(answer.start_ms, last, zone, max(2, look.width // _MARK_ROOM))
    places = [(ms - answer.start_ms) / answer.step_ms for ms, _ in times]
    plotext.xticks(places, [text for _, text in times])


def _marker(swatch: Swatch, look: Look) -> str:
    if len(swatch.mark) == 1:
        return swatch.mark
    return "braille" if look.unicode else "*"
