"""Words that compute: constants, arithmetic, aggregates over lines, averages, estimates."""

from __future__ import annotations

import math
from typing import Final

from vedette_query.language.typed import Slot, typed
from vedette_query.language.word import Vocabulary
from vedette_query.model.values import Constant, Random
from vedette_query.vocabulary.arithmetic import BINARY_WORDS, CLAMP_WORDS, UNARY_WORDS
from vedette_query.vocabulary.averages import AVERAGES, TRIGONOMETRY
from vedette_query.vocabulary.data import DATA_WORDS
from vedette_query.vocabulary.estimates import ESTIMATES, MEDIAN
from vedette_query.vocabulary.folding import AS, BY, COMMON_BY, FOLD_WORDS
from vedette_query.vocabulary.rewriting import NAMED_REWRITE
from vedette_query.vocabulary.slots import DOUBLE, INT
from vedette_query.vocabulary.time import TIME, TIME_SPAN

MATH: Final = Vocabulary(
    "math",
    (
        AS,
        BY,
        typed(
            "const", (Slot(DOUBLE, "v"),), "TimeSeriesExpr", Constant,
            "A flat line at a value. A bare number becomes one by itself where a line is wanted, except beside :gt, "
            ":ge, :lt and :le between two numbers, which are then words of queries.", "42", "1e3",
        ),
        typed("pi", (), "TimeSeriesExpr", lambda: Constant(math.pi), "A flat line at the value of π.", ""),
        typed(
            "random", (), "TimeSeriesExpr", Random,
            "Noise between 0 and 1 that depends on nothing but the time: asked again, it is the same.", "",
        ),
        typed(
            "srandom", (Slot(INT, "seed"),), "TimeSeriesExpr", Random,
            "Noise between 0 and 1 as :random makes it, but another line for each seed.", "42",
        ),
        TIME,
        TIME_SPAN,
        COMMON_BY,
        NAMED_REWRITE,
        *CLAMP_WORDS,
        *UNARY_WORDS,
        *BINARY_WORDS,
        *FOLD_WORDS,
        *ESTIMATES,
        *AVERAGES,
        MEDIAN,
        *TRIGONOMETRY,
    ),
    base=DATA_WORDS,
)  # fmt: skip
