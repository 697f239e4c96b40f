"""Palettes: lists of colours that lines take in turns, or by the hash of their label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from vedette_query.chart.colors import parse_color
from vedette_query.errors import BadRequest, require

_HASH: Final = "hash:"
_COLORS: Final = "colors:"

# Names and colours of the palettes that Atlas has, so that a chart looks the same there and here.
_LISTS: Final[Mapping[str, str]] = {
    "armytage": (
        "0075DC 993F00 9DCC00 4C005C 00998F FFA405 5EF1F2 F0A3FF 94FFB5 FF0010 2BCE48 740AFF 191919 FF5005 005C31 "
        "FFCC99 808080 8F7C00 C20088 003380 FFA8BB 426600 990000 FFE100"
    ),
    "light24": (
        "00B5F7 E48F72 86CE00 D626FF 479B55 FF9616 0DF9FF EEA6FB 22FFA7 FD3216 00FE35 7E7DCD 6E899C FC6955 C9FBE5 "
        "B68E00 DC587D FED4C4 FE00CE 6A76FC FF0092 E3EE9E BC7196 F6F926"
    ),
    "dark24": (
        "2E91E5 862A16 1CA71C 750D86 00A08B EB663B 511CFB DA60CA 6C7C32 FB0D0D 0D2A63 A777F1 222A2A E15F99 778AAE "
        "B2828D DA16FF 620042 FC0080 1616A7 FB00D1 6C4516 AF0038 B68100"
    ),
    "bw": "C0000000 C0CCCCCC C0444444 C0EEEEEE C0222222 C0AAAAAA C0666666 C0888888",
    "lightgray": "FFFFFF 777777 EEEEEE 888888 DDDDDD 999999 CCCCCC AAAAAA",
    "blues": "08306B 08519C 2171B5 4292C6 6BAED6 9ECAE1 C6DBEF",
    "greens": "00441B 006D2C 238B45 41AB5D 74C476 A1D99B C7E9C0",
    "oranges": "7F2704 A63603 D94801 F16913 FD8D3C FDAE6B FDD0A2",
    "purples": "3F007D 54278F 6A51A3 807DBA 9E9AC8 BCBDDC DADAEB",
    "reds": "67000D A50F15 CB181D EF3B2C FB6A4A FC9272 FCBBA1",
    # Two that are known to us by name only. These are our choice: muted hues that are told apart on white,
    # in the spirit of the charting library, and strong ones in an order that sets neighbours apart.
    "highcharts": "2F7ED8 0D233A 8BBC21 910000 1AADCE 492970 F28F43 77A1E5 C42525 A6C96A",
    "epic": "D62728 1F77B4 2CA02C FF7F0E 9467BD 17BECF 8C564B E377C2 BCBD22 7F7F7F",
}


@dataclass(frozen=True)
class Palette:
    """Colours in order; `hashed` picks by the label, so that a label has its colour on every chart."""

    colors: tuple[str, ...]
    hashed: bool = False


class Turns:
    """Who gives each line its colour: the next of the palette, or that of its label. Kept for one chart."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._next = cycle(palette.colors)

    def color(self, label: str) -> str:
        """The colour of a line."""
        colors = self._palette.colors
        return colors[abs(java_hash(label)) % len(colors)] if self._palette.hashed else next(self._next)


def parse_palette(text: str) -> Palette:
    """A palette by its name, or a list (`(,f00,0f0,)`, `colors:f00,0f0`), after `hash:` by label.

    Raises `BadRequest` (`invalid palette name: 'x'`).
    """
    if text.startswith(_HASH):
        return Palette(parse_palette_colors(text.removeprefix(_HASH)), hashed=True)
    return Palette(parse_palette_colors(text))


def parse_palette_colors(text: str) -> tuple[str, ...]:
    """The colours of a palette without `hash:`. Raises `BadRequest`."""
    if text.startswith(_COLORS):
        return _listed(text.removeprefix(_COLORS).split(","))
    if text.startswith("("):
        return _listed(text.split(","))
    if text not in PALETTES:
        raise BadRequest(f"invalid palette name: '{text}', there are {', '.join(PALETTES)}")
    return PALETTES[text].colors


def gradient(color: str) -> Palette:
    """Shades of one colour from faint to full, five or as many as its own alpha gives steps: for heatmaps."""
    alpha = int(color[:2], 16)
    step = 255 // 5 if alpha in (0, 255) else alpha
    count = 255 // step
    return Palette(tuple(f"{255 - step * (count - 1 - place):02x}{color[2:]}" for place in range(count)))


def java_hash(text: str) -> int:
    """The hash of a string in Java: over UTF-16 code units, as a signed 32-bit number."""
    units = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for place in range(0, len(units), 2):
        value = (31 * value + units[place] * 256 + units[place + 1]) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value


def _listed(texts: Sequence[str]) -> tuple[str, ...]:
    colors = tuple(parse_color(text) for part in texts if (text := part.strip()) not in ("", "(", ")"))
    require(bool(colors), "palette must contain at least one color")
    return colors


PALETTES: Final[Mapping[str, Palette]] = {
    name: Palette(tuple(parse_color(color) for color in colors.split())) for name, colors in _LISTS.items()
}
"""The palettes that have a name."""
