"""Words that choose lines by a statistic of theirs, and the one that consolidates."""

from __future__ import annotations

from typing import Final, get_args

from vedette_query.language.kinds import Kind
from vedette_query.language.typed import Slot
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.data import Consolidation
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.filters import PRIORITIES, Consolidate, Priority, Stat, StatOfFiltered, filtered
from vedette_query.vocabulary.samples import BY_APP, TOTAL
from vedette_query.vocabulary.slots import DURATION, INT, SERIES, TEXT, passing, passing_macro, typed
from vedette_query.vocabulary.stateful import STATEFUL_WORDS

CONSOLIDATION: Final = Kind(
    "ConsolidationFunction",
    lambda value: value if isinstance(value, str) and value in get_args(Consolidation) else None,
)

_STATISTIC: Final = Slot(TEXT, "stat")
_IN_FILTER: Final = ("avg", "max", "min", "last", "count", "total")
_SAID: Final = {
    "avg": "the average", "max": "the greatest value", "min": "the least value", "last": "the last value",
    "count": "the number of values", "total": "the sum of the values",
}  # fmt: skip
_OTHERS: Final = {"min": "the least of them", "max": "the greatest of them", "sum": "their sum", "avg": "their average"}


def _of_filtered(statistic: str) -> Word:
    summary = f"Inside of :filter, {_SAID[statistic]} of the line that is being judged. Alone it has no value."
    return typed(f"stat-{statistic}", (), "TimeSeriesExpr", lambda: StatOfFiltered(statistic), summary, "", BY_APP)


def _shorthand(statistic: str) -> Word:
    body, summary = f"{statistic},:stat", f"Short for {statistic},:stat: a flat line at {_SAID[statistic]} of the line."
    return passing_macro(f"stat-{statistic}-mf", (Slot(SERIES),), "TimeSeriesExpr", body, summary, TOTAL)


def _priority(name: str) -> Word:
    def make(input: SeriesExpr, statistic: str, k: int) -> Priority:
        return Priority(name, input, statistic, k)

    which, _, rest = name.partition("-others-")
    summary = (
        "Of all lines the k whose statistic (avg, max, min, last, count or total over the graph) is "
        f"{'greatest' if which == 'topk' else 'least'}."
    )
    if rest:
        summary += f" The others become one line, {_OTHERS[rest]}, whose tags say --others--."
    slots = (Slot(SERIES), _STATISTIC, Slot(INT, "k"))
    return passing(name, slots, "TimeSeriesExpr", make, summary, f"{BY_APP},max,2")


FILTERS: Final = Vocabulary(
    "filter",
    (
        passing(
            "consolidate", (Slot(SERIES), Slot(CONSOLIDATION, "cf"), Slot(DURATION, "newStep")), "TimeSeriesExpr",
            Consolidate,
            "Bring a line to a longer step by avg, sum, min or max, and repeat each value over it: the graph keeps "
            "its own step. A step that is no multiple of the graph's becomes the next that is.",
            f"{TOTAL},max,5m", ":random,avg,5m",
        ),
        passing(
            "stat", (Slot(SERIES), _STATISTIC), "TimeSeriesExpr", Stat,
            "A flat line at a statistic of the line over the graph: avg, max, min, last, count or total. Missing "
            "values do not count.",
            *tuple(f"{TOTAL},{statistic}" for statistic in _IN_FILTER),
        ),
        *map(_of_filtered, _IN_FILTER),
        typed(
            "filter", (Slot(SERIES, "t1"), Slot(SERIES, "t2")), "TimeSeriesExpr", filtered,
            "Keep the lines of the first expression for which the second is true (neither 0 nor missing) anywhere in "
            "the graph. In the second, :stat-max and the like stand for a statistic of the line that is judged.",
            f"{BY_APP},:stat-max,10,:gt", f"{BY_APP},:stat-avg,1,:gt,:stat-last,0,:gt,:and",
        ),
        *map(_shorthand, ("min", "max", "avg")),
        *map(_priority, PRIORITIES),
    ),
    base=STATEFUL_WORDS,
)  # fmt: skip
