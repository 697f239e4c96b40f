"""What a form can choose from: aggregates, and functions with the values they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from vedette_query.language.numbers import parse_double, parse_int, print_double
from vedette_query.model.data import Consolidation
from vedette_query.model.filters import STATISTICS

Kind = Literal["number", "share", "count", "duration", "statistic", "comparison", "consolidation", "key", "keys"]

COMPARISONS: Final = ("gt", "ge", "lt", "le")
CONSOLIDATIONS: Final = get_args(Consolidation)


@dataclass(frozen=True)
class Parameter:
    """A value that a word takes: what it is called, what it can be, and what stands there at first."""

    name: str
    kind: Kind
    usual: str = ""


@dataclass(frozen=True)
class Function:
    """A word that a step may be: what people call it, the heading it is listed under, and its parameters.

    `number`: the one parameter is the other side of an operation, and may stand first. `bare`: it can be written
    straight after a query.
    """

    label: str
    heading: str
    parameters: tuple[Parameter, ...] = ()
    number: bool = False
    bare: bool = False


PLAIN_AGGREGATES: Final = ("sum", "count", "min", "max")
PERCENTILES: Final = "percentiles"
AGGREGATES: Final[Mapping[str, tuple[str, tuple[Parameter, ...]]]] = {
    "sum": ("Sum", ()),
    "avg": ("Average", ()),
    "min": ("Minimum", ()),
    "max": ("Maximum", ()),
    "count": ("Number of series", ()),
    PERCENTILES: ("Percentiles", (Parameter("percentiles", "number", "99"),)),
    "all": ("Every series by itself", ()),
    "dist-avg": ("Average of a timer or distribution", ()),
    "dist-max": ("Maximum of a timer or distribution", ()),
    "dist-stddev": ("Deviation of a timer or distribution", ()),
    "sample-count": (
        "Number of samples between",
        (Parameter("at least", "number", "0"), Parameter("at most", "number", "1")),
    ),
    "stddev": ("Standard deviation", ()),
}
"""How series are combined, with what people call it. Averages by configuration (`node-avg`) come in addition."""

FOLDS: Final = ("sum", "count", "min", "max", "avg", "stddev")
"""Aggregates over lines, which can keep some keys apart."""

KEEP: Final = "keep"
"""The form's own word for `:filter` by one statistic."""

CHANGE, RECENT, LINES = "Rate and change", "Over recent points", "Combine lines"
CHOOSE, COMPARE, ARITHMETIC = "Choose lines", "Compare", "Arithmetic"
FORECAST, OTHER = "Forecast", "Other"

_POINTS: Final = Parameter("points", "count", "5")
_NUMBER: Final = (Parameter("number", "number", "1"),)
_SMOOTHING: Final = (
    Parameter("training points", "count", "10"),
    Parameter("alpha", "number", "0.1"),
    Parameter("beta", "number", "0.5"),
)
_PRESETS: Final = ("simple", "fast", "slower", "slow")
_FOLDED: Final = ("Sum", "Number", "Minimum", "Maximum", "Average", "Standard deviation")
_REST: Final = (
    ("", ""), ("-others-sum", ", others summed"), ("-others-avg", ", others averaged"),
    ("-others-max", ", others' maximum"), ("-others-min", ", others' minimum"),
)  # fmt: skip


def _plain(heading: str, **labels: str) -> dict[str, Function]:
    return {word.replace("_", "-"): Function(label, heading) for word, label in labels.items()}


def _numeric(heading: str, **labels: str) -> dict[str, Function]:
    return {word.rstrip("_"): Function(label, heading, _NUMBER, number=True) for word, label in labels.items()}


