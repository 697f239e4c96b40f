"""What pages ask of an answer's lines."""

from __future__ import annotations

import math

import pytest

from vedette_dashboards import lines
from vedette_query.answer import Answer, AnswerLine

NAN = math.nan


def answer(start: int, **by_region: list[float]) -> Answer:
    drawn = tuple(AnswerLine(name, {"region": name}, values) for name, values in by_region.items())
    return Answer(start, 10_000, len(next(iter(by_region.values()), [])), drawn)


def shares(part: Answer, whole: Answer) -> dict[str, list[float]]:
    return {name: list(line.values) for name, line in lines.by(lines.share(part, whole, "region"), "region").items()}


def test_what_never_failed_failed_by_nothing() -> None:
    found = shares(answer(0), answer(0, east=[4.0, 0.0, NAN]))
    assert found["east"][:2] == [0.0, 0.0]
    assert math.isnan(found["east"][2])


def test_share_in_per_cent_with_a_gap_read_as_no_failure() -> None:
    assert shares(answer(0, east=[1.0, NAN, 4.0]), answer(0, east=[4.0, 5.0, 8.0])) == {"east": [25.0, 0.0, 50.0]}


def test_answers_a_step_apart_are_matched_by_time() -> None:
    later, earlier = answer(10_000, east=[1.0, 2.0, 3.0]), answer(0, east=[10.0, 10.0, 10.0])
    assert shares(later, earlier) == {"east": [0.0, 10.0, 20.0]}


def test_lines_without_the_tag_are_left_out() -> None:
    mixed = Answer(0, 10_000, 1, (AnswerLine("a", {"region": "east"}, [1.0]), AnswerLine("b", {}, [2.0])))
    assert list(lines.by(mixed, "region")) == ["east"]


@pytest.mark.parametrize(
    ("answers", "newest"),
    [
        ([answer(0)], None),
        ([answer(0, east=[NAN, NAN])], None),
        ([answer(0, east=[1.0, NAN], west=[NAN, NAN])], 0),
        ([answer(0, east=[1.0, 2.0]), answer(50_000, west=[NAN, 1.0, NAN])], 60_000),
    ],
)
def test_newest(answers: list[Answer], newest: int | None) -> None:
    assert lines.newest(*answers) == newest
