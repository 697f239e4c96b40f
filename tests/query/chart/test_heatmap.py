"""Heatmaps: which cell counts what, and in which colour."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_query.chart.chart import Heatmap, Tick
from vedette_query.chart.heatmap import Counted, Grid, heatmap
from vedette_query.chart.options import HeatmapOptions
from vedette_query.chart.palette import Palette, gradient

NAN = math.nan
BLUE = gradient("ff0000ff")
GRID = Grid(0.0, 4.0, tuple(Tick(float(n), str(n)) for n in range(5)), 60_000)


def counted(*values: float, percentile: str | None = None) -> Counted:
    return Counted(np.array(values), percentile)


def made(*lines: Counted, grid: Grid = GRID, options: HeatmapOptions | None = None, palette: Palette = BLUE) -> Heatmap:
    return heatmap(lines, grid, options or HeatmapOptions(), palette)


def test_rows_lie_between_the_ticks() -> None:
    rows = made(counted(1.0)).rows
    assert [(row.lower, row.upper, row.label) for row in rows] == [(0, 1, "1"), (1, 2, "2"), (2, 3, "3"), (3, 4, "")]
    wide = made(counted(1.0), grid=Grid(-0.5, 2.5, (Tick(0.0, "0"), Tick(1.0, "", major=False)), 1)).rows
    assert [(row.lower, row.upper) for row in wide] == [(-0.5, 0), (0, 1), (1, 2.5)]


def test_each_value_counts_in_its_cell() -> None:
    found = made(counted(0.0, 0.5, 1.0, 4.0), counted(0.9, 0.5, NAN, 3.99), counted(-0.1, 4.1, math.inf, -math.inf))
    assert found.counts == [[2, 0, 0, 0], [2, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 2]]


def test_a_bucket_is_spread_over_the_rows_that_it_covers() -> None:
    # D0002 counts values from 2 to 3; 0.5 a second over a minute are 30.
    assert made(counted(0.5, 0.0, NAN, -1.0, percentile="D0002")).counts == [
        [0, 0, 30, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0],
    ]  # fmt: skip
    coarse = Grid(0.0, 8.0, (Tick(2.5, ""), Tick(4.0, "")), 1000)
    assert made(counted(1.0, percentile="D0002"), grid=coarse).counts == [[0.5, 0.5, 0]]
    # T0002 counts from 2 to 3 nanoseconds; what lies outside of the bounds is not seen.
    tiny = Grid(0.0, 2.5e-9, (Tick(1e-9, ""),), 1000)
    assert made(counted(8.0, percentile="T0002"), grid=tiny).counts[0] == pytest.approx([0, 4])
    assert made(counted(2.0, percentile="median")).counts == [[0, 0, 1, 0]]  # no bucket: its values count


def test_colours_go_by_the_count() -> None:
    grid = Grid(0.0, 2.0, (Tick(1.0, ""),), 1000)
    lines = [counted(*(0.5 if point < 10 - place else NAN for point in range(10))) for place in range(10)]
    found = made(*lines, grid=grid)  # counts 10, 9, ... 1
    assert [row[0] for row in found.counts] == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert [BLUE.colors.index(row[0]) for row in found.colors] == [4, 4, 3, 3, 2, 2, 1, 1, 0, 0]
    assert {row[1] for row in found.colors} == {""}
    assert [(shade.color, shade.label) for shade in found.shades] == list(
        zip(BLUE.colors, ("2.8", "4.6", "6.4", "8.2", "10"), strict=True)
    )
    assert [shade.upper for shade in found.shades[:-1]] == [shade.lower for shade in found.shades[1:]]
    assert (found.shades[0].lower, found.shades[-1].upper) == (1, 10)


def test_explicit_bounds_of_the_colours() -> None:
    lines = [counted(0.5, 0.5)] * 5 + [counted(0.5, NAN)] * 5  # 10, 5
    found = made(*lines, options=HeatmapOptions("linear", 20.0, 0.0))
    assert [BLUE.colors.index(row[0]) for row in found.colors] == [2, 1]
    assert (found.lower, found.upper) == ("0.0", "20.0")
    clipped = made(*lines, options=HeatmapOptions("linear", 6.0, 5.5))
    assert [BLUE.colors.index(row[0]) for row in clipped.colors] == [4, 0]


def test_scale_of_the_colours() -> None:
    lines = [counted(0.5, 0.5)] * 3 + [counted(0.5, NAN)] * 96  # 99, 3
    found = made(*lines, options=HeatmapOptions("log", 99.0, 0.0))
    assert [BLUE.colors.index(row[0]) for row in found.colors] == [4, 1]
    assert [shade.upper for shade in found.shades] == pytest.approx([1.5119, 5.3096, 14.849, 38.811, 99], rel=1e-4)


def test_one_count_or_none() -> None:
    same = made(counted(0.5, 1.5))
    assert {color for row in same.colors for color in row} == {"", "ff0000ff"}
    assert [(shade.color, shade.lower, shade.upper) for shade in same.shades] == [("ff0000ff", 1, 1)]
    nothing = made(counted(NAN, 9.0))
    assert nothing.shades == ()
    assert {color for row in nothing.colors for color in row} == {""}


def test_label() -> None:
    assert made(counted(1.0)).label == "Heatmap"
    assert made(counted(1.0), options=HeatmapOptions(label="sizes")).label == "sizes"


@given(st.lists(st.lists(st.floats(-1, 5), min_size=3, max_size=3), min_size=1, max_size=6))
def test_every_visible_value_counts_once(rows: list[list[float]]) -> None:
    found = made(*(counted(*row) for row in rows))
    visible = sum(0 <= value <= 4 for row in rows for value in row)
    assert sum(map(sum, found.counts)) == visible
    coloured = [bool(color) for row in found.colors for color in row]
    assert coloured == [count > 0 for row in found.counts for count in row]
