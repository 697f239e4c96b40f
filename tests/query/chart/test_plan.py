"""From answers to charts: sizes, colours, axes, legends, titles, notices."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.query.chart.answers import MINUTE, NAN, START, Made, one
from vedette_query.chart.chart import Chart
from vedette_query.chart.legend import footer, zoned
from vedette_query.chart.look import Look, look
from vedette_query.chart.options import AxisOptions, ChartOptions, HeatmapOptions
from vedette_query.chart.palette import PALETTES, parse_palette
from vedette_query.chart.plan import plan
from vedette_query.errors import BadNumber, BadRequest

ARMYTAGE = PALETTES["armytage"].colors
HOUR = 60 * MINUTE


def options(*axes: AxisOptions, **given: object) -> ChartOptions:
    every = (*axes, *(AxisOptions(),) * (5 - len(axes)))
    return replace(ChartOptions(axes=every), **given)  # type: ignore[arg-type]  # any field, by its name


def colors(chart: Chart) -> list[list[str]]:
    return [[line.color for line in axis.lines] for axis in chart.axes]


def test_one_plain_line() -> None:
    chart = plan(one(1.0, 2.0, NAN), options())
    assert (chart.start_ms, chart.end_ms, chart.step_ms) == (START, START + 3 * MINUTE, MINUTE)
    assert (chart.width, chart.height, chart.layout, chart.zoom) == (700, 300, "canvas", 1.0)
    assert (chart.title, chart.notices, chart.only_graph) == ("", (), False)
    assert chart.show_legend
    assert chart.show_statistics
    assert chart.footer == "Frame: 3m, End: 2026-11-22T00:04Z[UTC], Step: 1m"
    (axis,) = chart.axes
    assert (axis.id, axis.label, axis.scale, axis.lower, axis.upper) == (0, "", "linear", 1.0, 2.0)
    assert (axis.asked_lower, axis.asked_upper, axis.color) == ("auto-style", "auto-style", "ff444444")
    (line,) = axis.lines
    assert (line.label, line.color, line.style, line.width) == ("a", "ff0075dc", "line", 1.0)
    assert (line.query, line.group_by) == ("name,x,:eq,0,:axis", ("node",))
    assert list(line.tags) == ["atlas.offset", "name", "node"]
    assert [name for name, _ in line.legend] == ["Max", "Min", "Avg", "Last", "Tot", "Cnt"]
    assert [text.strip() for _, text in line.legend] == ["2.00", "1.00", "1.50", "2.00", "3.00", "2.00"]


@pytest.mark.parametrize(
    ("asked", "width", "height", "zoom", "notices"),
    [
        ({"width": 2000, "height": 1000, "zoom": 2.0}, 2000, 1000, 2.0, ()),
        ({"width": 2001}, 2000, 300, 1.0, ("Restricted graph width to 2000.",)),
        (
            {"width": 9999, "height": 9999, "zoom": 2.5}, 2000, 1000, 2.0,
            ("Restricted graph height to 1000.", "Restricted graph width to 2000.", "Restricted zoom to 2.0."),
        ),
        ({"width": 1, "height": 1, "zoom": 0.1}, 64, 64, 0.1, ()),
    ],
)  # fmt: skip
def test_sizes_are_held_within_limits(
    asked: dict[str, object], width: int, height: int, zoom: float, notices: tuple[str, ...]
) -> None:
    chart = plan(one(1.0), options(**asked))
    assert (chart.width, chart.height, chart.zoom, chart.notices) == (width, height, zoom, notices)


@pytest.mark.parametrize(
    ("asked", "legend", "statistics"),
    [
        ({}, True, True),
        ({"legend": False}, False, True),
        ({"statistics": False}, True, False),
        ({"only_graph": True}, False, True),
        ({"layout": "image"}, False, True),
        ({"layout": "ih"}, False, True),
        ({"layout": "iw"}, True, True),
        ({"width": 299}, True, False),
        ({"width": 119}, False, False),
    ],
)
def test_when_there_is_a_legend(asked: dict[str, object], legend: bool, statistics: bool) -> None:
    chart = plan(one(1.0), options(**asked))
    assert (chart.show_legend, chart.show_statistics) == (legend, statistics)


def test_colours_go_by_label_before_lines_are_sorted_or_left_out() -> None:
    lines = dict.fromkeys("abcd", (1.0,))
    answer = Made().add(lines, shown="dba").add({"e": (1.0,)}).answer()
    assert colors(plan(answer, options())) == [[ARMYTAGE[3], ARMYTAGE[1], ARMYTAGE[0], ARMYTAGE[4]]]


def test_axes_share_the_palette_unless_they_have_their_own() -> None:
    made = Made().add({"a": (1.0,), "b": (1.0,)}).add({"c": (1.0,)}, axis=3).add({"d": (1.0,)}, axis=1)
    assert colors(plan(made.answer(), options())) == [[ARMYTAGE[0], ARMYTAGE[1]], [ARMYTAGE[2]], [ARMYTAGE[3]]]
    reds = AxisOptions(palette=PALETTES["reds"])
    chart = plan(made.answer(), options(AxisOptions(), reds, palette=PALETTES["blues"]))
    assert colors(chart) == [
        list(PALETTES["blues"].colors[:2]), [PALETTES["reds"].colors[0]], [PALETTES["blues"].colors[2]]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ({"color": "ffff0000"}, ["ffff0000", "ffff0000"]),
        ({"color": "blue2"}, ["ff2171b5", "ff2171b5"]),
        ({"color": "80112233", "alpha": "10"}, ["80112233", "80112233"]),
        ({"alpha": "10"}, ["100075dc", "10993f00"]),
        ({"palette": "reds"}, ["ff67000d", "ffa50f15"]),
        ({"palette": "(,f00,)", "alpha": "7f"}, ["7fff0000", "7fff0000"]),
        ({"palette": "hash:(,f00,0f0,00f,)"}, ["ff00ff00", "ff0000ff"]),
    ],
)
def test_an_expression_has_its_own_colours(style: dict[str, str], expected: list[str]) -> None:
    answer = Made().add({"a": (1.0,), "b": (1.0,)}, style=style).add({"c": (1.0,)}).answer()
    found = colors(plan(answer, options()))[0]
    assert found[:2] == expected
    taken = 2 if set(style) == {"alpha"} else 0  # only what comes from the chart's palette is taken from it
    assert found[2] == ARMYTAGE[taken]


def test_lines_of_another_time_have_a_palette_of_their_own() -> None:
    made = Made().add({"a": (1.0,)}).add({"b": (1.0,)}, offset_ms=HOUR).add({"c": (1.0,)}, offset_ms=HOUR, axis=1)
    answer = made.add({"d": (1.0,)}, axis=1).answer()
    assert colors(plan(answer, options())) == [[ARMYTAGE[0], "c0000000"], ["c0cccccc", ARMYTAGE[1]]]
    dark = plan(answer, options(theme="dark"))
    assert colors(dark) == [["ff00b5f7", "ffffffff"], ["ff777777", "ffe48f72"]]
    assert dark.theme.canvas == "ff000000"


def test_a_hashed_palette_of_the_chart() -> None:
    answer = Made().add({"b": (1.0,), "a": (1.0,)}).add({"a": (2.0,)}).answer()
    chart = plan(answer, options(palette=parse_palette("hash:(,f00,0f0,00f,)")))
    assert colors(chart) == [["ff0000ff", "ff00ff00", "ff00ff00"]]


def test_vision() -> None:
    answer = Made().add({"a": (1.0,)}, style={"color": "80c86432"}).add({"b": (1.0,)}, axis=1).answer()
    chart = plan(answer, options(vision="achromatopsia"))
    assert colors(chart)[0] == ["807c7c7c"]
    assert chart.axes[0].color == "ff7c7c7c"


def test_axes_have_the_colours_of_their_first_lines_when_there_are_several() -> None:
    made = Made().add({"a": (1.0,), "b": (1.0,)}).add({"c": (1.0,)}, axis=4, style={"color": "10123456"})
    chart = plan(made.answer(), options())
    assert [axis.color for axis in chart.axes] == ["ff0075dc", "ff123456"]
    assert [axis.id for axis in chart.axes] == [0, 1]
    ambiguous = plan(made.answer(), options(hints=("ambiguous-multi-y",)))
    assert [axis.color for axis in ambiguous.axes] == ["ff444444", "ff444444"]


def test_an_axis_without_lines() -> None:
    chart = plan(Made().add({}).add({"a": (5.0,)}, axis=1).answer(), options())
    assert [(axis.lower, axis.upper, axis.color) for axis in chart.axes] == [(0, 1, "ff444444"), (5, 6, "ff0075dc")]
    (empty,) = plan(Made().answer(), options()).axes
    assert (empty.lower, empty.upper, empty.lines) == (0, 1, ())


def test_an_axis_for_each_line() -> None:
    answer = Made().add({"a": (1.0,), "b": (2.0,)}, message="2 of 3 lines matched filter").answer()
    chart = plan(answer, options(AxisOptions(label="left"), AxisOptions(scale="log"), axis_per_line=True))
    assert [[line.label for line in axis.lines] for axis in chart.axes] == [["a"], ["b"]]
    assert [(axis.label, axis.scale, axis.color) for axis in chart.axes] == [
        ("left", "linear", ARMYTAGE[0]), ("", "log", ARMYTAGE[1])
    ]  # fmt: skip
    assert [axis.messages for axis in chart.axes] == [(), ("... 2 of 3 lines matched filter ...",)]
    assert chart.notices == ()


def test_no_axis_for_each_line_of_many_or_of_several_axes() -> None:
    many = Made().add(dict.fromkeys("abcdef", (1.0,))).answer(notices=("said",))
    chart = plan(many, options(axis_per_line=True))
    assert len(chart.axes) == 1
    assert chart.notices == ("Too many Y-axes, 6 > 5, axis per line disabled.", "said")
    several = Made().add({"a": (1.0,)}).add({"b": (1.0,)}, axis=1).answer()
    assert plan(several, options(axis_per_line=True)).notices == (
        "axisPerLine cannot be used with explicit multi axis",
    )
    assert plan(Made().add({}).answer(), options(axis_per_line=True)).notices == ()


def test_title_and_labels_name_what_all_lines_have_in_common() -> None:
    made = Made().add({"a": (1.0,), "b": (1.0,)}).add({"c": (1.0,)}, axis=1, tags={"app": "www"})
    chart = plan(
        made.answer(), options(AxisOptions(label="$node"), AxisOptions(label="$(node) $app"), title="$name $app $")
    )
    assert chart.title == "x app $"
    assert [axis.label for axis in chart.axes] == ["node", "c www"]


@pytest.mark.parametrize(
    ("style", "expected"),
    [({}, "line"), ({"ls": "area"}, "area"), ({"ls": "STACK"}, "stack"), ({"ls": "vspan"}, "vspan")],
)
def test_line_styles(style: dict[str, str], expected: str) -> None:
    answer = Made().add({"a": (1.0,)}, style={**style, "lw": "2.5"}).answer()
    line = plan(answer, options()).axes[0].lines[0]
    assert (line.style, line.width) == (expected, 2.5)
    stacked = plan(answer, options(AxisOptions(stack=True))).axes[0].lines[0]
    assert stacked.style == (expected if style else "stack")


def test_bounds_and_ticks_of_an_axis() -> None:
    made = Made().add({"a": (1.0, 5.0), "b": (2.0, 2.0)}, style={"ls": "stack"})
    axis = plan(made.answer(), options(AxisOptions(upper=10.0, tick_labels="binary"))).axes[0]
    assert (axis.lower, axis.upper, axis.asked_lower, axis.asked_upper) == (0, 10, "auto-style", "10.0")
    assert [tick.label for tick in axis.ticks if tick.major] == ["0", "2", "4", "6", "8", "10"]


def test_heatmaps() -> None:
    style = {"ls": "heatmap", "alpha": "80"}
    made = Made().add({"a": (1.0, 5.0), "b": (2.0, 2.0)}, style=style).add({"c": (3.0, 3.0)})
    axis = plan(made.answer(), options()).axes[0]
    assert colors(plan(made.answer(), options())) == [["800075dc", "800075dc", "ff993f00"]]  # one colour for all cells
    assert axis.heatmap is not None
    assert {color for row in axis.heatmap.colors for color in row} == {"", "ff0075dc"}
    assert (axis.heatmap.rows[0].lower, axis.heatmap.rows[-1].upper) == (1, 5)
    own = AxisOptions(heatmap=HeatmapOptions(palette=PALETTES["reds"], label="mine"))
    chart = plan(made.answer(), options(own, vision="achromatopsia"))
    assert chart.axes[0].lines[2].color == "ff5d5d5d"  # the heatmap took no colour from the palette
    heat = chart.axes[0].heatmap
    assert heat is not None
    assert (heat.label, {shade.color[2:4] == shade.color[4:6] for shade in heat.shades}) == ("mine", {True})


def test_percentile_heatmaps() -> None:
    made = Made().add({"a": (1.0, 0.0)}, style={"ls": "heatmap"}, tags={"percentile": "D000A"})
    made.add({"b": (0.0, 2.0)}, style={"ls": "heatmap"}, tags={"percentile": "D000B"})
    axis = plan(made.answer(), options()).axes[0]
    assert (axis.lower, axis.upper) == (10, 12)
    assert axis.heatmap is not None
    assert [sum(row) for row in axis.heatmap.counts] == pytest.approx([60, 120])


def test_messages_of_the_last_expression_that_has_one() -> None:
    made = Made().add({"a": (1.0,)}, message="first").add({"b": (1.0,)}, message="second").add({"c": (1.0,)})
    assert plan(made.answer(), options()).axes[0].messages == ("... second ...",)


def test_zones() -> None:
    zones = ("US/Pacific", "Europe/Berlin", "UTC")
    chart = plan(Made().add({"a": [1.0] * 180}).answer(zones=zones), options())
    assert [times.zone for times in chart.times] == list(zones)
    assert [[tick.label for tick in times.ticks if tick.major][:2] for times in chart.times] == [
        ["16:00", "16:30"], ["01:00", "01:30"], ["Nov22", "00:30"],
    ]  # fmt: skip
    assert "End: 2026-11-21T19:01-08:00[US/Pacific]" in chart.footer
    many = plan(Made().add({"a": [1.0]}).answer(zones=["UTC"] * 6), options())
    assert (len(many.times), many.notices) == (5, ("Restricted time zones to 5.",))


@pytest.mark.parametrize(
    ("ms", "zone", "expected"),
    [
        (START, "UTC", "2026-11-22T00:01Z[UTC]"),
        (START, "Z", "2026-11-22T00:01Z"),
        (START, "Zulu", "2026-11-22T00:01Z[Zulu]"),
        (START, "+05:45", "2026-11-22T05:46+05:45"),
        (START + 7_000, "US/Pacific", "2026-11-21T16:01:07-08:00[US/Pacific]"),
        (START + 7_250, "Europe/London", "2026-11-22T00:01:07.250Z[Europe/London]"),
        (-2_208_988_800_000, "Europe/Paris", "1900-01-01T00:09:21+00:09:21[Europe/Paris]"),
    ],
)
def test_times_of_the_footer(ms: int, zone: str, expected: str) -> None:
    assert zoned(ms, zone) == expected


def test_footer() -> None:
    assert footer(START, START + 3 * HOUR, 10_000, "UTC") == "Frame: 3h, End: 2026-11-22T03:01Z[UTC], Step: 10s"


def test_looks() -> None:
    assert look({}, "light") == Look(None, 1.0, None, None, None)
    settings = {"ls": "area", "lw": "3", "color": "f00", "alpha": "05", "palette": "reds", "legend": "x"}
    assert look(settings, "dark") == Look("area", 3.0, "ffff0000", "05", PALETTES["reds"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ls": "dots"}, "unknown line style 'dots', should be line, area, stack, vspan, hspan, or heatmap"),
        ({"lw": "-1"}, "requirement failed: negative width: -1"),
        ({"lw": "NaN"}, "requirement failed"),
        ({"color": "pink"}, "invalid color 'pink'"),
        ({"alpha": "zz"}, "invalid alpha 'zz'"),
        ({"palette": "nope"}, "invalid palette name: 'nope'"),
    ],
)
def test_looks_that_make_no_sense(settings: dict[str, str], message: str) -> None:
    with pytest.raises(BadRequest, match=re.escape(message)):
        look(settings, "light")


def test_a_width_that_is_no_number() -> None:
    with pytest.raises(BadNumber, match='For input string: "thick"'):
        look({"lw": "thick"}, "light")


VALUES = st.lists(st.floats(), min_size=2, max_size=5)
STYLES = st.sampled_from(("line", "area", "stack", "vspan", "hspan", "heatmap"))


@given(st.lists(st.tuples(STYLES, VALUES, st.integers(0, 4)), max_size=6), st.sampled_from(("linear", "log", "sqrt")))
def test_any_answer_has_a_chart(rows: Sequence[tuple[str, list[float], int]], scale: str) -> None:
    made = Made()
    for place, (style, values, number) in enumerate(rows):
        made.add({str(place): (values * 5)[:5]}, style={"ls": style}, axis=number)
    chart = plan(made.answer(), options(*(AxisOptions(scale=scale) for _ in range(5))))  # type: ignore[arg-type]
    assert sum(len(axis.lines) for axis in chart.axes) == len(rows)
    for axis in chart.axes:
        assert axis.lower < axis.upper
        assert all(axis.lower <= tick.value <= axis.upper for tick in axis.ticks)
        assert all(re.fullmatch("[0-9a-f]{8}", line.color) for line in axis.lines)
    start, end = chart.start_ms - chart.step_ms, chart.end_ms - chart.step_ms
    assert all(start <= tick.value <= end for times in chart.times for tick in times.ticks)


def test_twenty_lines_are_planned_in_20_ms() -> None:
    rows = np.random.default_rng(1).random((20, 1081)).tolist()
    answer = Made().add({f"{place:02}": row for place, row in enumerate(rows)}).answer(step_ms=10_000)
    took = []
    for _ in range(5):
        begun = time.thread_time()  # other work on the machine does not count
        plan(answer, options())
        took.append(time.thread_time() - begun)
    assert min(took) < 0.020
