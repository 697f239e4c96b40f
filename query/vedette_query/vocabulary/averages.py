"""Macros for averages and spreads, and for the rest of trigonometry."""

from __future__ import annotations

from typing import Final

from vedette_query.language.typed import Slot, macro
from vedette_query.language.word import Word
from vedette_query.vocabulary.samples import BY_APP, CALLS, NAMED
from vedette_query.vocabulary.slots import QUERY, SERIES, passing_macro

_TOTAL: Final = "statistic,(,totalTime,totalAmount,),:in,:sum"
_COUNT: Final = "statistic,count,:eq,:sum"
_TURN: Final = "minuteOfHour,:time,10,:div"


def _lines(name: str, body: str, summary: str, *examples: str) -> Word:
    return passing_macro(name, (Slot(SERIES),), "TimeSeriesExpr", body, summary, *examples)


def _distribution(name: str, body: str, summary: str) -> Word:
    """A macro over the parts of a timer or distribution summary; the query is applied to each part."""
    whole = f":dup,{body},:swap,:cq,{name},:named-rewrite"
    return macro(name, (Slot(QUERY),), "TimeSeriesExpr", whole, summary, NAMED, f"{NAMED},app,playback,:eq,:and")


AVERAGES: Final = (
    _lines(
        "avg", ":dup,:dup,:sum,:swap,:count,:div,avg,:named-rewrite",
        "The average: the sum divided by the number of those that have a value. Of a query, over its series; of a "
        "grouped expression, over its lines.", CALLS, BY_APP,
    ),
    _lines(
        # sqrt((N * sum(x^2) - sum(x)^2) / N^2); adding 0 first makes a query an expression and keeps gaps.
        "stddev",
        ":dup,0,:fadd,:dup,:count,:over,:dup,:mul,:sum,:mul,:over,:sum,:dup,:mul,:sub,:swap,:count,:dup,:mul,:div,:sqrt,stddev,:named-rewrite",
        "How far values lie apart: the standard deviation, taken as that of the whole population. Of a query, over "
        "its series; of a grouped expression, over its lines.", CALLS, BY_APP,
    ),
    _lines(
        "pct", ":dup,:dup,:sum,:div,100,:mul,pct,:named-rewrite",
        "Each line of a grouped expression as a percentage of the sum of all its lines.", BY_APP, f"{BY_APP},:stack",
    ),
    _distribution("dist-avg", f"{_TOTAL},{_COUNT},:div",
        "The average of a timer (in seconds) or of a distribution summary: the total by the count."),
    _distribution("dist-max", "statistic,max,:eq,:max",
        "The greatest value that a timer (in seconds) or a distribution summary saw."),
    _distribution(
        "dist-stddev",
        f"{_COUNT},statistic,totalOfSquares,:eq,:sum,:mul,statistic,(,totalAmount,totalTime,),:in,:sum,:dup,:mul,:sub,{_COUNT},:dup,:mul,:div,:sqrt",
        "The standard deviation of a timer (in seconds) or of a distribution summary, from its sum of squares.",
    ),
)  # fmt: skip

TRIGONOMETRY: Final = (
    _lines(
        "cos", ":pi,2,:div,:swap,:sub,:sin", "The cosine of the value in radians, made as sin(pi/2 - x).", "0", _TURN
    ),
    _lines("tan", ":dup,:sin,:swap,:cos,:div", "The tangent of the value in radians, made as sin/cos.", "0", _TURN),
    _lines("cot", ":dup,:cos,:swap,:sin,:div", "The cotangent of the value in radians, made as cos/sin.", "1", _TURN),
    _lines("sec", "1,:swap,:cos,:div", "The secant of the value in radians, made as 1/cos.", "0", _TURN),
    _lines("csc", "1,:swap,:sin,:div", "The cosecant of the value in radians, made as 1/sin.", "1", _TURN),
)
