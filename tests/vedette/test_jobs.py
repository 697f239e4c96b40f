"""The deriving job goes on, whatever happens to one run of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial

import pytest
from prometheus_client import CollectorRegistry

from tests.support.waiting import until
from vedette.jobs import Deriving
from vedette_storage.errors import Unavailable


def deriving(
    runs: Iterator[int | Exception], registry: CollectorRegistry, asked: list[int], every_s: float = 0.01
) -> Deriving:
    def derive(now_ms: int) -> int:
        asked.append(now_ms)
        result = next(runs, 0)
        if isinstance(result, Exception):
            raise result
        return result

    return Deriving(derive, registry=registry, every_s=every_s, now_ms=lambda: 42)


def test_windows_are_counted_and_the_clock_is_handed_in() -> None:
    registry, asked = CollectorRegistry(), list[int]()
    job = deriving(iter([3, 4]), registry, asked)
    job.start()
    until(lambda: len(asked) > 2, what="three runs")
    job.stop()
    assert set(asked) == {42}
    assert registry.get_sample_value("vedette_derive_windows_total") == 7


def test_a_failure_is_said_once_and_the_job_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    registry, asked = CollectorRegistry(), list[int]()
    job = deriving(iter([Unavailable("away"), Unavailable("away"), RuntimeError("a bug"), 5]), registry, asked)
    with caplog.at_level(logging.INFO, "vedette.jobs"):
        job.start()
        until(lambda: len(asked) > 4, what="five runs")
        job.stop()
    said = [record.getMessage() for record in caplog.records]
    assert [text for text in said if "away" in text] == ["Deriving failed, and is tried again every 0.01 s: away"]
    assert said[-1] == "Deriving works again."
    assert registry.get_sample_value("vedette_derive_failures_total") == 3
    assert registry.get_sample_value("vedette_derive_windows_total") == 5
    assert job.ready() is None


def test_what_came_in_last_is_derived_at_the_end() -> None:
    registry, asked = CollectorRegistry(), list[int]()
    job = deriving(iter([1]), registry, asked, every_s=3600)
    job.start()
    job.stop()
    assert asked == [42]


def test_a_run_begins_a_little_after_the_end_of_a_step() -> None:
    """Two and a half seconds after each multiple of five: what agents sent at the step's end is stored by then."""
    pauses = {}
    for second in (0.0, 2.0, 2.4, 4.0, 7.0):
        now_ms = 1_790_000_000_000 + int(1000 * second)
        job = Deriving(lambda _: 0, registry=CollectorRegistry(), now_ms=partial(int, now_ms))
        pauses[second] = round(job._pause_s(), 3)
    assert pauses == {0.0: 2.5, 2.0: 0.5, 2.4: 0.1, 4.0: 3.5, 7.0: 0.5}
