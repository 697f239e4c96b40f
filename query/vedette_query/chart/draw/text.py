"""Texts made fit to be drawn: no control characters, cut to a width with an ellipsis, or wrapped into lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

ELLIPSIS: Final = "…"
MAX_TEXT: Final = 1_000
"""Characters of one text that are looked at; no picture is wide enough for more."""

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})

Measure = Callable[[str], int]
"""The width of a text in pixels."""


def clean(text: str) -> str:
    """The text in one line: what is no visible character becomes a space."""
    text = text[:MAX_TEXT]
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text)


def cut(text: str, width: int, measure: Measure) -> str:
    """As much of the text as fits, with an ellipsis where something is missing; empty if nothing fits."""
    text = clean(text)
    if measure(text) <= width:
        return text
    if measure(ELLIPSIS) > width:
        return ""
    return text[: _longest(text, width - measure(ELLIPSIS), measure)].rstrip() + ELLIPSIS


def wrap(text: str, width: int, measure: Measure, most: int) -> list[str]:
    """The text in at most `most` lines, broken at spaces, or within a word that is wider than a line."""
    lines: list[str] = []
    rest = clean(text).strip()
    while rest and len(lines) < most - 1 and measure(rest) > width:
        fits = max(1, _longest(rest, width, measure))
        space = rest.rfind(" ", 0, fits + 1)
        fits = space if space > 0 else fits
        lines.append(rest[:fits].rstrip())
        rest = rest[fits:].lstrip()
    return [*lines, cut(rest, width, measure)] if rest else lines


def _longest(text: str, width: int, measure: Measure) -> int:
    """How many characters of the text fit into the width."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