FUNCTIONS: Final[Mapping[str, Function]] = {
    **_plain(
        CHANGE, per_step="Amount per step", derivative="Change from the point before", integral="Running total",
        cumulative_max="Greatest so far",
    ),
    "rolling-mean": Function("Moving average", RECENT, (_POINTS, Parameter("at least", "count", "1"))),
    "rolling-sum": Function("Moving sum", RECENT, (_POINTS,)),
    "rolling-min": Function("Moving minimum", RECENT, (_POINTS,)),
    "rolling-max": Function("Moving maximum", RECENT, (_POINTS,)),
    "rolling-count": Function("Points that are not zero", RECENT, (_POINTS,)),
    "delay": Function("Delay by points", RECENT, (_POINTS,)),
    "trend": Function("Trend (mean over a time)", RECENT, (Parameter("window", "duration", "5m"),)),
    "consolidate": Function(
        "Longer step", RECENT, (Parameter("by", "consolidation", "avg"), Parameter("step", "duration", "5m"))
    ),
    "pct": Function("Per cent of the sum", LINES, bare=True),
    **{
        word: Function(f"{label} of the lines", LINES, (Parameter("for each", "keys"),))
        for word, label in zip(FOLDS, _FOLDED, strict=True)
    },
    **{
        f"{word}{rest}": Function(f"{label}{more}", CHOOSE, (Parameter("by", "statistic", "max"),
                                                            Parameter("lines", "count", "5")))
        for rest, more in _REST
        for word, label in (("topk", "Greatest lines"), ("bottomk", "Least lines"))
    },
    KEEP: Function(
        "Lines whose", CHOOSE,
        (Parameter("statistic", "statistic", "max"), Parameter("is", "comparison", "gt"), *_NUMBER),
    ),
    "stat": Function("Flat line at the", CHOOSE, (Parameter("statistic", "statistic", "avg"),)),
    **_numeric(
        COMPARE, gt="Greater than", ge="At least", lt="Less than", le="At most", and_="And", or_="Or",
    ),
    **_numeric(
        ARITHMETIC, mul="Multiply by", div="Divide by", add="Add", sub="Subtract", pow="To the power of",
        fmul="Multiply by (floating point)", fdiv="Divide by (floating point)", fadd="Add (floating point)",
        fsub="Subtract (floating point)",
    ),
    "clamp-min": Function("No lower than", ARITHMETIC, (Parameter("number", "number", "0"),)),
    "clamp-max": Function("No higher than", ARITHMETIC, (Parameter("number", "number", "100"),)),
    **_plain(
        ARITHMETIC, abs="Absolute value", neg="Turn the sign", sqrt="Square root", sin="Sine", cos="Cosine",
        tan="Tangent", cot="Cotangent", sec="Secant", csc="Cosecant",
    ),
    **{f"des-{name}": Function(f"Smooth ({name})", FORECAST, bare=True) for name in _PRESETS},
    **{f"sdes-{name}": Function(f"Smooth, restarting ({name})", FORECAST, bare=True) for name in _PRESETS},
    "des-epic-signal": Function(
        "Outside of the forecast",
        FORECAST,
        (
            *_SMOOTHING,
            Parameter("share above", "share", "0.2"),
            Parameter("share below", "share", "0.2"),
            Parameter("noise", "number", "4"),
        ),
    ),
    "des": Function("Smooth", FORECAST, _SMOOTHING),
    "sdes": Function("Smooth, restarting", FORECAST, _SMOOTHING),
    "approx-distinct": Function("Distinct values", OTHER),
    "approx-distinct-cumulative": Function("Distinct values so far", OTHER, bare=True),
    "as": Function("Rename a key", OTHER, (Parameter("key", "key"), Parameter("to", "key"))),
}  # fmt: skip
"""The words a step may be, in the order in which they are offered."""


def shortest(value: float) -> str:
    """A number as a person types it: `100`, `0.5`, `1E10`; the language reads it back as the same number."""
    text = print_double(value).removesuffix(".0")
    return text if "E" not in text else text.replace(".0E", "E")


def _number(text: str) -> bool:
    return parse_double(text) is not None


def _integer(text: str) -> bool:
    return parse_int(text) is not None


KINDS: Final[Mapping[Kind, tuple[str, Callable[[str], bool]]]] = {
    "number": ("a number", _number),
    "share": ("a share such as 0.2", _number),
    "count": ("a whole number", _integer),
    "duration": ("a duration such as 5m", bool),  # the word itself says what is wrong with one
    "statistic": (f"one of {', '.join(STATISTICS)}", bool),
    "comparison": (f"one of {', '.join(COMPARISONS)}", lambda text: text in COMPARISONS),
    "consolidation": (f"one of {', '.join(CONSOLIDATIONS)}", lambda text: text in CONSOLIDATIONS),
    "key": ("a key", bool),
    "keys": ("a list of keys", bool),
}
"""What a value of each kind should be, and whether a text is one."""
