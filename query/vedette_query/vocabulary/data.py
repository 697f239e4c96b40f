"""Words that read data: aggregate functions, grouping, offsets, consolidation."""

from __future__ import annotations

from typing import Final, get_args

from vedette_query.language.typed import Slot, typed
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.data import Aggregate, All, Consolidation, Function, GroupBy
from vedette_query.model.expr import Node, SeriesExpr, rewrite_series
from vedette_query.model.rewrites import expanded, shifted
from vedette_query.vocabulary.samples import CALLS, SLOWEST, TOTAL
from vedette_query.vocabulary.select import QUERIES
from vedette_query.vocabulary.slots import AGGREGATE, DURATION, QUERY, SERIES, TEXTS, passing

_SUMMARIES: Final[dict[Function, str]] = {
    "sum": "One line: the sum of all series that match. A series without a value adds nothing. It is what a query "
    "alone means, too.",
    "count": "One line: how many of the series that match have a value.",
    "min": "One line: the least value among the series that match.",
    "max": "One line: the greatest value among the series that match.",
}


_CONSOLIDATED: Final[dict[Consolidation, str]] = {
    "avg": "average (gaps count in the divisor)",
    "sum": "sum",
    "min": "least",
    "max": "greatest",
}


def _aggregate(function: Function) -> Word:
    return typed(
        function,
        (Slot(QUERY, "q"),),
        "DataExpr",
        lambda query: Aggregate(function, query),
        _SUMMARIES[function],
        CALLS,
        f"{CALLS},region,eu-west-1,:eq,:and",
    )


def _consolidation(by: Consolidation) -> Word:
    def consolidate(expr: SeriesExpr) -> SeriesExpr:
        def change(node: Node) -> Node | None:
            return node.consolidating(by) if isinstance(node, Aggregate) else None

        return rewrite_series(expanded(expr), change)

    summary = (
        f"How each series comes to a longer step before the series are combined: by the {_CONSOLIDATED[by]} of the "
        "values in it. What is usual for the aggregate is left unsaid when printed."
    )
    return typed(f"cf-{by}", (Slot(SERIES),), "TimeSeriesExpr", consolidate, summary, TOTAL, SLOWEST)


_ALL: Final = "Every series that matches as a line of its own, with all its tags. For looking closely; it can be many."

DATA_WORDS: Final = Vocabulary(
    "data",
    (
        typed("all", (Slot(QUERY, "q"),), "DataExpr", All, _ALL, f"{CALLS},app,api,:eq,:and"),
        *(_aggregate(function) for function in get_args(Function)),
        typed(
            "by", (Slot(AGGREGATE, "af"), Slot(TEXTS, "keys")), "DataExpr", GroupBy,
            "One line for each set of values that the keys have. A series that lacks one of the keys is left out.",
            f"{CALLS},(,app,)", f"{TOTAL},(,app,region,)", f"{SLOWEST},(,app,)",
        ),
        passing(
            "offset", (Slot(SERIES), Slot(DURATION, "offset")), "TimeSeriesExpr", shifted,
            "Take the data from some time ago and draw it now. It replaces an offset that was there; what is no "
            "whole number of steps acts as the next longer one.",
            f"{TOTAL},1h", f"{TOTAL},:dup,1w,:offset,:div,PT5M",
        ),
        *(_consolidation(by) for by in get_args(Consolidation)),
    ),
    base=QUERIES,
)  # fmt: skip
