"""From the API's v2.json to a figure and a legend: axes, styles, colours, units, and what does not fit."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import httpx
import pytest

from vedette_dashboards import theme
from vedette_dashboards.client import Client
from vedette_dashboards.errors import ApiAway
from vedette_dashboards.explore.answer import Answerer
from vedette_dashboards.explore.drawing import Axis, Drawing, read
from vedette_dashboards.explore.legend import legend
from vedette_dashboards.explore.plot import axis_units, plot
from vedette_dashboards.explore.share import Asked
from vedette_dashboards.explore.units import unit_of
from vedette_query.answer import statistics

START, STEP = 1_795_305_600_000, 10_000
Part = dict[str, Any]


def document(*lines: Part, axes: tuple[Part, ...] = ({},), **meta: Any) -> list[Part]:
    """A v2.json over four points."""
    head = {"type": "graph-metadata", "startTime": START, "endTime": START + 4 * STEP, "step": STEP, "warnings": []}
    plots = [{"type": "plot-metadata", "id": n, "scale": "LINEAR", **given} for n, given in enumerate(axes)]
    return [{**head, **meta}, *plots, *lines]


def line(label: str = "a", values: tuple[Any, ...] = (1.0, 2.0, 3.0, 4.0), **given: Any) -> Part:
    part: Part = {
        "type": "timeseries",
        "plot": 0,
        "label": label,
        "color": "ff2b7fd4",
        "lineStyle": "LINE",
        "lineWidth": 1.0,
    }
    return {
        **part,
        "query": f"name,{label},:eq,:sum",
        "tags": {"name": label},
        "data": {"values": list(values)},
        **given,
    }


def drawn(*lines: Part, most: int = 100, **given: Any) -> Drawing:
    return read(document(*lines, **given), most)


def figure(*lines: Part, **given: Any) -> dict[str, Any]:
    drawing = drawn(*lines, **given)
    return plot(drawing, tz="Europe/Berlin", revision="r", units=axis_units(drawing))


def test_a_line_in_the_readers_zone() -> None:
    found = figure(line(values=(1.0, "NaN", 3.0, "Infinity")))
    (trace,) = found["data"]
    assert (trace["x0"], trace["dx"]) == ("2026-11-22 01:00:00.000", STEP)
    assert trace["y"] == [1.0, None, 3.0, None]
    assert trace["line"] == {"color": "#2b7fd4", "width": 1.8, "dash": "solid"}
    assert trace["marker"] == {"size": [5, 0, 5, 0]}, "between two gaps a point is seen"
    assert found["layout"]["uirevision"] == "r"


def test_several_axes_are_numbered_from_the_left_and_coloured_by_their_first_line() -> None:
    found = figure(line("b", plot=1), line("d", plot=3, color="ffd9622b"), line("e", plot=4), axes=({},) * 5)
    assert [trace["yaxis"] for trace in found["data"]] == ["y", "y2", "y3"]
    layout = found["layout"]
    assert "overlaying" not in layout["yaxis"]
    assert (layout["yaxis2"]["overlaying"], layout["yaxis2"]["side"], layout["yaxis2"]["anchor"]) == ("y", "right", "x")
    assert layout["yaxis2"]["tickfont"] == {"color": "#d9622b"}
    assert (layout["yaxis3"]["anchor"], layout["yaxis3"]["autoshift"]) == ("free", True)
    assert "tickfont" not in figure(line())["layout"]["yaxis"]


def test_areas_and_stacks() -> None:
    area, above, below, faint = figure(
        line("a", lineStyle="AREA"),
        line("b", lineStyle="STACK", values=(1, 2, "NaN", "NaN")),
        line("c", lineStyle="STACK", values=(-1, -2, -3, -4)),
        line("d", lineStyle="AREA", color="802b7fd4", lineWidth=3.0),
    )["data"]
    assert (area["fill"], area["fillcolor"], area["line"]["width"]) == ("tozeroy", "rgba(43,127,212,0.35)", 1.0)
    assert (above["stackgroup"], below["stackgroup"]) == ("0 above", "0 below")
    assert above["y"] == [1.0, 2.0], "a stack ends where its data does"
    assert (faint["fillcolor"], faint["line"]["width"]) == ("rgba(43,127,212,0.502)", 3.0)


def test_times_are_shaded_for_the_steps_that_end_at_the_points() -> None:
    found = figure(
        line("a", lineStyle="VSPAN", values=(0, 1, 5, "NaN")), line("b", lineStyle="VSPAN", values=(1, 0, 0, 1))
    )
    times = [(one["name"], one["x0"][11:19], one["x1"][11:19]) for one in found["layout"]["shapes"]]
    assert times == [("a", "01:00:00", "01:00:20"), ("b", "00:59:50", "01:00:00"), ("b", "01:00:20", "01:00:30")]
    assert found["data"][0]["y"] == [None] * 4


def test_a_heatmap_has_cells_instead_of_lines() -> None:
    heatmap = {
        "type": "heatmap", "plot": 0, "label": "how many",
        "yTicks": [{"min": 0, "max": 10, "label": "0"}, {"min": 10, "max": 20, "label": "10"}],
        "colorTicks": [
            {"color": "ff0000ff", "min": 0, "max": 1, "label": ""},
            {"color": "ffff0000", "min": 1, "max": 4, "label": ""},
        ],
        "data": {"values": [[1, 0], [2, "NaN"], [0, 4], [0, 0]]},
    }  # fmt: skip
    drawing = drawn(line("a", lineStyle="HEATMAP", values=(1, 2, 3, "NaN")), line("b"), heatmap)
    assert [one.label for one in drawing.lines] == ["b"]
    assert (drawing.total, drawing.newest_ms) == (1, START + 3 * STEP)
    _, cells = plot(drawing, tz="UTC", revision="", units=axis_units(drawing))["data"]
    assert (cells["x0"], cells["y"]) == ("2026-11-21 23:59:55.000", [0, 10, 20])
    assert cells["z"] == [[1, 2, None, None], [None, None, 4, None]]
    assert cells["colorscale"] == [
        [0, "rgba(0,0,255,1)"],
        [0.25, "rgba(0,0,255,1)"],
        [0.25, "rgba(255,0,0,1)"],
        [1, "rgba(255,0,0,1)"],
    ]


def test_spans_of_the_answer() -> None:
    vspan = {"type": "vspan", "t1": START, "t2": START + STEP, "color": "40ff0000"}
    hspan = {"type": "hspan", "v1": 1, "v2": 2, "color": "40ff0000", "plot": 1}
    shapes = figure(line(), line("b", plot=1), vspan, hspan, {**hspan, "plot": 3}, axes=({}, {}))["layout"]["shapes"]
    assert [(one["xref"], one["yref"]) for one in shapes] == [("x", "paper"), ("paper", "y2")]


def test_a_colour_that_comes_again_comes_with_another_dash() -> None:
    traces = figure(*(line(name) for name in "abcde"))["data"]
    assert [trace["line"]["dash"] for trace in traces] == [*theme.DASHES, "solid"]


def test_lines_of_one_label_are_told_apart() -> None:
    drawing = drawn(line("a (b)"), line("a (b)"))
    names = [one["name"] for one in legend(drawing, axis_units(drawing), ())]
    assert names == ["a (b)", "a (b) #2"]
    uids = [trace["uid"] for trace in plot(drawing, tz="UTC", revision="", units=axis_units(drawing))["data"]]
    assert len(set(uids)) == 2
    assert all(uid.isalnum() for uid in uids)


def test_many_lines_are_hovered_one_by_one() -> None:
    assert figure(*(line(f"{n}") for n in range(16)))["layout"]["hovermode"] == "x unified"
    assert figure(*(line(f"{n}") for n in range(17)))["layout"]["hovermode"] == "closest"
    found = drawn(*(line(f"{n}") for n in range(17)), most=10)
    assert (len(found.lines), found.total) == (10, 17)


def test_bounds_scales_and_labels() -> None:
    axis = {"ylabel": "calls", "lower": "1.5", "upper": "auto-style", "tickLabelMode": "OFF"}
    y = figure(line(), axes=(axis,))["layout"]["yaxis"]
    assert (y["title"]["text"], y["range"], y["autorange"]) == ("calls", [1.5, None], "max")
    assert y["showticklabels"] is False
    assert figure(line(), axes=({"scale": "LOGARITHMIC"},))["layout"]["yaxis"]["type"] == "log"
    assert "type" not in figure(line(values=(0.0, 1, 1, 1)), axes=({"scale": "LOGARITHMIC"},))["layout"]["yaxis"]
    assert drawn(line(), axes=({"scale": "LOG_LINEAR"},)).axes == (Axis(0, scale="log-linear"),)


def test_a_narrow_band_is_not_flattened() -> None:
    assert figure(line(values=(100.0, 101, 102, 101)))["layout"]["yaxis"]["rangemode"] == "normal"
    assert figure(line(values=(1.0, 101, 102, 101)))["layout"]["yaxis"]["rangemode"] == "tozero"
    assert figure(line(values=(100.0, 101, 102, 101), lineStyle="AREA"))["layout"]["yaxis"]["rangemode"] == "tozero"


@pytest.mark.parametrize(
    ("kind", "top", "divisor", "suffix", "text"),
    [
        ("decimal", 123_456.0, 1, "", "123k"),
        ("binary", 3 * 2.0**20, 2.0**20, " Mi", "3.00 Mi"),
        ("binary", 12.0, 1, "", "12.0"),
        ("binary", 0.0, 1, "", "0"),
        ("duration", 0.25, 1e-3, " ms", "250\u202fms"),
        ("duration", 5400.0, 60, " min", "1\u202fh 30\u202fmin"),
        ("duration", 4e-7, 1e-9, " ns", "0.400\u202fµs"),
    ],
)
def test_units(kind: Any, top: float, divisor: float, suffix: str, text: str) -> None:
    unit = unit_of(kind, (0.0, math.nan, top, math.inf))
    assert (unit.divisor, unit.suffix, unit.text(top)) == (divisor, suffix, text)


def test_the_legend_has_the_statistics_of_what_is_shown() -> None:
    drawing = drawn(
        line("a", values=(1.0, "NaN", 3.0, 2.0)), line("b", values=("NaN",) * 4), line("c", lineStyle="AREA")
    )
    first, second, third = legend(drawing, axis_units(drawing), ())
    expected = statistics(drawing.lines[0].values)
    numbers = {name: one["value"] for name, one in first["statistics"].items()}
    assert numbers == {
        "max": expected.maximum, "min": 1.0, "avg": expected.average, "last": 2.0, "total": 6.0, "count": 3.0,
    }  # fmt: skip
    assert second["statistics"]["max"] == {"value": None, "text": "–"}
    assert second["statistics"]["count"] == {"value": 0.0, "text": "0"}
    assert (first["dash"], third["dash"]) == ("solid", "area")


def test_a_line_knows_its_expression() -> None:
    drawing = drawn(line("a"), line("b", query="name,b,:eq,:sum,(,k,),:by,$(k),:legend"), line("c"))
    rows = [("name,b,:eq,:sum", "name,a,:eq,:sum"), ("name,b,:eq,:sum,(,k,),:by",)]
    assert [one["row"] for one in legend(drawing, axis_units(drawing), rows)] == [0, 1, None]


@pytest.mark.parametrize(
    "broken", [[{}], [{"type": "graph-metadata"}], document(line(color="red")), document({**line(), "data": 1})]
)
def test_anything_else_is_no_answer(broken: list[Part]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read(broken, 10)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=broken))
    answerer = Answerer(Client("http://api", transport=transport), "http://api")
    with pytest.raises(ApiAway, match="is it a Vedette of another version"):
        asyncio.run(answerer.answer(Asked(("a",))))
