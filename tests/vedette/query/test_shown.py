"""Charts and tables, held against what was looked at and found good (`golden/`)."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vedette.query.company import APPS, NOON, STEP, answer
from vedette.query.chart import COLOURS, DRAWN, bounds, chart, swatches
from vedette.query.look import Look
from vedette.query.table import span, statistics_table, value_table
from vedette_query.answer import Answer, AnswerLine

GOLDEN = Path(__file__).parent / "golden"
PLAIN = Look(width=80, height=24)


def shown(look: Look, answer: Answer) -> str:
    marks = swatches(len(answer.lines), look)
    return "\n\n".join((chart(answer, look), statistics_table(answer, look, marks), span(answer))) + "\n"


CASES = {
    "one-line-80": (PLAIN, answer("edge")),
    "gap-80": (PLAIN, answer("playback")),
    "four-lines-80-letters": (PLAIN, answer(*APPS)),
    "four-lines-140-colours": (Look(width=140, height=40, colour=True, terminal=True), answer(*APPS)),
    "one-line-ascii": (Look(width=60, height=20, unicode=False), answer("edge")),
    "two-days-stockholm": (PLAIN, answer("edge", points=288, step_ms=600_000, zone="Europe/Stockholm")),
}


@pytest.mark.parametrize("name", CASES)
def test_as_in_the_golden_file(name: str) -> None:
    assert shown(*CASES[name]) == (GOLDEN / f"{name}.txt").read_text()


def test_every_golden_file_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def test_asking_again_gives_the_same() -> None:
    assert shown(*CASES["gap-80"]) == shown(*CASES["gap-80"])


def test_no_line_is_wider_than_the_window() -> None:
    for width in (40, 60, 80, 140, 200):
        look = Look(width=width, height=30, terminal=True)
        text = shown(look, answer(*APPS))
        assert max(map(len, text.splitlines()[:-2])) <= width, width


def test_no_colour_means_no_escape() -> None:
    assert "\x1b" not in shown(PLAIN, answer(*APPS))
    assert "\x1b[38;5;33m" in shown(replace(PLAIN, colour=True), answer(*APPS))


def test_ascii_means_ascii() -> None:
    assert shown(Look(width=80, unicode=False), answer(*APPS)).isascii()


def test_lines_past_those_that_are_drawn_have_no_mark() -> None:
    many = swatches(DRAWN + 3, Look(colour=True))
    assert [swatch.colour for swatch in many] == [*COLOURS, None, None, None]
    assert {swatch.mark for swatch in many[DRAWN:]} == {""}


def test_nothing_to_draw_is_said() -> None:
    empty = replace(answer("edge"), lines=(AnswerLine("edge", {}, [math.nan] * 60),))
    assert chart(empty, PLAIN) == "No values in these times."
    infinite = replace(empty, lines=(AnswerLine("edge", {}, [math.inf] * 60),))
    assert chart(infinite, PLAIN) == "No values in these times."


@pytest.mark.parametrize(
    ("values", "lower", "upper"),
    [((0, 0), 0, 1), ((5, 5), 2.5, 7.5), ((1, 10), 0, 10.5), ((90, 100), 89.5, 100.5), ((-10, -1), -10.5, 0)],
)
def test_bounds_show_zero_where_it_is_near(values: tuple[float, float], lower: float, upper: float) -> None:
    assert bounds(*values) == (lower, upper)


def test_a_chart_leaves_room_for_what_stands_below() -> None:
    low, high = Look(width=80, height=16), Look(width=80, height=60)
    assert len(chart(answer("edge"), low, below=4).splitlines()) < len(
        chart(answer("edge"), high, below=4).splitlines()
    )


def test_long_lists_are_cut_in_a_chart_only() -> None:
    many = replace(answer("edge"), lines=answer("edge").lines * 30)
    assert statistics_table(many, PLAIN, most=20).endswith("10 more lines; --format table lists all.")
    assert len(statistics_table(many, PLAIN).splitlines()) == 32


def test_values() -> None:
    text = value_table(answer("edge", "playback", points=2, start_ms=NOON - STEP, zone="Europe/Stockholm"), PLAIN)
    assert [line.split() for line in text.splitlines()[2:]] == [
        ["2026-11-22", "12:59:50", "558.4", "744.5"],
        ["2026-11-22", "13:00:00", "565.8", "-"],
    ]
