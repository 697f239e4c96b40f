"""Lines, areas, stacks and spans: a value holds for its interval, so every line is a flight of steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vedette_query.chart.draw.frame import Numbers
from vedette_query.chart.draw.surface import CLOSE, LINE, MOVE, Codes, Points

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Outline:
    """A path: places and what to do at each."""

    points: Points
    codes: Codes


def steps(edges: Numbers, rows: Numbers, shortest: float) -> Outline:
    """The path of a line: level over each interval, upright between neighbours, lifted over gaps.

    A value between two gaps becomes a dash of at least `shortest` pixels, or nobody would see it.
    """
    there = ~np.isnan(rows)
    left, right = edges[:-1].copy(), edges[1:].copy()
    alone = there & ~_shifted(there, 1) & ~_shifted(there, -1)
    widen = np.where(alone, np.maximum(0.0, shortest - (right - left)) / 2, 0.0)
    left, right = (left - widen)[there], (right + widen)[there]
    level = rows[there]
    begins = (there & ~_shifted(there, 1))[there]
    points = np.empty((2 * len(level), 2))
    points[0::2, 0], points[1::2, 0] = left, right
    points[0::2, 1] = points[1::2, 1] = level
    codes = np.full(len(points), LINE, np.uint8)
    codes[0::2][begins] = MOVE
    return Outline(points, codes)


def bands(edges: Numbers, lower: Numbers, upper: Numbers) -> Outline:
    """The shapes between two rows over each interval, one for each run without a gap, on whole pixels.

    Whole pixels, since two neighbours that each cover half of a pixel leave a seam between them.
    """
    there = ~(np.isnan(lower) | np.isnan(upper))
    columns, lower, upper = np.rint(edges), np.rint(lower), np.rint(upper)
    outlines = [_band(columns[a : b + 1], lower[a:b], upper[a:b]) for a, b in runs(there)]
    if not outlines:
        return Outline(np.zeros((0, 2)), np.zeros(0, np.uint8))
    codes = [_closed(len(points)) for points in outlines]
    return Outline(np.concatenate(outlines), np.concatenate(codes))


def runs(mask: Mask) -> list[tuple[int, int]]:
    """The stretches in which the mask holds, as (first, one after the last)."""
    changes = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return list(zip(changes[0::2].tolist(), changes[1::2].tolist(), strict=True))


def truthy(values: Numbers) -> Mask:
    """Where a value is there and not 0."""
    mask: Mask = ~np.isnan(values) & (values != 0)
    return mask


@dataclass
class Stack:
    """What lies on each other so far: positive values upwards from 0, negative ones downwards."""

    above: Numbers
    below: Numbers

    @classmethod
    def empty(cls, count: int) -> Stack:
        """A stack of nothing over so many points."""
        return cls(np.zeros(count), np.zeros(count))

    def put(self, values: Numbers) -> tuple[Numbers, Numbers]:
        """Lay values on the stack: between which values they lie now, NaN in gaps."""
        with np.errstate(all="ignore"):
            positive = values >= 0
            base = np.where(positive, self.above, self.below)
            top = base + values
            self.above = np.where(positive, top, self.above)
            self.below = np.where(values < 0, top, self.below)
        return np.where(np.isnan(values), np.nan, base), top


def _band(columns: Numbers, lower: Numbers, upper: Numbers) -> Points:
    x = np.repeat(columns, 2)[1:-1]
    there, back = np.column_stack((x, np.repeat(upper, 2))), np.column_stack((x, np.repeat(lower, 2)))[::-1]
    return np.concatenate((there, back, there[:1]))


def _closed(count: int) -> Codes:
    codes = np.full(count, LINE, np.uint8)
    codes[0], codes[-1] = MOVE, CLOSE
    return codes


def _shifted(mask: Mask, by: int) -> Mask:
    """The mask of the point before (1) or after (-1); nothing beyond the ends."""
    moved = np.zeros_like(mask)
    if by > 0:
        moved[by:] = mask[:-by]
    else:
        moved[:by] = mask[-by:]
    return moved
