"""PNG files (ISO/IEC 15948): the same bytes for the same picture, with no date and no name of a program in them."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Red, green, blue and opacity [rows, columns, 4], one after the other in memory."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_TRUE_COLOR, _INDEXED = 2, 3
_LEVEL: Final = 6
_MOST_INDEXED: Final = 256


def encode(pixels: Pixels, title: str = "") -> bytes:
    """An opaque picture as PNG, with a palette if 256 colours do (half the size), and with its title as text."""
    rows, columns, _ = pixels.shape
    index, palette = _indexed(pixels)
    kind = _TRUE_COLOR if palette is None else _INDEXED
    lines = pixels[..., :3].reshape(rows, -1) if index is None else index
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
    rows, columns, _ = pixels.shape
    colors = pixels.reshape(-1).view(np.uint32)
    begins = np.flatnonzero(np.concatenate(([True], colors[1:] != colors[:-1])))  # of runs of one colour
    heads = colors[begins]
    palette = np.unique(heads)
    if len(palette) > _MOST_INDEXED:
        return None, None
    places = np.searchsorted(palette, heads).astype(np.uint8)
    index = np.repeat(places, np.diff(begins, append=len(colors)))
    return index.reshape(rows, columns), palette.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
