"""The outline of an expression: its parts, each as the words that it adds to those it works on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from vedette_query.language.numbers import print_double
from vedette_query.language.tokens import join, listed
from vedette_query.model.data import DataExpr
from vedette_query.model.estimates import ApproxDistinct, Percentiles
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.filters import Stat
from vedette_query.model.rewrites import NamedRewrite

MAX_PARTS: Final = 200
"""Parts of an outline; shared ones count wherever they stand, and `:dup` can share a great deal."""


@dataclass(frozen=True)
class Part:
    """One part. `expr` is None where parts were left out."""

    expr: SeriesExpr | None
    words: str
    parts: tuple[Part, ...] = ()


def outline(expr: SeriesExpr, *, most: int = MAX_PARTS) -> Part:
    """The parts of an expression, from the last word down to the data; past `most` they are left out."""
    return _Outliner(most).part(expr)


class _Outliner:
    def __init__(self, most: int) -> None:
        self._left = most

    def part(self, expr: SeriesExpr) -> Part:
        self._left -= 1
        if self._left < 0:
            return Part(None, "...")
        if isinstance(expr, DataExpr):
            return Part(expr, expr.text())
        inner = list(_inner(expr))
        words = _words(expr, inner)
        return Part(expr, words, tuple(map(self.part, inner)))


def _inner(expr: SeriesExpr) -> Iterator[SeriesExpr]:
    match expr:
        case NamedRewrite():
            yield expr.evaluated
        case ApproxDistinct():
            yield expr.registers
        case Stat(short=True):
            return  # it is the line that is being filtered, which stands beside it
        case _:
            for field in dataclasses.fields(cast(Any, expr)):
                value = getattr(expr, field.name)
                if isinstance(value, SeriesExpr):
                    yield value


def _words(expr: SeriesExpr, inner: list[SeriesExpr]) -> str:
    """What an expression adds to the text of its parts."""
    match expr:
        case NamedRewrite():
            return join((*map(print_double, expr.parameters), f":{expr.name}"))
        case Percentiles():
            return join((listed(map(print_double, expr.percentiles)), ":percentiles"))
        case ApproxDistinct():
            return ":approx-distinct"
        case _:
            before = join((*(part.text() for part in inner), ""))
            text = expr.text()
            return text.removeprefix(before) if inner else text
