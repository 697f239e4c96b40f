"""Any chart can be drawn: whatever its values, texts and sizes, the picture has the size that was promised."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.query.chart.draw.drawn import DARK, GOLDEN, LIGHT, START, heat, line, several_axes, stacks, twenty
from tests.query.chart.draw.pixels import decoded
from vedette_query.answer import Statistics
from vedette_query.chart.chart import Axis, Chart, Heatmap, Line, LineStyle, Scale, Theme, Tick, TimeAxis
from vedette_query.chart.draw import draw, error_image

NOTHING = Statistics(0, math.nan, math.nan, math.nan, math.nan, math.nan)

colors = st.from_regex(r"[0-9a-f]{8}", fullmatch=True)
texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", " ", "$", "$x^2$", "\\frac{", "x" * 3_000, "日本語", "שלום", "a\nb\tc\x00", "e\u0301", "😀"]),
)
floats = st.floats(allow_nan=True, allow_infinity=True)
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def lines(draw_: st.DrawFn, points: int) -> Line:
    pattern = draw_(st.lists(floats, min_size=1, max_size=8))
    values = (pattern * (points // len(pattern) + 1))[:points]
    style: LineStyle = draw_(st.sampled_from(get_args(LineStyle)))
    width = draw_(st.floats(0, 50))
    rows = draw_(st.lists(st.tuples(texts, texts), max_size=6))
    return Line(draw_(texts), draw_(colors), style, width, values, NOTHING, rows, draw_(texts), {})


@st.composite
def axes(draw_: st.DrawFn, number: int, points: int) -> Axis:
    lower, upper = sorted(draw_(st.tuples(finite, finite)))
    some = draw_(st.lists(lines(points), max_size=3))
    ticks = draw_(st.lists(st.builds(Tick, floats, texts, st.booleans()), max_size=8))
    scale: Scale = draw_(st.sampled_from(get_args(Scale)))
    return Axis(
        number, draw_(texts), draw_(colors), scale, lower, upper, "auto-style", "auto-style", "decimal",
        tuple(ticks), tuple(some * draw_(st.sampled_from([1, 1, 1, 70]))), draw_(st.none() | heatmaps(points)),
        tuple(draw_(st.lists(texts, max_size=2))),
    )  # fmt: skip


@st.composite
def heatmaps(draw_: st.DrawFn, points: int) -> Heatmap:
    made = heat().axes[0].heatmap
    assert made is not None
    rows = made.rows[: draw_(st.integers(0, 20))]
    counts = [[draw_(floats)] * len(rows)] * points
    cells = [[draw_(st.just("") | colors)] * len(rows)] * points
    return Heatmap(rows, made.shades[: draw_(st.integers(0, 7))], counts, cells, "linear", "0", "1", draw_(texts))


@st.composite
def charts(draw_: st.DrawFn) -> Chart:
    points = draw_(st.sampled_from([0, 1, 2, 3, 60, 1441]))
    step = draw_(st.sampled_from([1, 10_000, 86_400_000]))
    some = [draw_(axes(number, points)) for number in range(draw_(st.integers(0, 5)))]
    times = st.integers(START - 9, START + points * step)
    ticks = draw_(st.lists(st.builds(Tick, times, texts, st.booleans()), max_size=9))
    sizes = st.one_of(st.integers(1, 80), st.integers(1, 900))
    return Chart(
        START, START + points * step, step, draw_(sizes), draw_(sizes),
        draw_(st.sampled_from(["canvas", "image", "iw", "ih"])), draw_(st.sampled_from([0.01, 0.5, 1.0, 2.0])),
        draw_(texts), draw_(st.sampled_from([LIGHT, DARK])),
        tuple(TimeAxis(draw_(texts), tuple(ticks)) for _ in range(draw_(st.integers(0, 3)))), tuple(some),
        draw_(texts), draw_(st.booleans()), draw_(st.booleans()), draw_(st.booleans()),
        tuple(draw_(st.lists(texts, max_size=12))),
    )  # fmt: skip


def check(chart: Chart) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph, an overflow: none may be heard of
        pixels = decoded(draw(chart))
    height, width, _ = pixels.shape
    wide, high = (max(1, round(length * chart.zoom)) for length in (chart.width, chart.height))
    least = round(64 * chart.zoom)
    bare = chart.only_graph
    if chart.layout in ("image", "iw"):
        assert width == wide
    else:
        assert width == max(least, wide) if bare else width >= max(least, wide)
    if chart.layout in ("image", "ih"):
        assert height == high
    else:
        assert height == max(least, high) if bare else height >= max(least, high)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(charts())
def test_any_chart_is_drawn_in_its_size(chart: Chart) -> None:
    check(chart)


@pytest.mark.proof
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(charts())
def test_very_many_charts_are_drawn_in_their_size(chart: Chart) -> None:
    check(chart)


@settings(max_examples=40, deadline=None)
@given(texts, st.integers(1, 800), st.integers(1, 400), st.sampled_from([LIGHT, DARK]))
def test_any_error_is_drawn_in_the_size_asked_for(message: str, width: int, height: int, theme: Theme) -> None:
    assert decoded(error_image(message, width, height, theme)).shape == (height, width, 3)


def test_the_largest_picture_is_drawn() -> None:
    many = [line(f"line {n}", "ff0075dc", [float(n)] * 1440) for n in range(200)]
    made = several_axes()
    axis = replace(made.axes[0], lines=tuple(many))
    check(replace(made, axes=(axis, *made.axes[1:]), width=2000, height=1000, zoom=2.0, layout="image"))


def test_threads_draw_the_same_bytes() -> None:
    made = [several_axes(), stacks(), heat(), twenty()]
    expected = [draw(chart) for chart in made]

    def ten(thread: int) -> list[bytes]:
        return [draw(made[(thread + turn) % len(made)]) for turn in range(10)]

    with ThreadPoolExecutor(8) as pool:
        for thread, pictures in enumerate(pool.map(ten, range(8))):
            assert pictures == [expected[(thread + turn) % len(made)] for turn in range(10)]


def test_the_same_chart_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib; from tests.query.chart.draw.drawn import GOLDEN; from vedette_query.chart.draw import draw;"
        "print(hashlib.sha256(draw(GOLDEN['notices']())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(draw(GOLDEN["notices"]())).hexdigest()


def test_a_process_that_draws_nothing_does_without_matplotlib() -> None:
    script = "import sys, vedette_query.app; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_chart_of_twenty_lines_takes_a_quarter_of_a_second_at_most() -> None:
    made = twenty()
    spent = []
    for _ in range(4):
        began = time.thread_time()
        draw(made)
        spent.append(time.thread_time() - began)
    assert min(spent) <= 0.25
