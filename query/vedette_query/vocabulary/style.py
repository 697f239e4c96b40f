"""Words about presentation: they carry settings, which are used when an answer is made or drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from vedette_query.language.tokens import listed
from vedette_query.language.typed import Slot
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.filters import filtered
from vedette_query.model.style import StyleExpr
from vedette_query.vocabulary.colors import color, with_alpha
from vedette_query.vocabulary.filter import FILTERS
from vedette_query.vocabulary.slots import SERIES, SETTINGS_ONLY, STYLED, TEXT, TEXTS, passing_macro, typed

_EXPR: Final = Slot(STYLED)
_GROUPED: Final = "name,sps,:eq,:sum,(,nf.cluster,),:by"


def _setting(name: str, summary: str, *examples: str) -> Word:
    def make(styled: StyleExpr, value: str) -> StyleExpr:
        return styled.with_setting(name, value)

    return typed(name, (_EXPR, Slot(TEXT, "v")), "StyleExpr", make, summary, *examples)


def _line_style(name: str, summary: str) -> Word:
    return passing_macro(name, (_EXPR,), "StyleExpr", f"{name},:ls", summary, "name,sps,:eq,:sum")


def _color(styled: StyleExpr, value: str) -> StyleExpr:
    return styled.with_setting("color", color(value), "alpha", "palette")


def _alpha(styled: StyleExpr, value: str) -> StyleExpr:
    merged = with_alpha(styled.settings.get("color", ""), value)
    return styled.with_setting("alpha", value) if merged is None else styled.with_setting("color", merged, "alpha")


def _palette(styled: StyleExpr, value: str) -> StyleExpr:
    return styled.with_setting("palette", value, "color", "alpha")


def _palette_list(styled: StyleExpr, colors: tuple[str, ...]) -> StyleExpr:
    return _palette(styled, f"(,{','.join(colors)},)")


_PALETTE_SIGNATURE: Final = "TimeSeriesExpr String -- StyleExpr"


def _palette_word(slot: Slot, make: Callable[..., StyleExpr], summary: str, example: str) -> Word:
    word = typed("palette", (_EXPR, slot), "StyleExpr", make, summary, f"{_GROUPED},{example}")
    return replace(word, signature=_PALETTE_SIGNATURE)


def _offsets(styled: StyleExpr, offsets: tuple[str, ...]) -> StyleExpr:
    return styled.with_setting("offset", listed(offsets))


def _filter(styled: StyleExpr, condition: SeriesExpr) -> StyleExpr:
    return StyleExpr(filtered(styled.expr, condition), styled.settings)


def _stripped(styled: StyleExpr) -> SeriesExpr:
    return styled.expr


_EPIC: Final = ":des-epic-signal,:vspan,40,:alpha,triggered,:legend,line,:get,line,:legend," + ",".join(
    f"{name},:get,{name},:legend"
    for name in ("minPredNoiseBound", "minPredPercentBound", "maxPredNoiseBound", "maxPredPercentBound")
)

STYLES: Final = Vocabulary(
    "style",
    (
        _setting(
            "legend", "The legend, in which $key stands for the value of a tag.", "name,sps,:eq,(,name,),:by,$name",
            "name,sps,:eq,:sum,1w,:offset,$(name)+$(atlas.offset)",
        ),
        typed(
            "decode", (_EXPR, Slot(TEXT, "mode")), "StyleExpr", lambda styled, mode: styled.edited(mode, "decode"),
            "Decode the legend: hex turns _2E into a dot.", "1,one_21_25_26_3F,:legend,hex",
        ),
        typed(
            "s", (_EXPR, Slot(TEXT, "s"), Slot(TEXT, "r")), "StyleExpr",
            lambda styled, search, replacement: styled.edited(search, replacement, "s"),
            "Search the legend for a regular expression and replace what is found; $1 is its first group.",
            "name,sps,:eq,(,nf.cluster,),:by,$nf.cluster,:legend,^nccp-(.*)$,$1",
        ),
        _setting("axis", "The y axis to use, from 0 to 4.", "name,sps,:eq,:sum,1"),
        typed(
            "offset", (_EXPR, Slot(TEXTS, "offsets")), "StyleExpr", _offsets,
            "A copy of the expression for each offset; data's :offset is better.", "name,sps,:eq,:sum,(,0h,1d,1w,)",
        ),
        typed(
            "filter", (Slot(SETTINGS_ONLY), Slot(SERIES)), "StyleExpr", _filter,
            "The same filter, for an expression that has presentation settings already.",
            "name,sps,:eq,:sum,(,nf.cluster,),:by,$nf.cluster,:legend,:stat-max,30e3,:gt",
        ),
        _setting("sort", "Sort the lines by legend, min, max, avg, count, total or last.", f"{_GROUPED},max"),
        _setting("order", "The direction in which lines are sorted: asc or desc.", f"{_GROUPED},max,:sort,asc"),
        _setting("limit", "Show the first lines only, in the order they are sorted in.", f"{_GROUPED},3"),
        passing_macro(
            "head", (_EXPR, Slot(TEXT, "v")), "StyleExpr", ":limit", "Another name of :limit.", f"{_GROUPED},2",
        ),
        typed(
            "alpha", (_EXPR, Slot(TEXT, "v")), "StyleExpr", _alpha,
            "How opaque the colour is, as two hexadecimal digits.", "name,sps,:eq,:sum,:stack,40",
        ),
        typed(
            "color", (_EXPR, Slot(TEXT, "v")), "StyleExpr", _color,
            "The colour, as f00, ff0000, 80ff0000 or a name.", "name,sps,:eq,:sum,ff0000", "name,sps,:eq,:sum,blue1",
        ),
        _palette_word(Slot(TEXT), _palette, "The palette to take colours from.", "reds"),
        _palette_word(Slot(TEXTS), _palette_list, "A list of colours to take turns.", "(,1a9850,91cf60,d9ef8b,)"),
        _setting("ls", "The line style: line, area, stack, vspan or heatmap.", f"{_GROUPED},area"),
        _setting("lw", "The width of the line.", f"{_GROUPED},2"),
        _line_style("area", "Fill the space below the line."),
        _line_style("line", "Draw a line, which is the default."),
        _line_style("stack", "Stack the filled lines on each other."),
        _line_style("heatmap", "Draw how many values fall into each cell."),
        passing_macro(
            "percentiles-heatmap", (_EXPR,), "StyleExpr", "(,percentile,),:cg,heatmap,:ls",
            "Draw a percentile timer or distribution summary as a heatmap.", "name,requestLatency,:eq",
        ),
        _line_style("vspan", "Shade the time where the value is not zero."),
        passing_macro(
            "des-epic-viz", (), "StyleExpr", _EPIC, "Draw the bounds of :des-epic-signal and where they are left.",
            "name,sps,:eq,:sum,10,0.1,0.5,0.2,0.2,4",
        ),
        typed(
            "strip-style", (_EXPR,), "TimeSeriesExpr", _stripped, "Remove all presentation settings.",
            "name,sps,:eq,:sum,ff0000,:color",
        ),
    ),
    base=FILTERS,
)  # fmt: skip
