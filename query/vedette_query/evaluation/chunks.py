"""A window cut into chunks that are evaluated one after the other.

What goes along a line is handed on (`memory.py`), so that a chunk has the values that the whole window has there. What
looks at a window as such looks at the chunk, as in Atlas: `:stat`, `:filter`, `:topk` and `:bottomk` choose anew in
each chunk, by its points alone. `gs` and `ge` of `:time-span` are those of the whole window. A line that has no data in
a chunk is not there in it, but for what still goes along it: an `:integral` holds, where `1,:add` would make 1 of
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import lcm
from typing import Final

from vedette_query.errors import TooMuch
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.filters import Consolidate
from vedette_query.timing.window import Window

POINTS: Final = 60
"""Points of a chunk."""

MAX_POINTS: Final = 10_080
"""Points of a chunk that has to hold whole steps of `:consolidate`: a week of minutes."""


def chunks(exprs: Iterable[SeriesExpr], whole: Window) -> Iterator[Window]:
    """The chunks of a window: of 60 points, the last one of what is left.

    A consolidated step needs all of its points at once. Where there are such steps, a chunk ends with one, and is the
    least multiple of them that has 60 points or more. Raises `TooMuch` when that is too long.
    """
    steps = lcm(*(_steps(expr, whole) for expr in _parts(exprs)))
    length = -(-POINTS // steps) * steps
    if min(length, whole.points) > MAX_POINTS:
        raise TooMuch(
            f"the consolidated steps need {length:,} points at once, the limit is {MAX_POINTS:,}; "
            "use a longer step, or steps of :consolidate that divide each other"
        )
    # The first chunk ends with the step that its last point lies in.
    last = whole.start_ms // whole.step_ms + length - 1
    return _cut(whole, length - last % steps, length)


def _cut(whole: Window, first: int, length: int) -> Iterator[Window]:
    position, points = 0, min(first, whole.points)
    while position < whole.points:
        yield Window(whole.start_ms + position * whole.step_ms, whole.step_ms, points)
        position += points
        points = min(length, whole.points - position)


def _steps(expr: SeriesExpr, window: Window) -> int:
    """How many steps of the window make one of the expression."""
    return expr.steps(window.step_ms) if isinstance(expr, Consolidate) else 1


def _parts(exprs: Iterable[SeriesExpr]) -> Iterator[SeriesExpr]:
    """All expressions inside of some, each once."""
    waiting: list[object] = list(exprs)
    known: set[int] = set()
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, SeriesExpr) and id(expr) not in known:
            known.add(id(expr))
            yield expr
            waiting += vars(expr).values()
