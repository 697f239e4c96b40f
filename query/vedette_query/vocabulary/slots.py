"""What words of the graph language take from the stack, and the passing-through of presentation settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vedette_query.language.kinds import DOUBLE, DOUBLES, DURATION, INT, LIST, TEXT, TEXTS, Kind
from vedette_query.language.numbers import parse_double
from vedette_query.language.typed import Slot, macro, read, signature, typed
from vedette_query.language.word import Context, Stack, Word
from vedette_query.model.data import Aggregate, All, DataExpr
from vedette_query.model.expr import SeriesExpr, is_predicate
from vedette_query.model.style import StyleExpr
from vedette_query.model.values import Constant


def _series(value: object) -> SeriesExpr | None:
    if isinstance(value, str):
        number = parse_double(value)
        return None if number is None else Constant(number)
    if isinstance(value, SeriesExpr):
        return value
    return Aggregate("sum", value) if is_predicate(value) else None


def _styled(value: object) -> StyleExpr | None:
    if isinstance(value, StyleExpr):
        return value
    series = _series(value)
    return None if series is None else StyleExpr(series)


def _data(value: object) -> DataExpr | None:
    if isinstance(value, DataExpr):
        return value
    return Aggregate("sum", value) if is_predicate(value) else None


def _aggregate(value: object) -> Aggregate | None:
    data = _data(value)
    return data if isinstance(data, Aggregate) else None


def _countable(value: object) -> DataExpr | None:
    data = _data(value)
    return None if isinstance(data, All) else data


QUERY: Final = Kind("Query", lambda value: value if is_predicate(value) else None)
SERIES: Final = Kind("TimeSeriesExpr", _series)
STYLED: Final = Kind("StyleExpr", _styled)
DATA: Final = Kind("DataExpr", _data)
COUNTS: Final = Kind("DataExpr", _countable)
AGGREGATE: Final = Kind("AggregateFunction", _aggregate)
ANY_EXPR: Final = Kind("Expr", _styled)
SETTINGS_ONLY: Final = Kind("StyleExpr", lambda value: value if isinstance(value, StyleExpr) else None)
_THROUGH: Final = Kind("TimeSeriesExpr", lambda value: value if isinstance(value, StyleExpr) else _series(value))

__all__ = [
    "AGGREGATE", "ANY_EXPR", "COUNTS", "DATA", "DOUBLE", "DOUBLES", "DURATION", "INT", "LIST", "QUERY", "SERIES",
    "SETTINGS_ONLY", "STYLED", "TEXT", "TEXTS", "Slot", "macro", "passing", "passing_macro", "presentable", "typed",
]  # fmt: skip


def presentable(value: object) -> StyleExpr | None:
    """The value as something that can be drawn, or None."""
    return _styled(value)


def passing(
    name: str, slots: tuple[Slot, ...], gives: str, make: Callable[..., Any], summary: str, *examples: str
) -> Word:
    """A typed word that accepts styled expressions where series are wanted.

    One styled input: its settings move to the result. Several: none are kept, since nobody could tell which.
    """
    through = _open(slots)

    def execute(context: Context) -> Context:
        values = read(context.stack, through)
        assert values is not None, name  # the interpreter asks `matches` first
        styles = [value.settings for value in values if isinstance(value, StyleExpr)]
        result = make(*(value.expr if isinstance(value, StyleExpr) else value for value in values))
        if len(styles) == 1:
            result = StyleExpr(result, styles[0])
        return context.with_stack((*context.stack[: len(context.stack) - len(slots)], result))

    return Word(name, signature(slots, gives), summary, examples, _matcher(through), execute)


def passing_macro(name: str, slots: tuple[Slot, ...], gives: str, body: str, summary: str, *examples: str) -> Word:
    """A macro that also fits styled expressions; its words know what to do with them."""
    plain = macro(name, slots, gives, body, summary, *examples)
    return Word(name, plain.signature, summary, examples, _matcher(_open(slots)), plain.execute)


def _open(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    return tuple(Slot(_THROUGH, slot.label) if slot.kind is SERIES else slot for slot in slots)


def _matcher(slots: tuple[Slot, ...]) -> Callable[[Stack], bool]:
    return lambda stack: read(stack, slots) is not None
