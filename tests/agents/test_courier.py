"""The way to the collector, over real HTTP: patience, drops that are counted, one warning for an outage."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from tests.agents.stand_in import Received, Reply, StandIn
from tests.support.ports import free_ports
from tests.support.waiting import until
from vedette_agent.clock import CorrectedClock, ManualClock, SystemClock
from vedette_agent.courier import Courier
from vedette_agent.ledger import Ledger
from vedette_agent.outbox import Outbox
from vedette_agent.registry import Registry
from vedette_agent.transports import Answer, HttpTransport, MemoryTransport, NoopTransport, Parcel, Unreachable
from vedette_agent.wire import CONTENT_TYPE


def parcel(number: int, items: int = 5) -> Parcel:
    return Parcel("/api/v1/batch", CONTENT_TYPE, b"parcel %d" % number, items)


class Way:
    """An outbox and a courier that hurries."""

    def __init__(self, transport: HttpTransport | MemoryTransport, most: int = 100) -> None:
        self.registry = Registry(1_000, clock=ManualClock())
        self.ledger = Ledger(self.registry)
        self.outbox = Outbox(most, 10_000, lambda gone: self.ledger.dropped(gone, "overflow"))
        self.clock = CorrectedClock(SystemClock())
        self.courier = Courier(transport, (self.outbox,), self.ledger, self.clock, first_pause_s=0.01)

    def put(self, *parcels: Parcel) -> None:
        for one in parcels:
            self.outbox.put(one)
        self.courier.nudge()

    def items(self, outcome: str) -> int:
        return self.ledger.items["metrics", outcome]


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def way(stand_in: StandIn) -> Iterator[Way]:
    way = Way(HttpTransport(f"{stand_in.url}/base/"))
    way.courier.start()
    yield way
    way.courier.stop(2)


def test_parcels_travel_in_order_over_one_connection(way: Way, stand_in: StandIn) -> None:
    way.put(*map(parcel, range(10)))
    assert way.courier.flush(5)
    assert [received.body for received in stand_in.received] == [b"parcel %d" % number for number in range(10)]
    assert len({received.client for received in stand_in.received}) == 1
    first = stand_in.received[0]
    assert first.path == "/base/api/v1/batch"
    assert first.headers["content-type"] == CONTENT_TYPE
    assert first.headers["content-encoding"] == "gzip"
    until(lambda: way.items("sent") == 50)


@pytest.mark.parametrize("reply", [Reply(500), Reply(503), Reply(429), Reply(408), Reply(hang_up=True)], ids=str)
def test_a_failure_that_may_pass_is_repeated_with_one_warning(
    way: Way, stand_in: StandIn, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    caplog.set_level(logging.INFO)
    failures = iter([reply] * 4)
    stand_in.reply = lambda _: next(failures, Reply())
    way.put(parcel(1), parcel(2))
    assert way.courier.flush(5)
    until(lambda: way.items("sent") == 10)
    assert [received.body for received in stand_in.received[-2:]] == [b"parcel 1", b"parcel 2"]
    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1
    until(lambda: "again" in caplog.messages[-1])


@pytest.mark.parametrize("status", [400, 404, 413, 415, 301])
def test_a_refusal_is_final_counted_and_does_not_hold_up_the_next(
    way: Way, stand_in: StandIn, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    stand_in.reply = lambda received: Reply(status if received.body == b"parcel 1" else 200, b"too odd")
    way.put(parcel(1), parcel(2))
    assert way.courier.flush(5)
    until(lambda: way.items("sent") == 5)
    assert way.items("refused") == 5
    assert len(stand_in.received) == 2
    assert f"status {status}: too odd" in caplog.text


@pytest.mark.parametrize("status", [404, 503])
def test_what_is_refused_of_one_outbox_does_not_hold_up_the_other(
    stand_in: StandIn, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """A collector that takes no traces gets its metrics all the same, and is complained about once."""
    stand_in.reply = lambda received: Reply(status if received.path == "/v1/traces" else 200)
    way = Way(HttpTransport(stand_in.url))
    spans = Outbox(100, 10_000, lambda gone: way.ledger.dropped(gone, "overflow"))
    courier = Courier(HttpTransport(stand_in.url), (way.outbox, spans), way.ledger, way.clock, first_pause_s=0.05)
    courier.start()
    for number in range(8):
        spans.put(Parcel("/v1/traces", "application/x-protobuf", b"spans", 3))
        way.outbox.put(parcel(number))
        courier.nudge()
        until(lambda seen=number: way.items("sent") == 5 * (seen + 1), seconds=2)  # type: ignore[misc]
        until(lambda seen=number: status == 503 or way.ledger.items["traces", "refused"] == 3 * (seen + 1))  # type: ignore[misc]
    courier.stop(1)
    assert len(caplog.records) == 1
    assert way.ledger.items["traces", "refused" if status == 404 else "stopped"] == 24


def test_a_partial_answer_counts_what_was_refused(way: Way, stand_in: StandIn) -> None:
    stand_in.reply = lambda _: Reply(202, b'{"type":"partial","errorCount":2,"message":["bad"]}')
    way.put(parcel(1))
    until(lambda: (way.items("sent"), way.items("partial")) == (3, 2))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"errorCount":"x"}', b'{"errorCount":-3}'])
def test_a_partial_answer_that_says_nothing_counts_as_sent(way: Way, stand_in: StandIn, body: bytes) -> None:
    stand_in.reply = lambda _: Reply(202, body)
    way.put(parcel(1))
    until(lambda: way.items("sent") == 5)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(stand_in: StandIn, form: str) -> None:
    times: list[float] = []

    def reply(_: Received) -> Reply:
        times.append(time.monotonic())
        later = format_datetime(datetime.fromtimestamp(time.time() + 2, UTC), usegmt=True)
        return Reply(503, headers={"Retry-After": "1" if form == "seconds" else later}) if len(times) == 1 else Reply()

    stand_in.reply = reply
    way = Way(HttpTransport(stand_in.url))
    way.courier.start()
    way.put(parcel(1))
    until(lambda: way.items("sent") == 5)
    way.courier.stop(1)
    assert times[1] - times[0] >= 0.9


def test_while_the_collector_is_away_the_oldest_give_way_and_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    [port] = free_ports(1)
    way = Way(HttpTransport(f"http://127.0.0.1:{port}"), most=3)
    way.courier.start()
    way.put(*map(parcel, range(10)))
    until(lambda: "Batches wait for the collector" in caplog.text)
    assert way.items("overflow") == 35
    way.courier.stop(2)
    assert way.items("stopped") == 15
    assert len(caplog.records) == 1


def test_a_collector_that_hangs_is_given_up_at_stop() -> None:
    with StandIn(lambda _: Reply(hang=True)) as stand_in:
        way = Way(HttpTransport(stand_in.url))
        way.courier.start()
        way.put(parcel(1))
        assert not way.courier.flush(0.3)
        started = time.monotonic()
        way.courier.stop(0.2)
        assert time.monotonic() - started < 1
        assert way.items("stopped") == 5


def test_stop_carries_what_still_waits(stand_in: StandIn) -> None:
    way = Way(HttpTransport(stand_in.url))
    way.courier.start()
    way.put(*map(parcel, range(5)))
    way.courier.stop(5)
    assert len(stand_in.received) == 5
    assert way.items("sent") == 25


def test_a_connection_that_the_server_closed_is_opened_again_without_a_complaint(
    way: Way, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.reply = lambda _: Reply(close_after=True)
    for number in range(3):
        way.put(parcel(number))
        assert way.courier.flush(5)
    until(lambda: way.items("sent") == 15)
    assert len({received.client for received in stand_in.received}) == 3
    assert not caplog.records


def test_the_clock_follows_the_collectors(stand_in: StandIn) -> None:
    clock = CorrectedClock(ManualClock(1_790_000_000_000))
    date = format_datetime(datetime.fromtimestamp(1_790_000_060, UTC), usegmt=True)
    stand_in.reply = lambda _: Reply(headers={"Date": date})
    way = Way(HttpTransport(stand_in.url))
    courier = Courier(HttpTransport(stand_in.url), (way.outbox,), way.ledger, clock)
    courier.start()
    way.outbox.put(parcel(1))
    courier.nudge()
    until(lambda: clock.offset_ms)
    courier.stop(1)
    assert clock.now_ms() == 1_790_000_060_000


@pytest.mark.parametrize(
    ("offset_ms", "moved_ms"), [(0, 0), (999, 0), (-300, 0), (5_000, 3_701), (-90_000, -90_301), (1_300, 1)]
)
def test_a_clock_is_moved_only_as_far_as_is_certain(offset_ms: int, moved_ms: int) -> None:
    """The answer was written 300 ms after the question and arrived at once; its date is cut to the second."""
    local = ManualClock(10_000)
    clock = CorrectedClock(local)
    theirs = 10_300 + offset_ms
    moved = clock.observe(theirs // 1000 * 1000, asked_ms=10_000, answered_ms=10_300)
    if moved_ms == 0:
        assert abs(moved) <= 999
    else:
        assert (moved > 0) == (moved_ms > 0)
    for _ in range(3):
        assert clock.observe(theirs // 1000 * 1000, 10_000 + moved, 10_300 + moved) == 0
    assert abs(clock.offset_ms - offset_ms) <= 1_300


def test_a_transport_with_a_bug_costs_its_parcel_and_not_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryTransport):
        def send(self, parcel: Parcel) -> Answer:
            if parcel.body == b"parcel 1":
                raise ZeroDivisionError("a bug")
            return super().send(parcel)

    transport = Broken(answers=[Unreachable("gone"), Answer(200)])
    way = Way(transport)
    way.courier.start()
    way.put(parcel(1), parcel(2))
    until(lambda: way.items("sent") == 5)
    assert way.items("refused") == 5
    way.courier.stop(1)
    assert [sent.body for sent in transport.sent] == [b"parcel 2"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://nowhere.invalid"])
def test_a_url_that_leads_nowhere_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable):
        HttpTransport(url).send(parcel(1))


def test_nowhere_takes_everything() -> None:
    transport = NoopTransport()
    assert transport.send(parcel(1)).status == 200
    transport.close()


def test_an_answer_longer_than_is_read_does_not_spoil_the_next(stand_in: StandIn) -> None:
    transport = HttpTransport(stand_in.url)
    stand_in.reply = lambda _: Reply(200, b"x" * 1_000_000)
    for number in range(3):
        assert transport.send(parcel(number)).status == 200
    transport.close()


def test_dates_that_are_none_are_not_read(stand_in: StandIn) -> None:
    stand_in.reply = lambda _: Reply(503, headers={"Date": "yesterday", "Retry-After": "soon"})
    answer = HttpTransport(stand_in.url).send(parcel(1))
    assert (answer.date_ms, answer.retry_after_s) == (None, None)
