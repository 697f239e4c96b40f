"""What the rows below the canvas are written on: a width, sizes, and the colours of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vedette_query.chart.chart import Chart
from vedette_query.chart.draw.rows import Patch, Row, Words
from vedette_query.chart.draw.sizes import Sizes
from vedette_query.chart.draw.surface import Box, mixed
from vedette_query.chart.draw.text import cut

MUTED: Final = 0.62
"""How much of the text's colour is in what is said in passing."""

ROW: Final = 18
INDENT: Final = 17  # of a label: the swatch and some room
_SWATCH: Final = 10
_SPACE: Final = 8  # above a block


@dataclass(frozen=True)
class Paper:
    """What rows are made with: the colours of a chart, a width and sizes."""

    chart: Chart
    width: int
    sizes: Sizes

    def px(self, length: float) -> int:
        return self.sizes.px(length)

    @property
    def muted(self) -> str:
        theme = self.chart.theme
        return mixed(theme.text, theme.image, MUTED)

    def space(self, length: int = _SPACE) -> Row:
        return Row(self.px(length))

    def line(self, text: str, indent: int = 0) -> Row:
        """One line of text that is said in passing."""
        left, small = self.px(indent), self.sizes.small
        words = Words(left, self.px(13), cut(text, self.width - left, small.width), small, self.muted)
        return Row(self.px(ROW), (words,))

    def swatch(self, color: str) -> Patch:
        top, size = self.px(4), self.px(_SWATCH)
        return Patch(Box(0, top, size, top + size), color)

    def label(self, text: str, width: int, left: int = 0) -> Words:
        label = self.sizes.label
        return Words(left + self.px(INDENT), self.px(13), cut(text, width, label.width), label, self.chart.theme.text)
