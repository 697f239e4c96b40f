"""Words that choose lines by a statistic of theirs, and the one that consolidates."""

from __future__ import annotations

from typing import Final, get_args

from vedette_query.language.kinds import Kind
from vedette_query.language.typed import Slot
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.data import Consolidation
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.filters import PRIORITIES, Consolidate, Priority, Stat, StatOfFiltered, filtered
from vedette_query.vocabulary.slots import DURATION, INT, SERIES, TEXT, passing, passing_macro, typed
from vedette_query.vocabulary.stateful import STATEFUL_WORDS

CONSOLIDATION: Final = Kind(
    "ConsolidationFunction",
    lambda value: value if isinstance(value, str) and value in get_args(Consolidation) else None,
)

_STATISTIC: Final = Slot(TEXT, "stat")
_IN_FILTER: Final = ("avg", "max", "min", "last", "count", "total")


def _of_filtered(statistic: str) -> Word:
    summary = f"Inside of a filter: the {statistic} of the line that is being filtered."
    examples = ("", "name,sps,:eq,:sum")
    return typed(f"stat-{statistic}", (), "TimeSeriesExpr", lambda: StatOfFiltered(statistic), summary, *examples)


def _shorthand(statistic: str) -> Word:
    body, summary = f"{statistic},:stat", f"Short for {statistic},:stat."
    return passing_macro(f"stat-{statistic}-mf", (Slot(SERIES),), "TimeSeriesExpr", body, summary, "42")


def _priority(name: str) -> Word:
    def make(input: SeriesExpr, statistic: str, k: int) -> Priority:
        return Priority(name, input, statistic, k)

    which, _, rest = name.partition("-others-")
    summary = f"The k lines whose statistic is {'greatest' if which == 'topk' else 'least'}."
    if rest:
        summary += f" The others are shown as one line, their {rest}."
    slots = (Slot(SERIES), _STATISTIC, Slot(INT, "k"))
    return passing(name, slots, "TimeSeriesExpr", make, summary, "name,sps,:eq,:sum,(,nf.cluster,),:by,max,5")


FILTERS: Final = Vocabulary(
    "filter",
    (
        passing(
            "consolidate", (Slot(SERIES), Slot(CONSOLIDATION, "cf"), Slot(DURATION, "newStep")), "TimeSeriesExpr",
            Consolidate, "Show a line at a longer step, while the graph keeps its own.", ":random,avg,5m",
        ),
        passing(
            "stat", (Slot(SERIES), _STATISTIC), "TimeSeriesExpr", Stat,
            "A flat line at a statistic of the line: avg, max, min, last, count or total.",
            *tuple(f"name,sps,:eq,:sum,{statistic}" for statistic in _IN_FILTER),
        ),
        *map(_of_filtered, _IN_FILTER),
        typed(
            "filter", (Slot(SERIES, "t1"), Slot(SERIES, "t2")), "TimeSeriesExpr", filtered,
            "Keep the lines for which the second expression is true anywhere in the graph.",
            "name,sps,:eq,:sum,(,nf.cluster,),:by,:stat-max,30e3,:gt",
        ),
        *map(_shorthand, ("min", "max", "avg")),
        *map(_priority, PRIORITIES),
    ),
    base=STATEFUL_WORDS,
)  # fmt: skip
