"""Answer -> figure: golden files to read, and what they cannot say."""

from __future__ import annotations

import json
import math
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_dashboards import theme
from vedette_dashboards.figure import PERCENT, PLAIN, RATE, SECONDS, Unit, by_place, figure
from vedette_query.answer import Answer, AnswerLine

GOLDEN = Path(__file__).parent / "golden"
START = 1_790_000_000_000
NAN = math.nan


def answer(*rows: list[float]) -> Answer:
    drawn = tuple(AnswerLine(f"line {n}", {"app": f"app{n}"}, values) for n, values in enumerate(rows))
    return Answer(START, 10_000, len(rows[0]) if rows else 0, drawn)


CASES: dict[str, tuple[Answer, Unit, str]] = {
    "rates": (answer([1.0, 2.5, 12.345678912], [0.0, NAN, 3.0]), RATE, "UTC"),
    "milliseconds": (answer([0.0123, 0.118, 0.9]), SECONDS, "Europe/Berlin"),
    "small_share": (answer([0.0, 0.4, 1.1]), PERCENT, "UTC"),
    "gaps": (answer([NAN, 4.0, NAN, NAN, 5.0, 6.0]), PLAIN, "UTC"),
    "nothing": (answer(), PLAIN, "UTC"),
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    given_, unit, tz = CASES[name]
    drawn = figure(given_, unit=unit, tz=tz, revision="view")
    golden = json.loads((GOLDEN / f"{name}.json").read_text())
    assert json.loads(json.dumps(drawn)) == golden


@pytest.mark.parametrize("name", CASES)
def test_plotly_knows_every_word_of_it(name: str) -> None:
    given_, unit, tz = CASES[name]
    go.Figure(figure(given_, unit=unit, tz=tz))  # raises ValueError at an unknown property or a wrong value


def test_times_are_the_readers_wall_clock() -> None:
    drawn = figure(answer([1.0]), tz="America/New_York")
    assert drawn["data"][0]["x0"] == "2026-09-21 10:13:20.000"


@pytest.mark.parametrize(("top", "suffix", "factor"), [(4e-4, " µs", 1e6), (0.2, " ms", 1e3), (3.0, " s", 1.0)])
def test_seconds_take_the_unit_that_fits(top: float, suffix: str, factor: float) -> None:
    drawn = figure(answer([top / 2, top]), unit=SECONDS)
    assert drawn["layout"]["yaxis"]["ticksuffix"] == suffix
    assert drawn["data"][0]["y"][1] == pytest.approx(top * factor)


def test_a_lone_value_between_gaps_is_seen() -> None:
    trace = figure(CASES["gaps"][0])["data"][0]
    assert trace["mode"] == "lines+markers"
    assert trace["marker"]["size"] == [0, 5, 0, 0, 0, 0]


def test_names_and_colours_can_be_chosen() -> None:
    drawn = figure(answer([1.0], [2.0]), names=["p50", "p99"], colour=lambda line, _: ("#123456", line.tags["app"]))
    assert [trace["name"] for trace in drawn["data"]] == ["p50", "p99"]
    assert [trace["line"]["dash"] for trace in drawn["data"]] == ["app0", "app1"]


def test_many_lines_differ_in_colour_or_dash() -> None:
    looks = {by_place(AnswerLine("", {}, []), n) for n in range(len(theme.LINES) * len(theme.DASHES))}
    assert len(looks) == len(theme.LINES) * len(theme.DASHES)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=20))
def test_any_values_make_valid_json(values: list[float]) -> None:
    drawn = figure(answer(values))
    shown = json.loads(json.dumps(drawn, allow_nan=False))["data"][0]["y"]
    assert [value is None for value in shown] == [not math.isfinite(value) for value in values]
