"""Colours as people write them: `f00`, `ff0000`, `80ff0000`, or a name such as `blue1`."""

from __future__ import annotations

import re
from typing import Final

from vedette_query.errors import BadRequest

_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_NAME: Final = re.compile(r"[A-Za-z]+\d*", re.ASCII)


def color(text: str) -> str:
    """A colour as eight hexadecimal digits (alpha first), or a name as it is. Raises `BadRequest`."""
    if _HEX.fullmatch(text) and len(text) in (3, 6, 8):
        return _argb(text)
    if _NAME.fullmatch(text):
        return text
    raise BadRequest(f"invalid color '{text}', expected rgb, rrggbb or aarrggbb in hexadecimal, or a name")


def with_alpha(text: str, alpha: str) -> str | None:
    """The colour with another alpha, or None for a name, which has none of its own."""
    if not (_HEX.fullmatch(text) and len(text) in (3, 6, 8)):
        return None
    return alpha_digits(alpha) + _argb(text)[2:]


def alpha_digits(text: str) -> str:
    """An alpha as two hexadecimal digits. Raises `BadRequest`."""
    if not (_HEX.fullmatch(text) and len(text) <= 2):
        raise BadRequest(f"invalid alpha '{text}', expected two hexadecimal digits")
    return text.lower().rjust(2, "0")


def _argb(text: str) -> str:
    text = text.lower()
    if len(text) == 3:
        text = "".join(digit * 2 for digit in text)
    return text if len(text) == 8 else f"ff{text}"
