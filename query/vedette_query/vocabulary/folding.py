"""Words that combine lines and change groupings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, get_args

from vedette_query.language.kinds import Kind
from vedette_query.language.typed import Slot
from vedette_query.language.word import Word
from vedette_query.model.data import Aggregate, Function, GroupBy
from vedette_query.model.expr import Node, SeriesExpr, is_predicate, rewrite_series
from vedette_query.model.folding import As, Fold, FoldBy
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.model.style import StyleExpr
from vedette_query.vocabulary.samples import BY_APP, BY_APP_AND_REGION, CALLS
from vedette_query.vocabulary.slots import ANY_EXPR, SERIES, TEXT, TEXTS, passing, typed

Keys = tuple[str, ...]

KEYS: Final = Kind("List", TEXTS.read)
"""Keys of a grouping; signatures call them a list."""


_FOLDED: Final[dict[Function, str]] = {
    "sum": "the sum of all lines, where a missing value adds nothing",
    "count": "how many lines have a value",
    "min": "the least value of all lines",
    "max": "the greatest value of all lines",
}


def _fold(function: Function) -> Word:
    def make(input: SeriesExpr) -> SeriesExpr:
        if isinstance(input, Aggregate) and function != "count":
            return input  # a single line already
        return Fold(function, input)

    summary = (
        f"One line of many: {_FOLDED[function]}. Of the lines of an expression, that is; of the series of a query it "
        "is the word of the same name in the vocabulary data."
    )
    return passing(function, (Slot(SERIES),), "TimeSeriesExpr", make, summary, BY_APP, f"{BY_APP},10,:gt")


def _by(expr: SeriesExpr, keys: Keys) -> SeriesExpr:
    """Group what is not grouped yet; what is grouped is summed, or aggregated as its last word says, by fewer keys."""
    if isinstance(expr, Fold) and expr.input.grouped:
        return FoldBy(expr, keys)
    if expr.grouped:
        return FoldBy(Fold("sum", expr), keys)

    def group(node: Node) -> Node | None:
        match node:
            case NamedRewrite():
                return node.by(keys)
            case Aggregate():
                return GroupBy(node, keys)
            case Fold(_, input) if input.grouped:
                return FoldBy(node, keys)
            case _:
                return None

    return rewrite_series(expr, group)


def _more(keys: Keys, more: Keys) -> Keys:
    return (*keys, *(key for key in more if key not in keys))


def _common_by(expr: SeriesExpr, keys: Keys) -> SeriesExpr:
    """Add keys to every grouping; what is not grouped becomes so."""

    def group(node: Node) -> Node | None:
        match node:
            case NamedRewrite() if is_predicate(node.shown):
                return replace(node, evaluated=_common_by(node.evaluated, keys)) if node.grouped else node.by(keys)
            case Aggregate():
                return GroupBy(node, keys)
            case GroupBy():
                return replace(node, keys=_more(node.keys, keys))
            case Fold():
                return FoldBy(replace(node, input=_common_by(node.input, keys)), keys)
            case FoldBy(fold, inner):
                return FoldBy(replace(fold, input=_common_by(fold.input, keys)), _more(inner, keys))
            case _:
                return None

    return rewrite_series(expr, group)


def _common_by_styled(styled: StyleExpr, keys: Keys) -> Any:
    expr = _common_by(styled.expr, keys)
    return StyleExpr(expr, styled.settings) if styled.settings else expr


FOLD_WORDS: Final = tuple(_fold(function) for function in get_args(Function))

AS: Final = typed(
    "as",
    (Slot(SERIES), Slot(TEXT, "original"), Slot(TEXT, "replacement")),
    "TimeSeriesExpr",
    As,
    "Call a key of the grouping by another name, for example to join with lines that are grouped by that one.",
    "name,ipc.client.call,:eq,statistic,count,:eq,:and,(,ipc.server.app,),:by,ipc.server.app,app",
)

BY: Final = typed(
    "by",
    (Slot(SERIES), Slot(KEYS, "keys")),
    "TimeSeriesExpr",
    _by,
    "Group all data inside of an expression by the keys. An expression that is grouped already becomes the sum (or "
    "what its last word was) by fewer of its keys.",
    f"{CALLS},:avg,(,app,)",
    f"{BY_APP_AND_REGION},:max,(,region,)",
)

COMMON_BY: Final = typed(
    "cg",
    (Slot(ANY_EXPR), Slot(KEYS, "keys")),
    "Expr",
    _common_by_styled,
    "Add keys to every grouping inside of an expression; what is not grouped becomes so.",
    f"{CALLS},(,region,)",
    f"{BY_APP},(,region,)",
)
