"""What a picture says about values: looked up in its pixels."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.query.chart.draw.drawn import axis, chart, heat, line
from tests.query.chart.draw.pixels import Pixels, decoded, is_color
from vedette_query.chart.chart import Cell, Line, Scale
from vedette_query.chart.draw import draw
from vedette_query.chart.draw.lines import Stack, bands, steps

RED, GREEN, BLUE = "ffff0000", "ff008000", "ff0000ff"
NAN, INF = math.nan, math.inf


def canvas(*lines: Line, bounds: tuple[float, float] = (0.0, 10.0), scale: Scale = "linear") -> Pixels:
    """The canvas alone, ten pixels for each point and for each unit between the bounds."""
    points = max(len(one.values) for one in lines)
    bare = replace(axis(0, lines, bounds, 100), ticks=(), scale=scale)
    made = replace(chart([bare], points), width=10 * points, height=100, only_graph=True, times=())
    return decoded(draw(made))


def test_a_value_holds_for_the_interval_that_ends_at_its_time() -> None:
    pixels = canvas(line("a", RED, [2.0, 8.0, NAN, 5.0, 5.0, 5.0, 5.0, 5.0]))
    red = is_color(pixels, RED)
    assert red[80, 1:9].all()  # 2 from the left rim, where its interval begins
    assert red[20, 11:19].all()  # 8 for the next ten columns
    assert red[25:75, 9:11].any(axis=1).all()  # and an upright between them
    assert not red[:, 22:28].any()  # nothing over the gap
    assert red[50, 31:79].all()


def test_a_point_between_gaps_is_seen_however_narrow_its_interval() -> None:
    points = 2_000
    values = [5.0 if at == 1_000 else NAN for at in range(points)]
    bare = replace(axis(0, [line("a", RED, values)], (0, 10), 10), ticks=())
    made = replace(chart([bare], points), width=100, height=100, only_graph=True, times=())
    dark = np.asarray((decoded(draw(made)) < 200).any(axis=2))
    assert dark[49:52, 48:53].sum() >= 3


def test_infinite_values_lie_on_the_rims() -> None:
    red = is_color(canvas(line("a", RED, [INF, 5.0, -INF, 5.0, 5.0, 5.0, 5.0], width=2.0)), RED)
    assert red[0, 2:8].all()
    assert red[99, 22:28].all()


def test_a_value_outside_of_the_bounds_leaves_the_canvas() -> None:
    red = is_color(canvas(line("a", RED, [5.0, 1e300, 5.0, -1e300, 5.0, 5.0, 5.0])), RED)
    assert red[2:48, 9:11].any(axis=1).all()
    assert not red[0:2, 12:18].any()
    assert not red[98:, 32:38].any()


def test_areas_reach_from_zero_up_and_down() -> None:
    red = is_color(canvas(line("a", RED, [4.0, -2.0, NAN] * 3, "area"), bounds=(-5.0, 5.0)), RED)
    assert red[11:49, 1:9].all()
    assert red[51:69, 11:19].all()
    assert not red[:10, :].any()
    assert not red[71:, :].any()
    assert not red[:, 21:29].any()


def test_an_area_begins_at_the_rim_when_zero_is_outside() -> None:
    red = is_color(canvas(line("a", RED, [7.0] * 7, "area"), bounds=(5.0, 15.0)), RED)
    assert red[81:100, 1:69].all()
    assert not red[:79].any()


def test_stacks_pile_up_positive_and_negative_values_apart() -> None:
    stacked = [
        line("a", RED, [2.0] * 7, "stack"),
        line("b", GREEN, [-1.0] * 7, "stack"),
        line("c", BLUE, [1.0, NAN] * 3 + [1.0], "stack"),
        line("d", GREEN, [-1.0] * 7, "stack"),
    ]
    pixels = canvas(*stacked, bounds=(-5.0, 5.0))
    column = pixels[:, 5]
    assert is_color(column, RED).nonzero()[0].tolist() == list(range(30, 50))
    assert is_color(column, BLUE).nonzero()[0].tolist() == list(range(20, 30))
    assert is_color(column, GREEN).nonzero()[0].tolist() == list(range(50, 70))
    assert not is_color(pixels[:, 15], BLUE).any()


def test_neighbours_in_a_stack_leave_no_seam() -> None:
    stacked = [line(str(n), color, [1.37] * 7, "stack") for n, color in enumerate([RED, GREEN, BLUE])]
    column = canvas(*stacked)[:, 35]
    known = is_color(column, RED) | is_color(column, GREEN) | is_color(column, BLUE) | is_color(column, "ffffffff")
    assert known.all()


def test_spans_shade_what_is_true_over_the_whole_height() -> None:
    shade = line("a", "80ff0000", [0.0, 1.0, NAN, -2.0, 0.0, 0.0, 0.0], "vspan")
    pixels = canvas(shade)
    shaded = (pixels == np.array([255, 127, 127])).all(axis=2)
    assert shaded[:, 10:20].all()
    assert shaded[:, 30:40].all()
    assert not shaded[:, :10].any()
    assert not shaded[:, 20:30].any()


@pytest.mark.parametrize(
    ("scale", "value", "row"),
    [("linear", 2.5, 75), ("sqrt", 2.5, 50), ("pow2", 5.0, 75), ("log", math.sqrt(11) - 1, 50)],
)
def test_scales_place_values(scale: Scale, value: float, row: int) -> None:
    red = is_color(canvas(line("a", RED, [value] * 7), scale=scale), RED)
    assert red[row - 1 : row + 1, 5:60].any(axis=0).all()


def test_colours_may_be_translucent() -> None:
    pixels = canvas(line("a", "800000ff", [5.0] * 7, "area"))
    assert np.abs(pixels[75, 35] - np.array([127, 127, 255])).max() <= 1


def test_heatmap_cells_lie_at_their_values_and_times() -> None:

    made = heat()
    heatmap = made.axes[0].heatmap
    assert heatmap is not None
    counts = [[0.0] * 20 for _ in range(180)]
    cells = [[""] * 20 for _ in range(180)]
    counts[0][0], cells[0][0] = 1.0, RED
    counts[179][19], cells[179][19] = 1.0, BLUE
    one = replace(heatmap, counts=counts, colors=cells)
    bare = replace(made.axes[0], heatmap=one, ticks=())
    pixels = decoded(draw(replace(made, axes=(bare,), times=(), width=360, height=100, only_graph=True)))
    assert is_color(pixels, RED).nonzero()[0].tolist() == [95, 95, 96, 96, 97, 97, 98, 98, 99, 99]
    assert is_color(pixels, RED).nonzero()[1].tolist() == [0, 1] * 5
    assert is_color(pixels[0:5, 358:], BLUE).all()
    assert is_color(pixels, BLUE).sum() == 10


def test_thin_heatmap_rows_show_the_greatest_count() -> None:

    made = heat()
    heatmap = made.axes[0].heatmap
    assert heatmap is not None
    rows = tuple(Cell(n / 10, (n + 1) / 10, "") for n in range(1000))  # ten in each row of pixels
    counts = [[5.0 if n == 503 else 1.0 for n in range(1000)]] * 2
    cells = [[RED if n == 503 else BLUE for n in range(1000)]] * 2
    one = replace(heatmap, rows=rows, counts=counts, colors=cells)
    bare = replace(made.axes[0], heatmap=one, ticks=())
    pixels = decoded(draw(replace(made, axes=(bare,), times=(), width=100, height=100, only_graph=True)))
    assert is_color(pixels, RED).any(axis=1).sum() == 1


def test_steps_lift_the_pen_over_gaps() -> None:
    outline = steps(np.array([0.0, 1, 2, 3, 4]), np.array([5.0, NAN, 6.0, 7.0]), 3.0)
    assert outline.points.tolist() == [[-1, 5], [2, 5], [2, 6], [3, 6], [3, 7], [4, 7]]
    assert outline.codes.tolist() == [1, 2, 1, 2, 2, 2]


def test_bands_are_one_shape_for_each_run() -> None:
    outline = bands(np.array([0.0, 1, 2, 3]), np.array([0.0, NAN, 0.0]), np.array([2.0, 2.0, 2.4]))
    assert outline.points[:5].tolist() == [[0, 2], [1, 2], [1, 0], [0, 0], [0, 2]]
    assert outline.codes.tolist() == [1, 2, 2, 2, 79] * 2


def test_a_stack_goes_on_over_a_gap() -> None:
    stack = Stack.empty(2)
    stack.put(np.array([1.0, NAN]))
    base, top = stack.put(np.array([2.0, 2.0]))
    assert base.tolist() == [1.0, 0.0]
    assert top.tolist() == [3.0, 2.0]
