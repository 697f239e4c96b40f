"""The parameters of a chart: what each means, and what is said of a wrong one."""

from __future__ import annotations

import pytest

from vedette_query.chart.options import AxisOptions, ChartOptions, HeatmapOptions
from vedette_query.chart.palette import PALETTES, Palette
from vedette_query.errors import BadNumber, BadRequest
from vedette_query.request import GraphRequest, graph_request
from vedette_query.settings import Settings


def read(**given: str) -> ChartOptions:
    return ask(given).chart


def ask(given: dict[str, str]) -> GraphRequest:
    pairs = [("q", "1"), *((name.replace("__", "."), value) for name, value in given.items())]
    return graph_request(pairs, Settings(), 0)


def test_without_parameters_the_chart_is_that_of_the_reference() -> None:
    assert read() == ChartOptions(
        width=700, height=300, zoom=1.0, layout="canvas", theme="light", title="", palette=None, vision="normal",
        legend=True, statistics=True, only_graph=False, axis_per_line=False, hints=(), id="default",
        axes=(AxisOptions(),) * 5,
    )  # fmt: skip
    assert read().axes[4] == AxisOptions(
        upper="auto-style", lower="auto-style", scale="linear", stack=False, label="", tick_labels="decimal",
        palette=None, heatmap=HeatmapOptions("linear", "auto-style", "auto-style", None, ""),
    )  # fmt: skip


def test_every_parameter_of_the_chart() -> None:
    options = read(
        w="400", h="200", zoom="1.5", layout="iw", theme="dark", title="$name", palette="reds", vision="protanopia",
        no_legend="1", no_legend_stats="1", only_graph="1", axis_per_line="1", hints=" no-image,, other ,no-image",
        id="me",
    )  # fmt: skip
    assert options == ChartOptions(
        400, 200, 1.5, "iw", "dark", "$name", PALETTES["reds"], "protanopia", legend=False, statistics=False,
        only_graph=True, axis_per_line=True, hints=("no-image", "other"), id="me",
    )  # fmt: skip


def test_width_limits_the_points_too() -> None:
    assert ask({"w": "123"}).width == 123


@pytest.mark.parametrize("value", ["0", "true", "yes", "", "2"])
def test_only_1_is_true(value: str) -> None:
    options = read(no_legend=value, only_graph=value, stack=value)
    assert options.legend
    assert not options.only_graph
    assert not options.axes[0].stack


def test_an_axis_has_its_own_parameters_or_those_of_all() -> None:
    options = read(u="10", u__1="20", l="auto-data", scale="log", scale__2="sqrt", stack__0="1", ylabel="all")
    assert [axis.upper for axis in options.axes] == [10.0, 20.0, 10.0, 10.0, 10.0]
    assert {axis.lower for axis in options.axes} == {"auto-data"}
    assert [axis.scale for axis in options.axes] == ["log", "log", "sqrt", "log", "log"]
    assert [axis.stack for axis in options.axes] == [True, False, False, False, False]
    assert {axis.label for axis in options.axes} == {"all"}


def test_a_palette_without_a_number_is_that_of_the_chart() -> None:
    options = read(palette="reds", palette__1="colors:f00,00f")
    assert options.palette == PALETTES["reds"]
    assert [axis.palette for axis in options.axes] == [None, Palette(("ffff0000", "ff0000ff")), None, None, None]


@pytest.mark.parametrize(
    ("given", "scale"),
    [({}, "linear"), ({"o": "1"}, "log"), ({"o": "0"}, "linear"), ({"o": "1", "scale": "pow2"}, "pow2"),
     ({"scale": "log-linear"}, "log-linear"), ({"o": "1", "o.0": "0"}, "linear")],
)  # fmt: skip
def test_scales(given: dict[str, str], scale: str) -> None:
    assert ask(given).chart.axes[0].scale == scale


def test_heatmaps() -> None:
    options = read(heatmap_scale="log", heatmap_u="100", heatmap_l="1", heatmap_palette="greens", heatmap_label="sizes")
    assert options.axes[3].heatmap == HeatmapOptions("log", 100.0, 1.0, PALETTES["greens"], "sizes")


@pytest.mark.parametrize("text", ["off", "decimal", "binary", "duration", "BINARY"])
def test_tick_labels(text: str) -> None:
    assert read(tick_labels=text).axes[0].tick_labels == text.lower()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scale": "cubic"}, "unknown scale type 'cubic', should be linear, log, log-linear, pow2, or sqrt"),
        ({"heatmap_scale": "x"}, "unknown scale type 'x', should be linear, log, log-linear, pow2, or sqrt"),
        ({"theme": "blue"}, "invalid theme: blue, there are light, dark"),
        ({"layout": "wide"}, "unknown layout: wide, there are canvas, image, iw, ih"),
        ({"vision": "x"}, "unknown vision type: x, there are normal, protanopia"),
        ({"palette": "x"}, "invalid palette name: 'x', there are armytage"),
        ({"palette": "hash:x"}, "invalid palette name: 'x'"),
        ({"palette.2": "x"}, "invalid palette name: 'x'"),
        ({"heatmap_palette": "x"}, "invalid palette name: 'x'"),
        ({"palette": "colors:"}, "requirement failed: palette must contain at least one color"),
        ({"palette": "(,xyz,)"}, "invalid color 'xyz', expected rgb, rrggbb or aarrggbb in hexadecimal"),
        (
            {"tick_labels": "Roman"},
            "tick_labels: unknown value 'Roman', acceptable values are off, decimal, binary, and duration",
        ),
        ({"l": "5", "u": "1"}, r"requirement failed: lower bound must be less than upper bound \(5.0 >= 1.0\)"),
        ({"l": "5", "u.1": "5"}, r"lower bound must be less than upper bound \(5.0 >= 5.0\)"),
        ({"heatmap_l": "2", "heatmap_u": "1"}, r"lower bound must be less than upper bound \(2.0 >= 1.0\)"),
        ({"u": "NaN"}, r"a bound must be a number up to 1e\+300, or auto-style or auto-data \(got NaN\)"),
        ({"l": "-Infinity"}, "a bound must be a number"),
        ({"w": "0"}, r"requirement failed: w must be > 0 \(got 0\)"),
        ({"h": "-1"}, r"requirement failed: h must be > 0 \(got -1\)"),
        ({"zoom": "0"}, "requirement failed: zoom must be > 0"),
        ({"zoom": "NaN"}, "requirement failed: zoom must be > 0"),
        ({"features": "new"}, "unknown features 'new', there are stable and unstable"),
    ],
)
def test_what_is_said_of_wrong_ones(given: dict[str, str], message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        ask(given)


@pytest.mark.parametrize("name", ["w", "h", "zoom", "u", "l", "u.3", "heatmap_u"])
def test_what_is_no_number(name: str) -> None:
    with pytest.raises(BadNumber, match='For input string: "1x"'):
        ask({name: "1x"})


def test_features_may_be_in_capitals() -> None:
    assert ask({"features": "UNSTABLE"}).features == "unstable"
