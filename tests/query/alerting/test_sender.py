"""Messages on their way to a real receiver that fails first: retries, refusals, hangs, restarts, and no secret said."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from tests.query.alerting.receiver import Receiver, receiving
from tests.support.waiting import until
from vedette_query.alerting.database import Database
from vedette_query.alerting.meters import Meters
from vedette_query.alerting.outbox import Message, Outbox, Post
from vedette_query.alerting.rules import Webhook
from vedette_query.alerting.sender import Sender
from vedette_query.alerting.store import StateStore

FASTER = 50
"""The sender's clock runs faster than ours, so that a wait of a second is over in 20 ms."""


def now_ms() -> int:
    return 1_790_000_000_000 + int(time.monotonic() * 1000 * FASTER)


class Office:
    """A sender over a file, told of webhooks by name."""

    def __init__(self, folder: Path, *webhooks: Webhook) -> None:
        self.database = Database(f"sqlite:///{folder / 'alerts.db'}")
        self.outbox = Outbox(self.database)
        self.webhooks: dict[str, Webhook] | None = {hook.name: hook for hook in webhooks}
        self.registry = CollectorRegistry()
        self.sender = Sender(
            self.outbox,
            lambda: self.webhooks,
            Meters(self.registry),
            now_ms=now_ms,
            chance=lambda: 0.0,
            look_s=0.02,
        )

    def put(self, *numbers: int, receiver: str = "on-call", group: str = "Hot") -> None:
        messages = [Message(receiver, group, {"n": number}) for number in numbers]
        StateStore(self.database).save("Hot", {}, {}, messages, now_ms=now_ms())

    def post(self, receiver: str = "on-call") -> Post:
        return self.outbox.posts().get(receiver, Post(receiver))

    @contextmanager
    def working(self) -> Iterator[None]:
        self.sender.start()
        try:
            yield
        finally:
            self.sender.stop()
            self.database.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def hook(receiver: Receiver, name: str = "on-call", *, timeout_ms: int = 5_000, url: str = "") -> Webhook:
    return Webhook(name, url or receiver.url(), timeout_ms)


