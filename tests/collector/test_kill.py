"""kill -9 of a real collector under load: every acknowledged sample is there, exactly once, with its value."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.collector.senders import SERIES, Sender
from tests.collector.serving import Server
from tests.support.clickhouse_front import Front
from tests.support.waiting import until
from vedette_storage.clickhouse import ClickHouseStore, open_store
from vedette_storage.predicate import Equal
from vedette_storage.selection import Selection

STEP = 1_000
KILLS = 3


class Fleet:
    """Collectors, one life after the other, on the same journal and store; senders find the one that lives."""

    def __init__(self, journal: Path, store: str | Path) -> None:
        self._journal = journal
        self._store = store
        self.server = self._started()

    def _started(self) -> Server:
        return Server(self._journal, self._store, "--step-ms", str(STEP), "--segment-age-s", "0.2")

    def kill_and_start(self) -> None:
        self.server.kill()
        self.server = self._started()


@pytest.fixture(params=["embedded", "http"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """Where the collectors write: an engine that dies with them, or one that lives on behind HTTP."""
    if request.param == "embedded":
        yield tmp_path / "data"
        return
    with Front(tmp_path / "data") as front:
        yield front.url


def test_every_acknowledged_sample_is_stored_once(tmp_path: Path, store: str | Path) -> None:
    last_ms = time.time_ns() // 1_000_000 // STEP * STEP
    fleet = Fleet(tmp_path / "journal", store)
    senders = [Sender(lambda: fleet.server, f"sender.{n}", last_ms, STEP, json=n % 2 == 0) for n in range(4)]
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        _until_more(senders, 60)
        time.sleep(random.uniform(0, 0.6))  # anywhere between two seals
        fleet.kill_and_start()
    _until_more(senders, 60)
    for sender in senders:
        sender.enough.set()
    for sender in senders:
        sender.join(30)
    assert [sender.unexpected for sender in senders] == [[]] * len(senders)
    assert sum(sender.repeated for sender in senders) > 0, "no request was hit: the test proved nothing"
    with fleet.server as server:
        server.until_loaded()
        assert server.metric("vedette_collector_quarantined_segments") == 0

    with ExitStack() as stack:
        url = store if isinstance(store, str) else stack.enter_context(Front(store)).url
        opened = open_store(url, step_ms=STEP)
        stack.callback(opened.close)
        for sender in senders:
            _assert_stored(opened, sender, last_ms)


def _until_more(senders: Sequence[Sender], requests: int) -> None:
    """Wait until each sender has got so many more acknowledged, or met something it did not expect."""
    enough = [sender.acknowledged + requests // len(senders) for sender in senders]
    until(
        lambda: (
            any(sender.unexpected for sender in senders)
            or all(sender.acknowledged >= each for sender, each in zip(senders, enough, strict=True))
        ),
        seconds=60,
        what="load",
    )


def _assert_stored(store: ClickHouseStore, sender: Sender, last_ms: int) -> None:
    sent = sender.acknowledged
    start_ms = last_ms - (sent - 1) * STEP
    lines = store.samples.read(Selection(Equal("name", sender.series), "sum", "sum", start_ms, STEP, sent, ("nr",)))
    assert [tags["nr"] for tags in lines.tags] == [f"{i:02}" for i in range(SERIES)]
    newest_last = np.arange(sent)[::-1] * SERIES
    np.testing.assert_array_equal(lines.values, newest_last + np.arange(1, SERIES + 1)[:, None])
    rows = store.connections.query("SELECT count() FROM samples FINAL WHERE name = {n:String}", {"n": sender.series})
    assert rows.column(0).to_pylist() == [sent * SERIES]
