"""PNG files (ISO/IEC 15948): the same bytes for the same picture, with no date and no name of a program in them."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Red, green and blue [rows, columns, 3]."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_TRUE_COLOR, _INDEXED = 2, 3
_LEVEL: Final = 6
_MOST_INDEXED: Final = 256


def encode(pixels: Pixels, title: str = "") -> bytes:
    """A picture as PNG, with a palette if 256 colours do (half the size), and with its title as text."""
    rows, columns, _ = pixels.shape
    index, palette = _indexed(pixels)
    kind = _TRUE_COLOR if palette is None else _INDEXED
    lines = pixels.reshape(rows, -1) if index is None else index
    # Each line without a filter: charts are runs of one colour, which deflate finds best as they are.
    raw = np.concatenate((np.zeros((rows, 1), np.uint8), lines), axis=1)
    return b"".join((
        _SIGNATURE,
        _chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, kind, 0, 0, 0)),
        _chunk(b"iTXt", b"Title\0\0\0\0\0" + title.encode("utf-8", "replace")) if title else b"",
        _chunk(b"PLTE", palette) if palette is not None else b"",
        _chunk(b"IDAT", zlib.compress(raw.tobytes(), _LEVEL)),
        _chunk(b"IEND", b""),
    ))  # fmt: skip


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _indexed(pixels: Pixels) -> tuple[Pixels, bytes] | tuple[None, None]:
    """The picture as places in a palette, and the palette; nothing if it has too many colours."""
    packed = pixels.astype(np.uint32) @ np.array((1 << 16, 1 << 8, 1), np.uint32)
    there = np.zeros(1 << 24, np.bool_)
    there[packed] = True
    colors = np.flatnonzero(there)
    if len(colors) > _MOST_INDEXED:
        return None, None
    place = np.zeros(1 << 24, np.uint8)
    place[colors] = np.arange(len(colors))
    palette = np.stack((colors >> 16, colors >> 8 & 255, colors & 255), axis=1).astype(np.uint8)
    return place[packed], palette.tobytes()
