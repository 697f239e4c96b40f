"""Themes: the colours of what is not data, on light and on dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vedette_query.chart.chart import Theme
from vedette_query.chart.palette import PALETTES, Palette


@dataclass(frozen=True)
class Dress:
    """A theme with the palettes that go with it: of lines, and of lines that show another time."""

    theme: Theme
    lines: Palette
    offsets: Palette


DRESSES: Final[Mapping[str, Dress]] = {
    "light": Dress(
        Theme("light", "fff5f5f5", "ffffffff", "ff000000", "5fababab", "5fff5b5b", "ffffc800", "ff444444"),
        PALETTES["armytage"],
        PALETTES["bw"],
    ),
    "dark": Dress(
        Theme("dark", "ff0a0a0a", "ff000000", "ffffffff", "5fababab", "5fff5b5b", "ffffc800", "ffbbbbbb"),
        PALETTES["light24"],
        PALETTES["lightgray"],
    ),
}
"""The themes by name."""
