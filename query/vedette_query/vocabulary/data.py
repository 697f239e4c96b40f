"""Words that read data: aggregate functions, grouping, offsets, consolidation."""

from __future__ import annotations

from typing import Final, get_args

from vedette_query.language.typed import Slot, typed
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.data import Aggregate, All, Consolidation, Function, GroupBy
from vedette_query.model.expr import Node, SeriesExpr, rewrite_series
from vedette_query.model.rewrites import expanded, shifted
from vedette_query.vocabulary.select import QUERIES
from vedette_query.vocabulary.slots import AGGREGATE, DURATION, QUERY, SERIES, TEXTS, passing

_SUMMARIES: Final[dict[Function, str]] = {
    "sum": "The sum of all matching series; a series without a value adds nothing.",
    "count": "How many matching series have a value.",
    "min": "The least value of all matching series.",
    "max": "The greatest value of all matching series.",
}


def _aggregate(function: Function) -> Word:
    return typed(
        function,
        (Slot(QUERY, "q"),),
        "DataExpr",
        lambda query: Aggregate(function, query),
        _SUMMARIES[function],
        "name,sps,:eq",
        "name,sps,:eq,nf.app,www,:eq,:and",
    )


def _consolidation(by: Consolidation) -> Word:
    def consolidate(expr: SeriesExpr) -> SeriesExpr:
        def change(node: Node) -> Node | None:
            return node.consolidating(by) if isinstance(node, Aggregate) else None

        return rewrite_series(expanded(expr), change)

    summary = f"Bring each series to a longer step by the {by} of its values, then aggregate."
    return typed(
        f"cf-{by}", (Slot(SERIES),), "TimeSeriesExpr", consolidate, summary, "name,sps,:eq", "name,sps,:eq,:max"
    )


DATA_WORDS: Final = Vocabulary(
    "data",
    (
        typed("all", (Slot(QUERY, "q"),), "DataExpr", All, "Every matching series, not aggregated.", "name,sps,:eq"),
        *(_aggregate(function) for function in get_args(Function)),
        typed(
            "by", (Slot(AGGREGATE, "af"), Slot(TEXTS, "keys")), "DataExpr", GroupBy,
            "One line for each distinct set of values of the keys; series without one of the keys are left out.",
            "name,sps,:eq,:max,(,nf.cluster,)", "name,sps,:eq,(,nf.cluster,)",
        ),
        passing(
            "offset", (Slot(SERIES), Slot(DURATION, "offset")), "TimeSeriesExpr", shifted,
            "Take the data from some time ago; an earlier offset is replaced.",
            "name,sps,:eq,:max,PT1H", "name,sps,:eq,1w",
        ),
        *(_consolidation(by) for by in get_args(Consolidation)),
    ),
    base=QUERIES,
)  # fmt: skip
