"""Answers as bytes: csv and txt to the digit and in any zone, and numbers as Java writes them."""

from __future__ import annotations

import math
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_query.answer import Answer, AnswerLine
from vedette_query.api.render import FORMATS
from vedette_query.language.numbers import print_fixed
from vedette_query.request import GraphRequest

REQUEST = GraphRequest("1")
HOUR = 3_600_000
AUTUMN = 1_792_888_200_000  # 2026-10-25T00:30Z: half an hour before the clocks of Europe go back
SPRING = 1_774_744_200_000  # 2026-03-29T00:30Z: half an hour before they go forward


def table(start: int, step: int, zone: str, *values: float, name: str = "csv") -> list[str]:
    line = AnswerLine("a", {"name": "a"}, values)
    answer = Answer(start, step, len(values), (line,), timezones=(zone, "UTC"))
    return FORMATS[name].render(answer, REQUEST).decode().splitlines()


def times(start: int, step: int, zone: str) -> list[str]:
    return [row.split(",")[0] for row in table(start, step, zone, 1.0, 1.0, 1.0)[1:]]


def test_csv_and_txt() -> None:
    rows = table(AUTUMN, 60_000, "UTC", 1.0, math.nan, -math.inf)
    assert rows == [
        '"timestamp","a"',
        "2026-10-25T00:30:00Z,1.000000",
        "2026-10-25T00:31:00Z,NaN",
        "2026-10-25T00:32:00Z,-Infinity",
    ]
    assert table(AUTUMN, 60_000, "UTC", 1.0, math.nan, -math.inf, name="txt") == [
        row.replace(",", "\t") for row in rows
    ]


@pytest.mark.parametrize(
    ("start", "step", "zone", "expected"),
    [
        (AUTUMN, HOUR, "Europe/Berlin", ["25T02:30:00+02:00", "25T02:30:00+01:00", "25T03:30:00+01:00"]),
        (SPRING, HOUR, "Europe/Berlin", ["29T01:30:00+01:00", "29T03:30:00+02:00", "29T04:30:00+02:00"]),
        (AUTUMN, HOUR, "Europe/London", ["25T01:30:00+01:00", "25T01:30:00Z", "25T02:30:00Z"]),
        (AUTUMN, HOUR, "US/Pacific", ["24T17:30:00-07:00", "24T18:30:00-07:00", "24T19:30:00-07:00"]),
        (AUTUMN, 1_500, "UTC", ["25T00:30:00Z", "25T00:30:01.5Z", "25T00:30:03Z"]),
        (AUTUMN, 50, "+05:45", ["25T06:15:00+05:45", "25T06:15:00.05+05:45", "25T06:15:00.1+05:45"]),
    ],
)
def test_times_of_any_zone_through_changes_of_its_clocks(start: int, step: int, zone: str, expected: list[str]) -> None:
    assert [time[8:] for time in times(start, step, zone)] == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.15, 1, "0.2"), (-0.15, 1, "-0.2"), (0.25, 1, "0.3"), (2.0000005, 6, "2.000001"), (5e-7, 6, "0.000001"),
        (4.9e-7, 6, "0.000000"), (1e21, 6, "1000000000000000000000.000000"), (1.0, 0, "1"),
        (0.1, 20, "0." + "1".ljust(20, "0")),
        (-0.0, 1, "-0.0"), (math.nan, 6, "NaN"), (math.inf, 6, "Infinity"),
    ],
)  # fmt: skip
def test_decimals_as_java_rounds_them(value: float, decimals: int, expected: str) -> None:
    assert print_fixed(value, decimals) == expected


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 9))
def test_decimals_are_the_nearest(value: float, decimals: int) -> None:
    text = print_fixed(value, decimals)
    assert abs(Decimal(text) - Decimal(repr(value))) <= Decimal(5).scaleb(-decimals - 1)
    assert len(text.partition(".")[2]) == decimals


def test_other_formats_do_not_know_of_charts() -> None:
    line = AnswerLine("a", {"name": "a"}, (1.0, math.nan))
    answer = Answer(AUTUMN, 60_000, 2, (line,))
    for name in ("json", "std.json"):
        assert FORMATS[name].render(answer, REQUEST) == (
            b'{"start":1792888200000,"step":60000,"legend":["a"],"metrics":[{"name":"a"}],'
            b'"values":[[1.0],["NaN"]],"notices":[]}'
        )
    stats = orjson.loads(FORMATS["stats.json"].render(answer, REQUEST))
    assert stats["stats"] == [{"count": 1, "avg": 1.0, "total": 1.0, "max": 1.0, "min": 1.0, "last": 1.0}]
