"""The database goes away and comes back: nothing that was acknowledged is lost, and the wait is told."""

from __future__ import annotations

import time
from pathlib import Path

from tests.collector.senders import SERIES, Sender
from tests.collector.serving import Server
from tests.support.clickhouse_front import Front
from tests.support.waiting import until
from vedette_storage.clickhouse import open_store
from vedette_storage.predicate import Equal
from vedette_storage.selection import Selection

STEP = 1_000


def test_what_is_acknowledged_while_the_database_is_away_is_stored_when_it_is_back(tmp_path: Path) -> None:
    last_ms = time.time_ns() // 1_000_000 // STEP * STEP
    with Front(tmp_path / "data") as front:
        with Server(tmp_path / "journal", front.url, "--step-ms", str(STEP), "--segment-age-s", "0.1") as server:
            sender = Sender(lambda: server, "sender", last_ms, STEP, json=True)
            sender.start()
            until(lambda: sender.acknowledged >= 20)
            front.kill()
            away_since = sender.acknowledged
            until(lambda: sender.acknowledged >= away_since + 100)
            until(lambda: server.metric("vedette_collector_write_retries_total") > 0)
            assert server.metric("vedette_collector_journal_segments") > 0
            assert server.get("/readyz").status == 200  # it still takes data
            sender.enough.set()
            sender.join(30)
            front.start()
            server.until_loaded()
            assert server.metric("vedette_collector_quarantined_segments") == 0
        store = open_store(front.url, step_ms=STEP)
        start_ms = last_ms - (sender.acknowledged - 1) * STEP
        selection = Selection(Equal("name", "sender"), "count", "sum", start_ms, STEP, sender.acknowledged)
        [counts] = store.samples.read(selection).values
        store.close()
    assert sender.unexpected == []
    assert counts.tolist() == [SERIES] * sender.acknowledged
