"""Words that go along a line and remember."""

from __future__ import annotations

from typing import Final

from vedette_query.language.typed import Slot
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.stateful import Argument, Stateful
from vedette_query.vocabulary.math import MATH
from vedette_query.vocabulary.slots import DOUBLE, DURATION, INT, SERIES, passing, passing_macro

_N: Final = (Slot(INT, "n"),)
_SMOOTHING: Final = (Slot(INT, "training"), Slot(DOUBLE, "alpha"), Slot(DOUBLE, "beta"))
_PRESETS: Final = {
    "simple": "10,0.1,0.5",
    "fast": "10,0.1,0.02",
    "slower": "10,0.05,0.03",
    "slow": "10,0.03,0.04",
}


def _word(name: str, arguments: tuple[Slot, ...], summary: str, *examples: str) -> Word:
    def make(input: SeriesExpr, *values: Argument) -> Stateful:
        return Stateful(name, input, values)

    return passing(name, (Slot(SERIES), *arguments), "TimeSeriesExpr", make, summary, *examples)


def _preset(word: str, name: str, numbers: str) -> Word:
    body = f":dup,{numbers},:{word},{word}-{name},:named-rewrite"
    summary = f"As :{word} with the parameters {numbers.replace(',', ', ')}."
    return passing_macro(f"{word}-{name}", (Slot(SERIES),), "TimeSeriesExpr", body, summary, "42")


_EPIC: Final = (
    "noise,:sset,minPercent,:sset,maxPercent,:sset,beta,:sset,alpha,:sset,trainingSize,:sset,line,:sset,"
    "pred,line,:get,trainingSize,:get,alpha,:get,beta,:get,:des,:set,"
    "minPredNoiseBound,pred,:get,noise,:get,:sub,:set,"
    "minPredPercentBound,pred,:get,1,:const,minPercent,:get,:const,:fsub,:fmul,:set,"
    "maxPredNoiseBound,pred,:get,noise,:get,:add,:set,"
    # 2 - (1 - max), not 1 + max: the last digit of the result depends on it
    "maxPredPercentBound,pred,:get,2,:const,1,:const,maxPercent,:get,:const,:fsub,:fsub,:fmul,:set,"
    "line,:get,minPredNoiseBound,:get,:lt,line,:get,minPredPercentBound,:get,:lt,:and,"
    "line,:get,maxPredNoiseBound,:get,:gt,line,:get,maxPredPercentBound,:get,:gt,:and,:or"
)

STATEFUL_WORDS: Final = Vocabulary(
    "stateful",
    (
        _word("delay", _N, "The value n points earlier.", "name,requestsPerSecond,:eq,:sum,5"),
        _word("rolling-count", _N, "How many of the last n points are there and not zero.", ":random,0.4,:gt,5"),
        _word("rolling-min", _N, "The least value of the last n points.", "name,sps,:eq,:sum,5"),
        _word("rolling-max", _N, "The greatest value of the last n points.", "name,sps,:eq,:sum,5"),
        _word(
            "rolling-mean", (*_N, Slot(INT, "minNumValues")),
            "The mean of the last n points, where at least some number of them have a value.", "name,sps,:eq,:sum,5,3",
        ),
        _word("rolling-sum", _N, "The sum of the last n points.", "name,sps,:eq,:sum,5"),
        _word(
            "des", _SMOOTHING, "Double exponential smoothing, started at the beginning of the graph.",
            "name,requestsPerSecond,:eq,:sum,5,0.1,0.5",
        ),
        _word(
            "sdes", _SMOOTHING, "Double exponential smoothing that restarts at fixed times and so can be reproduced.",
            "name,requestsPerSecond,:eq,:sum,5,0.1,0.5",
        ),
        _word(
            "trend", (Slot(DURATION, "window"),),
            "The mean over a time, where a missing value counts as zero. Use :rolling-mean instead.",
            ":random,PT5M", ":random,20m",
        ),
        _word("integral", (), "The sum of all values so far.", "1", "name,requestsPerSecond,:eq,:sum,:per-step"),
        _word("cumulative-max", (), "The greatest value so far.", "1", "name,requestsPerSecond,:eq,:sum"),
        _word("derivative", (), "The change from the point before.", "1", "name,requestsPerSecond,:eq,:sum,:per-step"),
        passing_macro(
            "approx-distinct-cumulative", (Slot(SERIES),), "TimeSeriesExpr",
            ":dup,:cumulative-max,:approx-distinct,approx-distinct-cumulative,:named-rewrite",
            "Estimate the number of distinct values since the beginning of the graph.", "name,server.uniqueUsers,:eq",
        ),
        *(_preset(word, name, numbers) for word in ("des", "sdes") for name, numbers in _PRESETS.items()),
        passing_macro(
            "des-epic-signal",
            (
                Slot(SERIES), *_SMOOTHING, Slot(DOUBLE, "maxPercent"), Slot(DOUBLE, "minPercent"),
                Slot(DOUBLE, "noise"),
            ),
            "TimeSeriesExpr", _EPIC,
            "1 where a line leaves the bounds around its :des prediction: some percentage, and some absolute noise.",
            "name,sps,:eq,:sum,10,0.1,0.5,0.2,0.2,4",
        ),
    ),
    base=MATH,
)  # fmt: skip
