"""A surface of pixels: boxes, strokes, filled shapes, cells and texts. Pixels count from the upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform

from vedette_query.chart.draw.fonts import Font
from vedette_query.chart.draw.png import encode

Points = npt.NDArray[np.float64]
"""Places [n, 2]: x to the right, y down."""

Codes = npt.NDArray[np.uint8]
"""What to do at each place: `MOVE`, `LINE` or `CLOSE`."""

Place = tuple[int, int]
"""A column and a row."""

Align = Literal["left", "center", "right"]

MOVE: Final = Path.MOVETO
LINE: Final = Path.LINETO
CLOSE: Final = Path.CLOSEPOLY

_DOTS_PER_INCH: Final = 72  # a point is a pixel


@dataclass(frozen=True)
class Box:
    """A rectangle of whole pixels; `right` and `bottom` are the first that are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top


class Surface:
    """Pixels to draw on, all of one colour at first. For one thread."""

    def __init__(self, width: int, height: int, color: str) -> None:
        self.width = width
        self.height = height
        self._agg = RendererAgg(width, height, _DOTS_PER_INCH)  # type: ignore[no-untyped-call]  # matplotlib has no types
        self._pixels = np.asarray(self._agg.buffer_rgba())  # type: ignore[no-untyped-call]  # as above
        self._pixels[:] = (*_bytes(color)[:3], 255)

    def fill(self, box: Box, color: str) -> None:
        """Lay a colour over a box."""
        part = self._pixels[max(0, box.top) : max(0, box.bottom), max(0, box.left) : max(0, box.right), :3]
        _blend(part, np.uint16(255), color)

    def stroke(
        self,
        points: Points,
        codes: Codes,
        color: str,
        width: float,
        clip: Box,
        *,
        dashes: Sequence[float] | None = None,
        snap: bool = False,
    ) -> None:
        """Draw along a path. `snap` moves level and upright strokes to whole pixels, which makes them sharp."""
        if not len(points):
            return
        gc = self._context(clip)
        gc.set_foreground(_floats(color), isRGBA=True)
        gc.set_linewidth(width)
        gc.set_snap(snap)
        gc.set_capstyle("projecting" if dashes is None else "butt")
        gc.set_joinstyle("miter")
        gc.set_dashes(0, dashes)
        self._draw(gc, points, codes, None)

    def shape(self, points: Points, codes: Codes, color: str, clip: Box) -> None:
        """Fill what a path encloses."""
        if not len(points):
            return
        gc = self._context(clip)
        gc.set_linewidth(0)
        gc.set_snap(False)
        self._draw(gc, points, codes, _floats(color))

    def cells(self, box: Box, rgba: npt.NDArray[np.uint8]) -> None:
        """Lay a picture [rows, columns, 4] of the size of the box over it."""
        part = self._pixels[box.top : box.bottom, box.left : box.right, :3]
        alpha = rgba[..., 3:].astype(np.uint16)
        part[:] = (part * (255 - alpha) + rgba[..., :3] * alpha + 127) // 255

    def text(self, at: Place, text: str, font: Font, color: str, align: Align = "left") -> None:
        """Write a text from a place on its base line; what hangs over the rim is lost."""
        x, base = at
        sprite = font.paint(text)
        x -= {"left": 0, "center": sprite.advance // 2, "right": sprite.advance}[align]
        self._stamp(sprite.alpha, x + sprite.left, base - sprite.top, color)

    def upright(self, at: Place, text: str, font: Font, color: str) -> None:
        """Write a text from below to above, by the place of its middle on its base line."""
        base, middle = at
        sprite = font.paint(text)
        alpha = np.rot90(sprite.alpha)
        self._stamp(alpha, base - sprite.top, middle + sprite.advance // 2 - sprite.left - alpha.shape[0], color)

    def png(self, title: str = "") -> bytes:
        """The picture as PNG."""
        return encode(self._pixels, title)

    def _context(self, clip: Box) -> GraphicsContextBase:
        gc = self._agg.new_gc()
        gc.set_antialiased(True)
        below, above = self.height - clip.bottom, self.height - clip.top
        gc.set_clip_rectangle(Bbox([[clip.left, below], [clip.right, above]]))
        return gc

    def _draw(
        self, gc: GraphicsContextBase, points: Points, codes: Codes, face: tuple[float, float, float, float] | None
    ) -> None:
        flipped = np.column_stack((points[:, 0], self.height - points[:, 1]))  # Agg counts rows from below
        path = Path(flipped, codes)
        self._agg.draw_path(gc, path, IdentityTransform(), face)  # type: ignore[no-untyped-call]  # as above

    def _stamp(self, alpha: npt.NDArray[np.uint8], left: int, top: int, color: str) -> None:
        rows = slice(max(0, top), max(0, min(self.height, top + alpha.shape[0])))
        columns = slice(max(0, left), max(0, min(self.width, left + alpha.shape[1])))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        seen = alpha[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        _blend(self._pixels[rows, columns, :3], seen[..., None].astype(np.uint16), color)


def _blend(part: npt.NDArray[np.uint8], cover: np.uint16 | npt.NDArray[np.uint16], color: str) -> None:
    red, green, blue, opacity = _bytes(color)
    alpha = np.asarray(cover, np.uint32) * opacity // 255
    part[:] = (part * (255 - alpha) + np.array((red, green, blue), np.uint32) * alpha + 127) // 255


def _bytes(color: str) -> tuple[int, int, int, int]:
    """A colour `aarrggbb` as red, green, blue, opacity, each 0 to 255."""
    alpha, red, green, blue = bytes.fromhex(color)
    return red, green, blue, alpha


def _floats(color: str) -> tuple[float, float, float, float]:
    red, green, blue, alpha = _bytes(color)
    return red / 255, green / 255, blue / 255, alpha / 255


def mixed(color: str, ground: str, share: float) -> str:
    """A colour between two: `share` of `color` on `ground`."""
    pairs = zip(_bytes(color)[:3], _bytes(ground)[:3], strict=True)
    return "ff" + "".join(f"{round(upper * share + lower * (1 - share)):02x}" for upper, lower in pairs)


def faded(color: str, opacity: float) -> str:
    """A colour with a share of its opacity."""
    return f"{round(int(color[:2], 16) * opacity):02x}{color[2:]}"
