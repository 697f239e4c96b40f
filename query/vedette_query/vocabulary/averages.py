"""Macros for averages and spreads, and for the rest of trigonometry."""

from __future__ import annotations

from typing import Final

from vedette_query.language.typed import Slot, macro
from vedette_query.language.word import Word
from vedette_query.vocabulary.slots import QUERY, SERIES, passing_macro

_GROUPED: Final = "name,sps,:eq,(,nf.cluster,),:by"
_TOTAL: Final = "statistic,(,totalTime,totalAmount,),:in,:sum"
_COUNT: Final = "statistic,count,:eq,:sum"


def _lines(name: str, body: str, summary: str, *examples: str) -> Word:
    return passing_macro(name, (Slot(SERIES),), "TimeSeriesExpr", body, summary, *examples)


def _distribution(name: str, body: str, summary: str) -> Word:
    """A macro over the parts of a timer or distribution summary; the query is applied to each part."""
    whole = f":dup,{body},:swap,:cq,{name},:named-rewrite"
    return macro(name, (Slot(QUERY),), "TimeSeriesExpr", whole, summary, "name,playback.startLatency,:eq")


AVERAGES: Final = (
    _lines(
        "avg", ":dup,:dup,:sum,:swap,:count,:div,avg,:named-rewrite",
        "The average of the matching series, or of the lines of a grouped expression.", _GROUPED,
    ),
    _lines(
        # sqrt((N * sum(x^2) - sum(x)^2) / N^2); adding 0 first makes a query an expression and keeps gaps.
        "stddev",
        ":dup,0,:fadd,:dup,:count,:over,:dup,:mul,:sum,:mul,:over,:sum,:dup,:mul,:sub,:swap,:count,:dup,:mul,:div,:sqrt,"
        "stddev,:named-rewrite",
        "The standard deviation (of the whole population) of the lines.", _GROUPED,
    ),
    _lines(
        "pct", ":dup,:dup,:sum,:div,100,:mul,pct,:named-rewrite", "Each line as a percentage of the sum.", _GROUPED,
    ),
    _distribution("dist-avg", f"{_TOTAL},{_COUNT},:div", "The average of a timer or distribution summary."),
    _distribution("dist-max", "statistic,max,:eq,:max", "The maximum of a timer or distribution summary."),
    _distribution(
        "dist-stddev",
        f"{_COUNT},statistic,totalOfSquares,:eq,:sum,:mul,statistic,(,totalAmount,totalTime,),:in,:sum,:dup,:mul,:sub,"
        f"{_COUNT},:dup,:mul,:div,:sqrt",
        "The standard deviation of a timer or distribution summary.",
    ),
)  # fmt: skip

TRIGONOMETRY: Final = (
    _lines("cos", ":pi,2,:div,:swap,:sub,:sin", "The cosine.", "42"),
    _lines("tan", ":dup,:sin,:swap,:cos,:div", "The tangent.", "42"),
    _lines("cot", ":dup,:cos,:swap,:sin,:div", "The cotangent.", "42"),
    _lines("sec", "1,:swap,:cos,:div", "The secant.", "42"),
    _lines("csc", "1,:swap,:sin,:div", "The cosecant.", "42"),
)
