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
from vedette_query.vocabulary.samples import BY_APP, NAMED, TOTAL
from vedette_query.vocabulary.slots import SERIES, SETTINGS_ONLY, STYLED, TEXT, TEXTS, passing_macro, typed

_EXPR: Final = Slot(STYLED)


def _setting(name: str, summary: str, *examples: str) -> Word:
    def make(styled: StyleExpr, value: str) -> StyleExpr:
        return styled.with_setting(name, value)

    return typed(name, (_EXPR, Slot(TEXT, "v")), "StyleExpr", make, summary, *examples)


def _line_style(name: str, summary: str) -> Word:
    return passing_macro(name, (_EXPR,), "StyleExpr", f"{name},:ls", summary, TOTAL)


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
    word = typed("palette", (_EXPR, slot), "StyleExpr", make, summary, f"{BY_APP},{example}")
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
            "legend",
            "What a line is called. In it $key or $(key) stands for the value of a tag, and $atlas.avg, $atlas.max, "
            "$atlas.min, $atlas.last, $atlas.total and $atlas.offset for what they say.",
            f"{BY_APP},calls of $app", f"{TOTAL},1w,:offset,a week ago ($(atlas.offset))",
        ),
        typed(
            "decode", (_EXPR, Slot(TEXT, "mode")), "StyleExpr", lambda styled, mode: styled.edited(mode, "decode"),
            "Decode the legend: hex turns _2E into a dot and so on, none leaves it as it is.", "1,a_2Eb_21,:legend,hex",
        ),
        typed(
            "s", (_EXPR, Slot(TEXT, "s"), Slot(TEXT, "r")), "StyleExpr",
            lambda styled, search, replacement: styled.edited(search, replacement, "s"),
            "Search the legend for a regular expression and replace what is found. In the replacement $1 is the "
            "first group of the match, and $key a tag.",
            f"{BY_APP},$app,:legend,^play(.*)$,$1",
        ),
        _setting("axis", "The y axis that the lines belong to, from 0 (left) to 4.", f"{TOTAL},1"),
        typed(
            "offset", (_EXPR, Slot(TEXTS, "offsets")), "StyleExpr", _offsets,
            "One copy of the expression for each offset of a list. An old form: :dup and the :offset of the "
            "vocabulary data say it better.", f"{TOTAL},(,0h,1d,1w,)",
        ),
        typed(
            "filter", (Slot(SETTINGS_ONLY), Slot(SERIES)), "StyleExpr", _filter,
            "Keep the lines for which the second expression is true anywhere in the graph, as the :filter of the "
            "vocabulary filter does, for an expression that has a legend or the like already.",
            f"{BY_APP},$app,:legend,:stat-max,10,:gt",
        ),
        _setting(
            "sort", "Sort the lines by legend (which is usual), min, max, avg, count, total or last.", f"{BY_APP},max"
        ),
        _setting(
            "order", "The direction in which the lines are sorted: asc (which is usual) or desc.",
            f"{BY_APP},max,:sort,desc"
        ),
        _setting(
            "limit", "Show only so many lines, the first in the order they are sorted in.",
            f"{BY_APP},max,:sort,desc,:order,3",
        ),
        passing_macro(
            "head", (_EXPR, Slot(TEXT, "v")), "StyleExpr", ":limit",
            "Show only so many lines: another name of :limit.", f"{BY_APP},2",
        ),
        typed(
            "alpha", (_EXPR, Slot(TEXT, "v")), "StyleExpr", _alpha,
            "How opaque the colour is, as two hexadecimal digits: 00 cannot be seen, ff hides all behind.",
            f"{TOTAL},:area,40",
        ),
        typed(
            "color", (_EXPR, Slot(TEXT, "v")), "StyleExpr", _color,
            "The colour of the lines: f00, ff0000, 80ff0000 (with how opaque it is first), or a name such as blue1, "
            "gray2 or red3. A palette that was set is forgotten.", f"{TOTAL},ff0000", f"{TOTAL},blue1",
        ),
        _palette_word(Slot(TEXT), _palette,
            "The palette whose colours the lines take in turns, by its name. A colour that was set is forgotten.",
            "reds"),
        _palette_word(Slot(TEXTS), _palette_list, "A list of colours that the lines take in turns.",
            "(,1a9850,91cf60,d9ef8b,)"),
        _setting(
            "ls",
            "The line style: line, area, stack, vspan, heatmap, or hspan, which shades from the least to the greatest "
            "value.",
            f"{BY_APP},area",
        ),
        _setting("lw", "The width of the lines, in pixels.", f"{BY_APP},2"),
        _line_style("area", "Draw the lines with the space between them and zero filled."),
        _line_style("line", "Draw the lines as lines, which is what is done anyway."),
        _line_style("stack", "Draw the lines filled, each on top of the one before, so that the top is their sum."),
        _line_style("heatmap", "Draw in each cell of time and value how many values fall into it."),
        passing_macro(
            "percentiles-heatmap", (_EXPR,), "StyleExpr", "(,percentile,),:cg,heatmap,:ls",
            "Draw the buckets of a percentile timer or distribution summary as a heatmap: when there was how much of "
            "which value.", NAMED,
        ),
        _line_style("vspan", "Shade the times at which the value is neither zero nor missing."),
        passing_macro(
            "des-epic-viz", (), "StyleExpr", _EPIC,
            "Draw a line, the bounds that :des-epic-signal would hold it to, and shade where it leaves them.",
            f"{TOTAL},10,0.1,0.5,0.2,0.2,4",
        ),
        typed(
            "strip-style", (_EXPR,), "TimeSeriesExpr", _stripped,
            "The expression without its settings of presentation: no legend, no colour, no order.",
            f"{TOTAL},ff0000,:color",
        ),
    ),
    base=FILTERS,
)  # fmt: skip