def test_a_receiver_that_fails_hangs_and_asks_for_patience_gets_all_in_order(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.script = [(500, {}), (503, {"Retry-After": "20"}), None, (429, {}), (200, {})]
    office = Office(tmp_path, hook(receiver, timeout_ms=200))
    office.put(1, 2)
    with caplog.at_level(logging.DEBUG), office.working():
        until(lambda: office.post().delivered == 2, what="both messages")
    assert [body["n"] for body in receiver.bodies(taken=False)] == [1, 1, 1, 1, 1, 2]
    assert [body["n"] for body in receiver.bodies()] == [1, 2]
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1  # one for the outage


def test_retry_after_is_honoured(tmp_path: Path, receiver: Receiver) -> None:
    receiver.script = [(503, {"Retry-After": "60"})]
    office = Office(tmp_path, hook(receiver))
    office.put(1)
    began = now_ms()
    with office.working():
        until(lambda: office.post().delivered == 1)
    assert now_ms() - began >= 60_000


def test_a_refusal_is_final_and_seen_and_holds_up_nobody(tmp_path: Path, receiver: Receiver) -> None:
    receiver.script = [(404, {})]
    office = Office(tmp_path, hook(receiver))
    office.put(1, 2)
    with office.working():
        until(lambda: office.post().delivered == 1)
        post = office.post()
    assert (post.dead, post.waiting) == (1, 0)
    assert [body["n"] for body in receiver.bodies(taken=False)] == [1, 2]


def test_a_redirect_is_not_followed(tmp_path: Path, receiver: Receiver) -> None:
    receiver.script = [(302, {"Location": receiver.url("/elsewhere")})]
    office = Office(tmp_path, hook(receiver))
    office.put(1)
    with office.working():
        until(lambda: office.post().dead == 1)
        assert office.post().last_error == "answered 302 Found"
    assert [path for path, *_ in receiver.requests] == ["/hook"]


def test_a_receiver_that_hangs_does_not_stop_the_others(tmp_path: Path, receiver: Receiver) -> None:
    with receiving() as hanging:
        hanging.script = [None] * 10
        office = Office(tmp_path, hook(hanging, "chat", timeout_ms=1_500), hook(receiver))
        office.put(1, receiver="chat")
        office.put(1, 2, 3)
        with office.working():
            until(lambda: office.post().delivered == 3)
            assert office.post("chat").delivered == 0


def test_nobody_there_is_tried_again_until_somebody_is(tmp_path: Path) -> None:
    with receiving() as gone:
        port, address = gone.port, gone.url()
    office = Office(tmp_path, Webhook("on-call", address, 500))
    office.put(1)
    with office.working():
        until(lambda: office.post().last_error)
        assert office.post().last_error == "could not be reached (ConnectError)"
        with receiving() as here:
            office.webhooks = {"on-call": Webhook("on-call", here.url(), 5_000)}  # the rule file was edited
            until(lambda: office.post().delivered == 1)
            assert here.port != port or here.bodies()


def test_a_message_is_given_up_after_a_day(tmp_path: Path, receiver: Receiver) -> None:
    receiver.script = [(500, {})]
    office = Office(tmp_path, hook(receiver))
    message = [Message("on-call", "Hot", {"n": 1})]
    StateStore(office.database).save("Hot", {}, {}, message, now_ms=now_ms() - 24 * 3_600_000)
    with office.working():
        until(lambda: office.post().dead == 1)
        assert office.post().last_error == "given up after a day: answered 500 Internal Server Error"


def test_a_receiver_that_is_no_more_in_the_file_is_given_up(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.put(1)
    with office.working():
        until(lambda: office.post().dead == 1)
        assert office.post().last_error == "the rule file names this receiver no more"


def test_nothing_is_given_up_before_the_rule_file_was_read(tmp_path: Path, receiver: Receiver) -> None:
    office = Office(tmp_path)
    office.webhooks = None
    office.put(1)
    with office.working():
        time.sleep(0.2)  # some looks
        assert (office.post().waiting, office.post().dead) == (1, 0)
        office.webhooks = {"on-call": hook(receiver)}
        until(lambda: office.post().delivered == 1)


def test_what_was_not_told_is_told_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    receiver.script = [(500, {})] * 2
    office = Office(tmp_path, hook(receiver))
    office.put(1, 2)
    with office.working():
        until(lambda: len(receiver.requests) >= 1)
    receiver.script = []
    with Office(tmp_path, hook(receiver)).working():
        until(lambda: len(receiver.bodies()) == 2)
    assert [body["n"] for body in receiver.bodies()] == [1, 2]


def test_no_secret_of_an_address_is_logged_or_kept(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.script = [(500, {}), (503, {}), (404, {}), (200, {})]
    address = receiver.url("/services/T0SECRET?token=QSECRET", user="bot:PSECRET@")
    office = Office(tmp_path, hook(receiver, url=address))
    office.put(1, 2)
    with caplog.at_level(logging.DEBUG), office.working():
        until(lambda: office.post().delivered == 1)
    path, headers, *_ = receiver.requests[0]
    assert path == "/services/T0SECRET?token=QSECRET"
    assert headers["Authorization"].startswith("Basic ")
    said = "\n".join([record.getMessage() for record in caplog.records])
    assert f"http://127.0.0.1:{receiver.port}" in said  # httpx says where it went, as far as that may be said
    assert "SECRET" not in said
    for file in tmp_path.iterdir():
        assert b"SECRET" not in file.read_bytes()


def test_what_is_sent_says_what_it_is(tmp_path: Path, receiver: Receiver) -> None:
    office = Office(tmp_path, hook(receiver))
    office.put(1)
    with office.working():
        until(lambda: office.post().delivered == 1)
    _, headers, _, _ = receiver.requests[0]
    assert (headers["Content-Type"], headers["User-Agent"]) == ("application/json", "vedette")
    counted = office.registry.get_sample_value(
        "vedette_query_alert_messages_total", {"receiver": "on-call", "result": "delivered"}
    )
    assert counted == 1.0
