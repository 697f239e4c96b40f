"""The word that lets a macro keep its name."""

from __future__ import annotations

from typing import Final

from vedette_query.language.kinds import TEXT
from vedette_query.language.typed import Slot, read
from vedette_query.language.word import Context, Stack, Word
from vedette_query.model.expr import SeriesExpr, is_predicate
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.model.style import StyleExpr
from vedette_query.vocabulary.samples import CALLS
from vedette_query.vocabulary.slots import SERIES, SETTINGS_ONLY

_NAME: Final = Slot(TEXT, "name")
_SIGNATURES: Final = (
    (Slot(SERIES), Slot(SERIES), _NAME),
    (Slot(SETTINGS_ONLY), Slot(SERIES), _NAME),
    (Slot(SETTINGS_ONLY), Slot(SETTINGS_ONLY), _NAME),
)


def _matches(stack: Stack) -> bool:
    return any(read(stack, slots) is not None for slots in _SIGNATURES)


def _execute(context: Context) -> Context:
    original, rewritten, name = context.stack[-3:]
    evaluated = rewritten.expr if isinstance(rewritten, StyleExpr) else _series(rewritten)
    shown = original.expr if isinstance(original, StyleExpr) else original
    if not (isinstance(shown, SeriesExpr) or is_predicate(shown)):
        shown = _series(shown)
    named: object = NamedRewrite(name, shown, (), evaluated, context.runner.evaluate)
    if isinstance(original, StyleExpr):
        named = StyleExpr(named, original.settings) if isinstance(named, SeriesExpr) else named
    return context.with_stack((*context.stack[:-3], named))


def _series(value: object) -> SeriesExpr:
    series: SeriesExpr = SERIES.read(value)
    return series


NAMED_REWRITE: Final = Word(
    "named-rewrite",
    "original:TimeSeriesExpr rewritten:TimeSeriesExpr name:String -- TimeSeriesExpr",
    "What words use that are made of other words: evaluate the rewritten expression, but print the original one, "
    "followed by a name. Nobody needs it in an expression.",
    (f"{CALLS},:dup,:sum,avg",),
    _matches,
    _execute,
)
