"""When a message is tried again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.alerting.company import NOON
from vedette_query.alerting.retry import Delivered, Later, Refused, judge, wait_ms


@pytest.mark.parametrize(
    ("status", "retry_after", "answer"),
    [
        (200, None, Delivered()),
        (204, None, Delivered()),
        (400, None, Refused("answered 400 Bad Request")),
        (404, "5", Refused("answered 404 Not Found")),
        (301, None, Refused("answered 301 Moved Permanently")),
        (408, None, Later("answered 408 Request Timeout")),
        (429, "7", Later("answered 429 Too Many Requests", 7_000)),
        (500, None, Later("answered 500 Internal Server Error")),
        (503, "120", Later("answered 503 Service Unavailable", 120_000)),
        (503, "Mon, 21 Sep 2026 14:14:20 GMT", Later("answered 503 Service Unavailable", 60_000)),
        (503, "Mon, 21 Sep 2020 14:14:20 GMT", Later("answered 503 Service Unavailable", 0)),
        (503, "soon", Later("answered 503 Service Unavailable")),
        (503, "-1", Later("answered 503 Service Unavailable")),
        (599, None, Later("answered 599")),
    ],
)
def test_what_a_status_means(status: int, retry_after: str | None, answer: object) -> None:
    assert judge(status, retry_after, NOON) == answer


def test_waits_double_from_a_second_to_five_minutes() -> None:
    assert [wait_ms(attempt, None, 1.0) for attempt in range(11)] == [
        *(1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000),
        *(300_000, 300_000),
    ]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.none() | st.integers(0, 10**9), st.floats(0, 1))
def test_no_wait_is_shorter_than_asked_or_longer_than_an_hour(attempts: int, asked: int | None, chance: float) -> None:
    wait = wait_ms(attempts, asked, chance)
    assert 500 <= wait <= 3_600_000
    assert wait >= min(asked or 0, 3_600_000)
