"""Pictures as arrays, to look at in tests."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.int16]
"""Red, green and blue [rows, columns, 3]."""


def decoded(png: bytes) -> Pixels:
    """The pixels of a PNG; raises if it is none."""
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"), np.int16)


def rgb(color: str) -> tuple[int, int, int]:
    """A colour `aarrggbb` as it stands in `decoded` pixels."""
    _, red, green, blue = bytes.fromhex(color)
    return red, green, blue


def is_color(pixels: Pixels, color: str) -> npt.NDArray[np.bool_]:
    """Where pixels [..., 3] have exactly this colour."""
    same: npt.NDArray[np.bool_] = (pixels == np.array(rgb(color))).all(axis=-1)
    return same
