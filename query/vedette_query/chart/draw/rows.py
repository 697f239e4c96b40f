"""Rows of words and coloured boxes below the canvas, before it is known where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vedette_query.chart.draw.fonts import Font
from vedette_query.chart.draw.surface import Align, Box, Surface


@dataclass(frozen=True)
class Words:
    """A text in a row: the column it begins at (or ends, or has its middle), and its base line."""

    x: int
    base: int
    text: str
    font: Font
    color: str
    align: Align = "left"


@dataclass(frozen=True)
class Patch:
    """A coloured box in a row."""

    box: Box
    color: str


@dataclass(frozen=True)
class Row:
    """A strip of a height with what stands in it, counted from its own upper left corner. Patches lie below words."""

    height: int
    words: tuple[Words, ...] = ()
    patches: tuple[Patch, ...] = ()

    def paint(self, surface: Surface, left: int, top: int) -> None:
        """Draw it at a place."""
        for patch in self.patches:
            box = patch.box
            surface.fill(Box(left + box.left, top + box.top, left + box.right, top + box.bottom), patch.color)
        for words in self.words:
            surface.text((left + words.x, top + words.base), words.text, words.font, words.color, words.align)


def height(rows: Iterable[Row]) -> int:
    """The height of rows one below the other."""
    return sum(row.height for row in rows)
