"""The step thread: when it reads, what it makes of it, and what a clock that moves does to it."""

from __future__ import annotations

import logging
import math
import zlib
from collections.abc import Callable

import pytest

from tests.support.waiting import until
from vedette_agent import wire
from vedette_agent.clock import ManualClock, SystemClock
from vedette_agent.publisher import Publisher
from vedette_agent.registry import Reading, Registry
from vedette_agent.transports import Parcel

STEP = 200


class Sent:
    """The batches that were posted."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []

    def __call__(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)

    @property
    def batches(self) -> list[wire.Batch]:
        return [wire.decode(zlib.decompress(parcel.body, 31)) for parcel in list(self.parcels)]


def total(batches: list[wire.Batch], name: str) -> float:
    """The counts of a counter over all batches: what a store would make of them."""
    return sum(
        value * batch.step_ms / 1000
        for batch in batches
        for series, value in zip(wire.parse_table(batch.table), batch.values, strict=True)
        if series.name == name and not math.isnan(value)
    )


def test_a_batch_is_named_by_the_end_of_its_step() -> None:
    clock, sent = ManualClock(20_000), Sent()
    registry = Registry(10_000, clock=clock, common_tags={"app": "a"})
    publisher = Publisher(registry, clock, sent)
    counter = registry.counter("c")
    registry.gauge("never")
    counter.increment()
    publisher.publish(20_000)
    counter.increment(2)
    publisher.publish(30_000)
    first, second = sent.batches
    assert (first.step_ms, first.ts_ms, first.seq) == (10_000, 20_000, 0)
    assert (second.ts_ms, second.seq, second.src) == (30_000, 1, first.src)
    assert list(second.values) == [0.2]
    assert first.src
    parcel = sent.parcels[0]
    assert (parcel.path, parcel.content_type, parcel.items) == ("/api/v1/batch", "application/vnd.vedette.batch", 1)


def test_a_process_without_series_sends_nothing() -> None:
    sent = Sent()
    clock = ManualClock()
    Publisher(Registry(clock=clock), clock, sent).publish(1_000)
    assert sent.parcels == []


def test_two_publishers_are_two_sources() -> None:
    clock, sent = ManualClock(), Sent()
    for _ in range(2):
        registry = Registry(clock=clock)
        registry.counter("c").increment()
        Publisher(registry, clock, sent).publish(1_000)
    assert len({batch.src for batch in sent.batches}) == 2


def test_when_the_clock_was_set_back_earlier_batches_are_added_to_and_not_replaced() -> None:
    clock, sent = ManualClock(), Sent()
    registry = Registry(1_000, clock=clock)
    publisher = Publisher(registry, clock, sent)
    registry.counter("c").increment()
    for end_ms in (5_000, 6_000, 4_000, 5_000):
        publisher.publish(end_ms)
    assert len({(batch.src, batch.ts_ms) for batch in sent.batches}) == 4
    assert len({batch.src for batch in sent.batches}) == 2


@pytest.fixture
def run() -> Callable[[Registry, Sent], Publisher]:
    def run(registry: Registry, sent: Sent) -> Publisher:
        publisher = Publisher(registry, SystemClock(), sent)
        publisher.start()
        return publisher

    return run


def test_the_thread_publishes_each_step_at_its_boundary_and_the_rest_at_stop(
    run: Callable[[Registry, Sent], Publisher],
) -> None:
    sent = Sent()
    registry = Registry(STEP)
    counter = registry.counter("c")
    publisher = run(registry, sent)
    for _ in range(3):
        counter.increment()
        before = len(sent.parcels)
        until(lambda seen=before: len(sent.parcels) > seen)  # type: ignore[misc]
    counter.increment(10)
    publisher.stop()
    ends = [batch.ts_ms for batch in sent.batches]
    assert all(end_ms % STEP == 0 for end_ms in ends)
    assert ends == sorted(set(ends))
    assert total(sent.batches, "c") == pytest.approx(13)
    assert {batch.src for batch in sent.batches} == {sent.batches[0].src}


def test_between_boundaries_the_logs_are_drained(run: Callable[[Registry, Sent], Publisher]) -> None:
    registry = Registry(3_600_000)
    publisher = run(registry, Sent())
    timer = registry.timer("t")
    for _ in range(3):
        timer.record(1)
        until(lambda: timer.pending() == 0)
    publisher.stop()


def test_a_bug_in_a_step_costs_that_step_only(
    run: Callable[[Registry, Sent], Publisher], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    registry = Registry(STEP)
    registry.counter("c").increment(5)
    read = registry.read
    failures = iter([True])

    def broken(end_ms: int) -> Reading:
        if next(failures, False):
            raise ZeroDivisionError("a bug")
        return read(end_ms)

    monkeypatch.setattr(registry, "read", broken)
    sent = Sent()
    publisher = run(registry, sent)
    until(lambda: bool(sent.parcels))
    publisher.stop()
    assert total(sent.batches, "c") == pytest.approx(5)
    assert [record.message for record in caplog.records] == ["A step could not be published"]


@pytest.mark.parametrize(("moved_ms", "expected_ms"), [(0, 11_000), (500, 11_000), (5_000, 16_000), (-60_000, -49_000)])
def test_after_the_clock_was_moved_the_step_is_that_of_the_present(moved_ms: int, expected_ms: int) -> None:
    """A machine that slept wakes up late; a correction may also set the clock back."""
    now = iter([10_500 + 100_000, 10_600 + 100_000])

    class Moving:
        def __init__(self) -> None:
            self.left_ms = 3

        def now_ms(self) -> int:
            before = next(now, None)
            if before is not None:
                return before
            self.left_ms -= 1
            settled = 111_000 + moved_ms
            return settled - 50 if self.left_ms > 0 and moved_ms < 0 else settled

    clock = Moving()
    publisher = Publisher(Registry(1_000, clock=ManualClock()), clock, Sent())
    assert publisher._wait_for_boundary() == expected_ms + 100_000
