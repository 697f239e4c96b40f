"""Heatmaps: how many values fall into each cell of time and value, and the colours of the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from vedette_query.chart.buckets import bucket_range
from vedette_query.chart.chart import Cell, Heatmap, Shade, Tick
from vedette_query.chart.options import Bound, HeatmapOptions, bound_text
from vedette_query.chart.palette import Palette
from vedette_query.chart.scales import inverse, transform
from vedette_query.chart.units import compact

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """What is counted of a line: its values, or where the tag `percentile` names a bucket, the rate of that bucket."""

    values: Numbers
    percentile: str | None = None


@dataclass(frozen=True)
class Grid:
    """Where the cells are: rows between the ticks of an axis from `lower` to `upper`, a column for each step."""

    lower: float
    upper: float
    ticks: Sequence[Tick]
    step_ms: int


def heatmap(lines: Sequence[Counted], grid: Grid, options: HeatmapOptions, palette: Palette) -> Heatmap:
    """The heatmap of lines, at least one."""
    inner = [tick for tick in grid.ticks if grid.lower < tick.value < grid.upper]
    edges = np.array([grid.lower, *(tick.value for tick in inner), grid.upper])
    labels = [*(tick.label for tick in inner), ""]
    counts = _counts(lines, edges, grid.step_ms / 1000)
    low, high = _range(counts, options)
    return Heatmap(
        rows=tuple(Cell(float(a), float(b), label) for (a, b), label in zip(pairwise(edges), labels, strict=True)),
        shades=_shades(low, high, options, palette),
        counts=counts.tolist(),
        colors=_colors(counts, low, high, options, palette),
        scale=options.scale,
        lower=bound_text(options.lower),
        upper=bound_text(options.upper),
        label=options.label or "Heatmap",
    )


def _counts(lines: Sequence[Counted], edges: Numbers, step_s: float) -> Numbers:
    """Counts [times, rows]."""
    points = len(lines[0].values)
    counts = np.zeros((points, len(edges) - 1))
    times = np.arange(points)
    for line in lines:
        limits = None if line.percentile is None else bucket_range(line.percentile)
        if limits is not None:
            counts += np.outer(np.where(line.values > 0, line.values, 0.0) * step_s, _shares(edges, *limits))
        else:
            inside = (line.values >= edges[0]) & (line.values <= edges[-1])
            rows = np.searchsorted(edges[1:-1], line.values[inside], side="right")
            np.add.at(counts, (times[inside], rows), 1.0)
    return counts


def _shares(edges: Numbers, lower: float, upper: float) -> Numbers:
    """Which part of a bucket lies in each row, as if its values were spread evenly."""
    shared: Numbers = np.minimum(edges[1:], upper) - np.maximum(edges[:-1], lower)
    shares: Numbers = np.maximum(shared, 0.0) / (upper - lower)
    return shares


def _range(counts: Numbers, options: HeatmapOptions) -> tuple[float, float]:
    """The counts that have the first and the last colour."""
    there = counts[np.isfinite(counts) & (counts > 0)]
    least, most = (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)
    return _end(options.lower, least), _end(options.upper, most)


def _end(bound: Bound, count: float) -> float:
    return count if isinstance(bound, str) else bound


def _places(counts: Numbers, low: float, high: float, options: HeatmapOptions) -> Numbers:
    """Where counts lie between the ends, 0 to 1. When all are the same, they have the last colour."""
    if not low < high:
        return np.ones_like(counts)
    ends = transform(options.scale, np.array([low, high]))
    scaled = transform(options.scale, np.clip(counts, low, high))
    places: Numbers = (scaled - ends[0]) / (ends[1] - ends[0])
    return places


def _colors(
    counts: Numbers, low: float, high: float, options: HeatmapOptions, palette: Palette
) -> Sequence[Sequence[str]]:
    count = len(palette.colors)
    names = np.array(("", *palette.colors), dtype=object)
    picked = np.minimum((_places(np.nan_to_num(counts), low, high, options) * count).astype(np.int64), count - 1)
    chosen: list[list[str]] = names[np.where(counts > 0, picked + 1, 0)].tolist()
    return chosen


def _shades(low: float, high: float, options: HeatmapOptions, palette: Palette) -> tuple[Shade, ...]:
    if high <= 0:
        return ()
    if not low < high:
        return (Shade(palette.colors[-1], low, high, compact(high)),)
    ends = transform(options.scale, np.array([low, high]))
    edges = inverse(options.scale, np.linspace(ends[0], ends[1], len(palette.colors) + 1))
    edges[0], edges[-1] = low, high
    return tuple(
        Shade(color, float(a), float(b), compact(float(b)))
        for color, (a, b) in zip(palette.colors, pairwise(edges), strict=True)
    )
