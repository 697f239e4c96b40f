"""Colours as texts of eight hexadecimal digits, alpha first, and the names that stand for some of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from vedette_query.errors import BadRequest

_HEX: Final = re.compile(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}", re.ASCII)
_ALPHA: Final = re.compile(r"[0-9a-fA-F]{2}", re.ASCII)


def _named(shades: Mapping[str, str]) -> dict[str, str]:
    return {
        f"{hue}{place}": f"ff{color.lower()}"
        for hue, colors in shades.items()
        for place, color in enumerate(colors.split(), start=1)
    }


NAMED: Final = {
    "light": _named(
        {
            "blue": "6BAED6 2171B5 08306B",
            "gray": "888888 444444 000000",
            "green": "74C476 238B45 00441B",
            "orange": "FD8D3C D94801 7F2704",
            "purple": "9E9AC8 6A51A3 3F007D",
            "red": "FB6A4A CB181D 67000D",
        }
    ),
    "dark": _named(
        {
            "blue": "C6DBEF 6BAED6 2171B5",
            "gray": "FFFFFF BBBBBB 777777",
            "green": "C7E9C0 74C476 238B45",
            "orange": "FDD0A2 FD8D3C D94801",
            "purple": "DADAEB 9E9AC8 6A51A3",
            "red": "FCBBA1 FB6A4A CB181D",
        }
    ),
}
"""Colours by name for each theme: the same name is legible on both."""


def parse_color(text: str) -> str:
    """A colour in hexadecimal (`f00`, `ff0000`, `80ff0000`) with all of its digits. Raises `BadRequest`."""
    if not _HEX.fullmatch(text):
        raise BadRequest(f"invalid color '{text}', expected rgb, rrggbb or aarrggbb in hexadecimal")
    text = text.lower()
    if len(text) == 3:
        text = "".join(digit * 2 for digit in text)
    return text if len(text) == 8 else f"ff{text}"


def resolve_color(text: str, theme: str) -> str:
    """A colour in hexadecimal or by its name in a theme. Raises `BadRequest`."""
    names = NAMED[theme]
    if text in names:
        return names[text]
    if not _HEX.fullmatch(text):
        raise BadRequest(f"invalid color '{text}', expected hexadecimal digits or one of {', '.join(names)}")
    return parse_color(text)


def parse_alpha(text: str) -> str:
    """How opaque, as two hexadecimal digits. Raises `BadRequest`."""
    if not _ALPHA.fullmatch(text):
        raise BadRequest(f"invalid alpha '{text}', expected two hexadecimal digits")
    return text.lower()


def with_alpha(color: str, alpha: str) -> str:
    """The same colour, as opaque as `alpha` says."""
    return alpha + color[2:]
