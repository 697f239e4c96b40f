"""The chart's parameters of a graph request, read and checked once. The errors have Atlas's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast, get_args

from vedette_query.chart.bounds import MOST
from vedette_query.chart.chart import Layout, Scale, TickLabels
from vedette_query.chart.options import AXES, AxisOptions, Bound, ChartOptions, HeatmapOptions, Vision, bound_text
from vedette_query.chart.palette import Palette, parse_palette
from vedette_query.chart.theme import DRESSES
from vedette_query.errors import BadNumber, BadRequest, require
from vedette_query.language.numbers import parse_double, parse_int

Given = Mapping[str, str]
"""Parameters by name, each with the value that counts."""

T = TypeVar("T")

_SCALES: Final = get_args(Scale)
_TICK_LABELS: Final = get_args(TickLabels)
_VISIONS: Final = get_args(Vision)
_LAYOUTS: Final = get_args(Layout)
_AUTO: Final = ("auto-style", "auto-data")


def chart_options(given: Given, width: int, height: int, theme: str = "light") -> ChartOptions:
    """The options of a chart; width, height and theme are those of a request without one. Raises `BadRequest`."""
    palette = given.get("palette")
    return ChartOptions(
        width=_positive(given, "w", width),
        height=_positive(given, "h", height),
        zoom=_zoom(given),
        layout=cast(Layout, _one_of(given.get("layout", "canvas"), _LAYOUTS, "unknown layout: {0}")),
        theme=_one_of(given.get("theme", theme), tuple(DRESSES), "invalid theme: {0}"),
        title=given.get("title", ""),
        palette=None if palette is None else parse_palette(palette),
        vision=cast(Vision, _one_of(given.get("vision", "normal"), _VISIONS, "unknown vision type: {0}")),
        legend=not _flag(given, "no_legend"),
        statistics=not _flag(given, "no_legend_stats"),
        only_graph=_flag(given, "only_graph"),
        axis_per_line=_flag(given, "axis_per_line"),
        hints=_hints(given.get("hints", "")),
        id=given.get("id", "default"),
        axes=tuple(_axis(given, axis) for axis in range(AXES)),
    )


def of_axis(given: Given, name: str, axis: int) -> str | None:
    """A parameter of one axis: its own (`name.1`), else that of all axes (`name`)."""
    return given.get(f"{name}.{axis}", given.get(name))


def _axis(given: Given, axis: int) -> AxisOptions:
    def read(name: str, parse: Callable[[str], T], default: T) -> T:
        text = of_axis(given, name, axis)
        return default if text is None else parse(text)

    palette = given.get(f"palette.{axis}")  # without a number it is the palette of the whole chart
    return AxisOptions(
        *_bounds(read("u", _bound, "auto-style"), read("l", _bound, "auto-style")),
        scale=read("scale", _scale, "log" if of_axis(given, "o", axis) == "1" else "linear"),
        stack=of_axis(given, "stack", axis) == "1",
        label=read("ylabel", str, ""),
        tick_labels=read("tick_labels", _tick_labels, "decimal"),
        palette=None if palette is None else parse_palette(palette),
        heatmap=HeatmapOptions(
            read("heatmap_scale", _scale, "linear"),
            *_bounds(read("heatmap_u", _bound, "auto-style"), read("heatmap_l", _bound, "auto-style")),
            palette=read("heatmap_palette", _palette, None),
            label=read("heatmap_label", str, ""),
        ),
    )


def _bounds(upper: Bound, lower: Bound) -> tuple[Bound, Bound]:
    if not isinstance(upper, str) and not isinstance(lower, str):
        text = f"({bound_text(lower)} >= {bound_text(upper)})"
        require(lower < upper, f"lower bound must be less than upper bound {text}")
    return upper, lower


def _bound(text: str) -> Bound:
    if text in _AUTO:
        return cast(Bound, text)
    number = parse_double(text)
    if number is None:
        raise BadNumber(text)
    require(abs(number) <= MOST, f"a bound must be a number up to {MOST:g}, or {' or '.join(_AUTO)} (got {text})")
    return number


def _scale(text: str) -> Scale:
    choice = _one_of(text, _SCALES, "unknown scale type '{0}', should be linear, log, log-linear, pow2, or sqrt")
    return cast(Scale, choice)


def _tick_labels(text: str) -> TickLabels:
    wrong = "tick_labels: unknown value '{0}', acceptable values are off, decimal, binary, and duration"
    return cast(TickLabels, _one_of(text.lower(), _TICK_LABELS, wrong, text))


def _palette(text: str) -> Palette | None:
    return parse_palette(text)


def _one_of(text: str, choices: tuple[Any, ...], wrong: str, shown: str | None = None) -> str:
    if text not in choices:
        there = "" if "should be" in wrong or "acceptable" in wrong else f", there are {', '.join(choices)}"
        raise BadRequest(wrong.format(shown or text) + there)
    return text


def _hints(text: str) -> tuple[str, ...]:
    """Hints in the order given, each once. One that nobody knows changes nothing, as in Atlas."""
    return tuple(dict.fromkeys(hint for part in text.split(",") if (hint := part.strip())))


def _flag(given: Given, name: str) -> bool:
    return given.get(name) == "1"


def _zoom(given: Given) -> float:
    text = given.get("zoom", "1.0")
    number = parse_double(text)
    if number is None:
        raise BadNumber(text)
    require(number > 0, f"zoom must be > 0 (got {text})")
    return number


def _positive(given: Given, name: str, default: int) -> int:
    text = given.get(name)
    number = default if text is None else parse_int(text)
    if number is None:
        raise BadNumber(text or "")
    require(number > 0, f"{name} must be > 0 (got {number})")
    return number
