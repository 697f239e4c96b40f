"""Words that go along a line and remember."""

from __future__ import annotations

from typing import Final

from vedette_query.language.typed import Slot
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.stateful import Argument, Stateful
from vedette_query.vocabulary.math import MATH
from vedette_query.vocabulary.samples import TOTAL
from vedette_query.vocabulary.slots import DOUBLE, DURATION, INT, SERIES, passing, passing_macro

_N: Final = (Slot(INT, "n"),)
_SMOOTHING: Final = (Slot(INT, "training"), Slot(DOUBLE, "alpha"), Slot(DOUBLE, "beta"))
_PRESETS: Final = {
    "simple": "10,0.1,0.5",
    "fast": "10,0.1,0.02",
    "slower": "10,0.05,0.03",
    "slow": "10,0.03,0.04",
}


_FOLLOWS: Final = {
    "simple": "follows the line and its trend closely",
    "fast": "follows the line closely and its trend slowly",
    "slower": "takes its time",
    "slow": "takes most time, for lines that are noisy",
}


def _word(name: str, arguments: tuple[Slot, ...], summary: str, *examples: str) -> Word:
    def make(input: SeriesExpr, *values: Argument) -> Stateful:
        return Stateful(name, input, values)

    return passing(name, (Slot(SERIES), *arguments), "TimeSeriesExpr", make, summary, *examples)


def _preset(word: str, name: str, numbers: str) -> Word:
    body = f":dup,{numbers},:{word},{word}-{name},:named-rewrite"
    training, alpha, beta = numbers.split(",")
    summary = (
        f"Smoothing by :{word} that {_FOLLOWS[name]}: a training of {training} points, alpha {alpha} and beta {beta}."
    )
    return passing_macro(f"{word}-{name}", (Slot(SERIES),), "TimeSeriesExpr", body, summary, TOTAL)


_EPIC: Final = (
    "noise,:sset,minPercent,:sset,maxPercent,:sset,beta,:sset,alpha,:sset,trainingSize,:sset,line,:sset,pred,line,:get,trainingSize,:get,alpha,:get,beta,:get,:des,:set,minPredNoiseBound,pred,:get,noise,:get,:sub,:set,minPredPercentBound,pred,:get,1,:const,minPercent,:get,:const,:fsub,:fmul,:set,maxPredNoiseBound,pred,:get,noise,:get,:add,:set,"
    # 2 - (1 - max), not 1 + max: the last digit of the result depends on it
    "maxPredPercentBound,pred,:get,2,:const,1,:const,maxPercent,:get,:const,:fsub,:fsub,:fmul,:set,line,:get,minPredNoiseBound,:get,:lt,line,:get,minPredPercentBound,:get,:lt,:and,line,:get,maxPredNoiseBound,:get,:gt,line,:get,maxPredPercentBound,:get,:gt,:and,:or"
)

_LAST: Final = "of the last n points, this one among them; missing where none of them has a value."
_DELAY: Final = "The value of the point that lies n points before; missing for the first n."
_COUNT: Final = (
    "How many of the last n points, this one among them, are there and not zero: for how long something held."
)
_INTEGRAL: Final = (
    "The sum of all values since the beginning of the graph; it holds through gaps. With :per-step, a number of events."
)
_MAX: Final = "The greatest value since the beginning of the graph; it holds through gaps."
_DERIVATIVE: Final = "The change from the point before; missing where one of the two is."

STATEFUL_WORDS: Final = Vocabulary(
    "stateful",
    (
        _word("delay", _N, _DELAY, f"{TOTAL},5", f"{TOTAL},:dup,1,:delay,:sub,1"),
        _word("rolling-count", _N, _COUNT, f"{TOTAL},10,:gt,5", ":random,0.4,:gt,5"),
        _word("rolling-min", _N, f"The least value {_LAST}", f"{TOTAL},5"),
        _word("rolling-max", _N, f"The greatest value {_LAST}", f"{TOTAL},5"),
        _word(
            "rolling-mean", (*_N, Slot(INT, "minNumValues")),
            "The mean of the last n points, this one among them. Only those with a value count; where fewer than "
            "minNumValues have one, it is missing.", f"{TOTAL},5,3",
        ),
        _word("rolling-sum", _N, f"The sum {_LAST}", f"{TOTAL},5", f"{TOTAL},:per-step,6"),
        _word(
            "des", _SMOOTHING,
            "What double exponential smoothing expected at each point, from the points before it; missing for the "
            "first ones (training). alpha is how fast it follows the level, beta the trend: 0 is never, 1 at once. "
            "It starts with the graph, so another start gives another line.",
            f"{TOTAL},5,0.1,0.5",
        ),
        _word(
            "sdes", _SMOOTHING,
            "Double exponential smoothing as :des, by two smoothers that take turns and restart at fixed times: two "
            "graphs of other times agree where they overlap.",
            f"{TOTAL},5,0.1,0.5",
        ),
        _word(
            "trend", (Slot(DURATION, "window"),),
            "The mean over the last stretch of time, in which a missing value counts as zero. An old word: "
            ":rolling-mean is better.", f"{TOTAL},5m", f"{TOTAL},PT20M",
        ),
        _word("integral", (), _INTEGRAL, f"{TOTAL},:per-step", "1"),
        _word("cumulative-max", (), _MAX, TOTAL),
        _word("derivative", (), _DERIVATIVE, TOTAL, f"{TOTAL},:integral"),
        passing_macro(
            "approx-distinct-cumulative", (Slot(SERIES),), "TimeSeriesExpr",
            ":dup,:cumulative-max,:approx-distinct,approx-distinct-cumulative,:named-rewrite",
            "Estimate how many distinct values were seen since the beginning of the graph; see :approx-distinct.",
            "name,server.uniqueUsers,:eq",
        ),
        *(_preset(word, name, numbers) for word in ("des", "sdes") for name, numbers in _PRESETS.items()),
        passing_macro(
            "des-epic-signal",
            (
                Slot(SERIES), *_SMOOTHING, Slot(DOUBLE, "maxPercent"), Slot(DOUBLE, "minPercent"),
                Slot(DOUBLE, "noise"),
            ),
            "TimeSeriesExpr", _EPIC,
            "1 where a line leaves what :des expects of it, else 0: above by both the fraction maxPercent and the "
            "amount noise, or below by both minPercent and noise.",
            f"{TOTAL},10,0.1,0.5,0.2,0.2,4",
        ),
    ),
    base=MATH,
)  # fmt: skip
