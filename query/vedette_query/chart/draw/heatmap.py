"""Heatmaps as pixels: for each column a time, for each row of pixels a row of values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vedette_query.chart.chart import Heatmap
from vedette_query.chart.draw.frame import Numbers, ValueFrame
from vedette_query.chart.draw.surface import Surface

Picked = npt.NDArray[np.int64]


def paint_heatmap(surface: Surface, heatmap: Heatmap, frame: ValueFrame, edges: Numbers) -> None:
    """Fill the cells of a heatmap with their colours."""
    canvas = frame.canvas
    codes, palette = _coded(heatmap)
    counts = np.nan_to_num(np.asarray(heatmap.counts, np.float64).reshape(codes.shape), nan=-1.0)
    if not codes.size or not canvas.width or not canvas.height:
        return
    middles = np.arange(canvas.left, canvas.right) + 0.5
    times = np.clip(np.searchsorted(edges, middles, side="right") - 1, 0, len(codes) - 1)
    lows = frame.y(np.array([row.lower for row in heatmap.rows], np.float64)) - canvas.top
    highs = frame.y(np.array([row.upper for row in heatmap.rows], np.float64)) - canvas.top
    best = np.zeros((canvas.height, len(codes)), np.int64)  # the colour of each row of pixels at each time
    most = np.full(best.shape, -np.inf)
    for row, (high, low) in enumerate(zip(highs.tolist(), lows.tolist(), strict=True)):
        first = min(max(0, round(high)), canvas.height)
        last = min(max(first + 1, round(low)), canvas.height)
        if high >= canvas.height or low <= 0:
            continue
        # Several rows may share one row of pixels: the greatest count is the one to be seen.
        part, seen = best[first:last], most[first:last]
        greater = np.where(codes[:, row] > 0, counts[:, row], -np.inf) > seen
        np.copyto(part, np.broadcast_to(codes[:, row], part.shape), where=greater)
        np.copyto(seen, np.broadcast_to(counts[:, row], seen.shape), where=greater)
    surface.cells(canvas, palette[best[:, times]])


def _coded(heatmap: Heatmap) -> tuple[Picked, npt.NDArray[np.uint8]]:
    """The colours of all cells as numbers [times, rows] into a palette; 0 is nothing."""
    known: dict[str, int] = {"": 0}
    codes = [[known.setdefault(color, len(known)) for color in row] for row in heatmap.colors]
    palette = np.zeros((len(known), 4), np.uint8)
    for color, code in known.items():
        if color:
            alpha, red, green, blue = bytes.fromhex(color)
            palette[code] = red, green, blue, alpha
    return np.array(codes, np.int64).reshape(len(codes), len(heatmap.rows)), palette
