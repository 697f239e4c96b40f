"""Colours as people see them who see some colours less or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vedette_query.chart.options import Vision

_Row = tuple[float, float, float]

# Shares of red, green and blue in the red, green and blue that is seen. Source: the matrices of Matthew Wickline and
# the Human-Computer Interaction Resource Network ("colorjack", 2008), which Atlas uses too.
_SEEN: Final[Mapping[Vision, tuple[_Row, _Row, _Row]]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.567, 0.433, 0.0), (0.558, 0.442, 0.0), (0.0, 0.242, 0.758)),
    "protanomaly": ((0.817, 0.183, 0.0), (0.333, 0.667, 0.0), (0.0, 0.125, 0.875)),
    "deuteranopia": ((0.625, 0.375, 0.0), (0.7, 0.3, 0.0), (0.0, 0.3, 0.7)),
    "deuteranomaly": ((0.8, 0.2, 0.0), (0.258, 0.742, 0.0), (0.0, 0.142, 0.858)),
    "tritanopia": ((0.95, 0.05, 0.0), (0.0, 0.433, 0.567), (0.0, 0.475, 0.525)),
    "tritanomaly": ((0.967, 0.033, 0.0), (0.0, 0.733, 0.267), (0.0, 0.183, 0.817)),
    "achromatopsia": ((0.299, 0.587, 0.114),) * 3,
    "achromatomaly": ((0.618, 0.32, 0.062), (0.163, 0.775, 0.062), (0.163, 0.32, 0.516)),
}


def seen(color: str, vision: Vision) -> str:
    """A colour (eight hexadecimal digits, alpha first) as it looks with a kind of vision; alpha stays."""
    if vision == "normal":
        return color
    alpha, *parts = bytes.fromhex(color)
    mixed = [int(sum(share * part for share, part in zip(row, parts, strict=True))) for row in _SEEN[vision]]
    return bytes((alpha, *mixed)).hex()
