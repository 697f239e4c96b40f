"""Notices in a box of the warning colour, and the footer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vedette_query.chart.chart import Chart
from vedette_query.chart.draw.paper import Paper
from vedette_query.chart.draw.rows import Patch, Row, Words
from vedette_query.chart.draw.sizes import Sizes
from vedette_query.chart.draw.surface import Box, faded
from vedette_query.chart.draw.text import wrap

BOX_LINE: Final = 17
BOX_INSET: Final = 11
_MOST_NOTICES: Final = 8
_NOTICE_LINES: Final = 3
_FOOTER_LINES: Final = 2


def notice_rows(chart: Chart, width: int, sizes: Sizes) -> list[Row]:
    """Notices in a box of the warning colour."""
    paper = Paper(chart, width, sizes)
    notices = list(chart.notices[:_MOST_NOTICES])
    if len(chart.notices) > _MOST_NOTICES:
        notices.append(f"… and {len(chart.notices) - _MOST_NOTICES} more notices")
    inset = paper.px(BOX_INSET)
    lines = [line for notice in notices for line in wrap(notice, width - 2 * inset, sizes.label.width, _NOTICE_LINES)]
    return [paper.space(), box_of_lines(lines, width, sizes, chart.theme.warning, chart.theme.text)] if lines else []


def footer_rows(chart: Chart, width: int, sizes: Sizes) -> list[Row]:
    """The footer: which time is shown, at which step."""
    paper = Paper(chart, width, sizes)
    lines = wrap(chart.footer, width, sizes.small.width, _FOOTER_LINES)
    return [paper.space(), *map(paper.line, lines)] if lines else []


def box_of_lines(lines: Sequence[str], width: int, sizes: Sizes, color: str, text: str) -> Row:
    """Lines of text in a tinted box with a bar at its left."""
    inset, line, bar = sizes.px(BOX_INSET), sizes.px(BOX_LINE), sizes.px(3)
    tall = len(lines) * line + sizes.px(8)
    words = (
        Words(inset, sizes.px(4) + line * number + sizes.px(13), what, sizes.label, text)
        for number, what in enumerate(lines)
    )
    patches = (Patch(Box(0, 0, width, tall), faded(color, 0.22)), Patch(Box(0, 0, bar, tall), color))
    return Row(tall, tuple(words), patches)
