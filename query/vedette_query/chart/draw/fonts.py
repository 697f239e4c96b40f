"""Fonts as pictures of their characters, made once and kept: text costs little, and is the same in every thread.

matplotlib lays out and paints each character of each text anew, about 60 us apiece: for a legend of twenty lines that
is longer than all the rest of a chart.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags

Face = Literal["DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono"]
"""The fonts that come with matplotlib."""

Alpha = npt.NDArray[np.uint8]

_SHAPED: Final = re.compile("[\u0300-\u036f\u0590-\u08ff\u200d\ufb1d-\ufdff\ufe20-\ufe2f\ufe70-\ufeff]")
"""Characters that join their neighbours or run from right to left: texts with them are laid out as a whole."""

_UNKNOWN: Final = "\u25a1"  # an empty box
_DOTS_PER_INCH: Final = 72  # a point is a pixel
_UNIT: Final = 64  # FreeType counts in 64ths of a pixel
_FLAGS: Final = LoadFlags.FORCE_AUTOHINT
_KEPT: Final = 2_000  # characters, and pairs of them, of one font

_lock: Final = threading.RLock()
"""FreeType's faces know one size and one text at a time."""


@dataclass(frozen=True)
class Sprite:
    """A painted text: how much of each pixel is covered (0 to 255), and where it lies by the pen."""

    alpha: Alpha
    left: int  # from the pen to the first column
    top: int  # from the base line up to the first row
    advance: int  # from this pen to the next


class Font:
    """One face in one size (pixels). Any thread may use it; made by `font`."""

    def __init__(self, face: Face, size: float) -> None:
        self._face = face
        self.size = size
        self._sprites: dict[str, Sprite] = {}
        self._kerning: dict[str, int] = {}

    def width(self, text: str) -> int:
        """The width of a text in pixels."""
        if _SHAPED.search(text):
            return self._sprite(text).advance
        return sum(map(self._advance, text)) + sum(self._kern(text[at : at + 2]) for at in range(len(text) - 1))

    def paint(self, text: str) -> Sprite:
        """A text as a picture."""
        if len(text) == 1 or _SHAPED.search(text):
            return self._sprite(text)
        pen, placed = 0, []
        for at, char in enumerate(text):
            pen += self._kern(text[at - 1 : at + 1]) if at else 0
            sprite = self._sprite(char)
            placed.append((pen + sprite.left, sprite))
            pen += sprite.advance
        return _joined(placed, pen)

    def _advance(self, char: str) -> int:
        return self._sprite(char).advance

    def _sprite(self, text: str) -> Sprite:
        sprite = self._sprites.get(text)
        if sprite is None:
            sprite = self._render(text)
            if len(self._sprites) >= _KEPT:
                self._sprites = {}
            self._sprites[text] = sprite
        return sprite

    def _kern(self, pair: str) -> int:
        kern = self._kerning.get(pair)
        if kern is None:
            with _lock:
                face = self._sized()
                left, right = (face.get_char_index(ord(char)) for char in pair)
                kern = round(face.get_kerning(left, right, Kerning.DEFAULT) / _UNIT)
            if len(self._kerning) >= _KEPT:
                self._kerning = {}
            self._kerning[pair] = kern
        return kern

    def _render(self, text: str) -> Sprite:
        with _lock:
            face = self._sized()
            text = "".join(char if face.get_char_index(ord(char)) else _UNKNOWN for char in text)
            face.clear()
            face.set_text(text, 0.0, flags=_FLAGS)
            if len(text) == 1:
                advance = face.load_glyph(face.get_char_index(ord(text)), _FLAGS).horiAdvance
            else:
                advance = face.get_width_height()[0]
            face.draw_glyphs_to_bitmap(antialiased=True)
            alpha = _coarse(np.array(face.get_image(), np.uint8))
            left, _ = face.get_bitmap_offset()
            bottom = face.get_descent()
        top = alpha.shape[0] - round(bottom / _UNIT)
        return Sprite(alpha, left // _UNIT, top, round(advance / _UNIT))

    def _sized(self) -> FT2Font:
        face = _open(self._face)
        face.set_size(self.size, _DOTS_PER_INCH)
        return face


def _coarse(alpha: Alpha) -> Alpha:
    """Coverage in 16 steps, which no eye tells from 256: fewer colours make a smaller file."""
    return np.multiply(np.right_shift(alpha, 4), 17, dtype=np.uint8)


@lru_cache(maxsize=64)
def font(face: Face, size: float) -> Font:
    """A face in a size of at least one pixel."""
    return Font(face, max(1.0, size))


@lru_cache(maxsize=8)
def _open(face: Face) -> FT2Font:
    return FT2Font(str(Path(mpl.get_data_path(), "fonts", "ttf", f"{face}.ttf")))


def _joined(placed: list[tuple[int, Sprite]], advance: int) -> Sprite:
    """Sprites beside each other as one."""
    if not placed:
        return Sprite(np.zeros((0, 0), np.uint8), 0, 0, advance)
    left = min(at for at, _ in placed)
    right = max(at + sprite.alpha.shape[1] for at, sprite in placed)
    top = max(sprite.top for _, sprite in placed)
    bottom = min(sprite.top - sprite.alpha.shape[0] for _, sprite in placed)
    alpha = np.zeros((top - bottom, right - left), np.uint8)
    for at, sprite in placed:
        rows, columns = sprite.alpha.shape
        part = alpha[top - sprite.top : top - sprite.top + rows, at - left : at - left + columns]
        np.maximum(part, sprite.alpha, out=part)
    return Sprite(alpha, left, top, advance)
