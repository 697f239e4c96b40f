"""Words that estimate from buckets and registers."""

from __future__ import annotations

import math
from typing import Final

from vedette_query.errors import require
from vedette_query.evaluation.buckets import bucket_of
from vedette_query.language.numbers import print_double
from vedette_query.language.typed import Slot, read, signature
from vedette_query.language.word import Context, Word
from vedette_query.model.data import Aggregate, DataExpr, GroupBy
from vedette_query.model.estimates import PERCENTILE, ApproxDistinct, Percentiles
from vedette_query.model.query import both, either
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.vocabulary.samples import NAMED
from vedette_query.vocabulary.slots import COUNTS, DOUBLE, DOUBLES, QUERY, SERIES, passing_macro, typed
from vedette_storage.predicate import GreaterOrEqual, LessOrEqual, Predicate

_RANGE: Final = (Slot(QUERY, "q"), Slot(DOUBLE, "min"), Slot(DOUBLE, "max"))
_WHOLE: Final = (Slot(QUERY, "q"),)
_NS_PER_S: Final = 1e9


def _percentiles(counts: DataExpr, percentiles: tuple[float, ...]) -> Percentiles:
    """Bucket counts are always summed, whatever aggregate stood there."""
    keys = counts.grouping
    total = Aggregate("sum", counts.query, shift=counts.offset)
    return Percentiles(GroupBy(total, (PERCENTILE, *keys)), percentiles)


def _sample_count(context: Context) -> Context:
    query, least, greatest = read(context.stack, _RANGE) or ()
    named = _samples(context, query, least, greatest)
    return context.with_stack((*context.stack[:-3], named))


def _all_samples(context: Context) -> Context:
    named = _samples(context, context.stack[-1], 0.0, math.inf)
    return context.with_stack((*context.stack[:-1], named))


def _samples(context: Context, query: Predicate, least: float, greatest: float) -> NamedRewrite:
    require(least < greatest, f"min >= max (min={print_double(least)}, max={print_double(greatest)})")
    require(least >= 0, f"min < 0 (min={print_double(least)})")
    values = _buckets("D", least, greatest)
    durations = _buckets("T", least * _NS_PER_S, greatest * _NS_PER_S)
    evaluated = Aggregate("sum", both(query, either(values, durations)))
    return NamedRewrite("sample-count", query, (least, greatest), evaluated, context.runner.evaluate)


def _buckets(prefix: str, least: float, greatest: float) -> Predicate:
    first, last = (f"{prefix}{bucket_of(value):04X}" for value in (least, greatest))
    return both(GreaterOrEqual(PERCENTILE, first), LessOrEqual(PERCENTILE, last))


ESTIMATES: Final = (
    typed(
        "percentiles",
        (Slot(COUNTS), Slot(DOUBLES, "percentiles")),
        "Expr",
        _percentiles,
        "Estimate percentiles (0 to 100) of a percentile timer, in seconds, or of a distribution summary: one line "
        "for each of them, in each group. What was aggregated otherwise is summed.",
        f"{NAMED},(,50,95,99,)",
        f"{NAMED},(,app,),:by,(,99,)",
    ),
    typed(
        "approx-distinct",
        (Slot(SERIES),),
        "Expr",
        ApproxDistinct,
        "Estimate how many distinct values were seen, from registers that were published for it (HyperLogLog: 64 "
        "registers in the tag distinct, some 13 % off).",
        "name,server.uniqueUsers,:eq",
        "name,server.uniqueUsers,:eq,(,region,),:by",
    ),
    Word(
        "sample-count",
        signature(_RANGE, "TimeSeriesExpr"),
        "Estimate how many samples per second of a percentile timer (bounds in seconds) or distribution summary lie "
        "between two bounds. It counts the buckets that the bounds lie in.",
        (f"{NAMED},0.1,0.5", f"{NAMED},app,playback,:eq,:and,0.5,Infinity"),
        lambda stack: read(stack, _RANGE) is not None,
        _sample_count,
    ),
    Word(
        "sample-count",
        signature(_WHOLE, "TimeSeriesExpr"),
        "How many samples per second a percentile timer or distribution summary saw, from all of its buckets.",
        (NAMED,),
        lambda stack: read(stack, _WHOLE) is not None,
        _all_samples,
    ),
)

MEDIAN: Final = passing_macro(
    "median",
    (Slot(SERIES),),
    "TimeSeriesExpr",
    "(,50,),:percentiles",
    "Estimate the median of a percentile timer, in seconds, or of a distribution summary: the 50th percentile.",
    NAMED,
    f"{NAMED},(,app,),:by",
)
