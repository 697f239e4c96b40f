"""How the lines of an expression look, read from the settings that its words made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from vedette_query.chart.chart import LineStyle
from vedette_query.chart.colors import parse_alpha, resolve_color
from vedette_query.chart.palette import Palette, parse_palette
from vedette_query.errors import BadNumber, BadRequest, require
from vedette_query.language.numbers import parse_double

_STYLES = get_args(LineStyle)


@dataclass(frozen=True)
class Look:
    """The presentation of an expression; None is what the chart chooses."""

    style: LineStyle | None
    width: float
    color: str | None
    alpha: str | None  # of a colour that a palette gave
    palette: Palette | None


def look(settings: Mapping[str, str], theme: str) -> Look:
    """Read the settings. Raises `BadRequest` for what makes no sense: words take any text."""
    style, color, alpha, palette = (settings.get(name) for name in ("ls", "color", "alpha", "palette"))
    return Look(
        style=None if style is None else _style(style),
        width=_width(settings.get("lw", "1.0")),
        color=None if color is None else resolve_color(color, theme),
        alpha=None if alpha is None else parse_alpha(alpha),
        palette=None if palette is None else parse_palette(palette),
    )


def _style(text: str) -> LineStyle:
    if text.lower() not in _STYLES:
        raise BadRequest(f"unknown line style '{text}', should be {', '.join(_STYLES[:-1])}, or {_STYLES[-1]}")
    return cast(LineStyle, text.lower())


def _width(text: str) -> float:
    number = parse_double(text)
    if number is None:
        raise BadNumber(text)
    require(math.isfinite(number) and number >= 0, f"negative width: {text}")
    return number
