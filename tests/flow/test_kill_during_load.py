"""kill -9 under load: what was acknowledged is stored, and nothing is counted twice."""

from __future__ import annotations

import array
import gzip
import random
import threading
import time
from collections.abc import Sequence
from functools import partial
from http.client import HTTPException
from pathlib import Path

from tests.support.processes import Engine
from tests.support.waiting import until
from vedette_agent import wire

SENDERS = 4
KILLS = 3


class Sender(threading.Thread):
    """An agent's way of sending: one batch after the other, each again until it is acknowledged.

    Every batch is of a source of its own, and all are for the same series and the same step: there the sum over the
    sources is the number of batches that are stored, and a batch that counted twice would show.
    """

    def __init__(self, engine: Engine, number: int, ts_ms: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._engine = engine
        self.number = number
        self._ts_ms = ts_ms
        self._stop_asked = stop
        self.acknowledged = 0
        self.repeated = 0

    def run(self) -> None:
        table = wire.series_table({"app": "load"}, [(wire.RATE, "load.batches", {"sender": str(self.number)})])
        while not self._stop_asked.is_set():
            src = (self.number << 24) + self.acknowledged + 1
            batch = wire.Batch(1000, self._ts_ms, src, 0, table, array.array("d", [1.0]))
            body = gzip.compress(wire.encode(batch), 1)
            while not self._sent(body):
                self.repeated += 1
                time.sleep(0.05)
            self.acknowledged += 1

    def _sent(self, body: bytes) -> bool:
        headers = {"Content-Encoding": "gzip"}
        try:
            answer = self._engine.post("/api/v1/batch", body, wire.CONTENT_TYPE, **headers)
        except (OSError, HTTPException):  # refused, reset, or cut off in the middle of an answer
            return False
        assert answer.status in (200, 503), answer
        return answer.status == 200


def reached(senders: Sequence[Sender], enough: int) -> bool:
    """Whether so many batches were acknowledged."""
    return sum(sender.acknowledged for sender in senders) >= enough


def test_every_acknowledged_batch_counts_once(tmp_path: Path, clickhouse: str | None) -> None:
    engine = Engine(tmp_path / "data", clickhouse=clickhouse).start()
    ts_ms = int(time.time()) * 1000
    stop = threading.Event()
    senders = [Sender(engine, number, ts_ms, stop) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        enough = sum(sender.acknowledged for sender in senders) + 100
        until(partial(reached, senders, enough), seconds=30, what="load")
        time.sleep(random.uniform(0, 1.2))  # anywhere between two seals of the journal
        engine.kill()
        engine.start()
    stop.set()
    for sender in senders:
        sender.join(30)
    acknowledged = {str(one.number): one.acknowledged for one in senders}
    assert sum(one.repeated for one in senders) > 0, "no request was hit; the test proved nothing"

    def stored() -> dict[str, int]:
        answer = engine.get(
            "/api/v1/graph",
            q="name,load.batches,:eq,:sum,(,sender,),:by",
            s=str(ts_ms - 1000),
            e=str(ts_ms),
            step="1s",
            format="json",
        ).json()
        last = answer["values"][-1]
        return {line["sender"]: round(value) for line, value in zip(answer["metrics"], last, strict=True)}

    until(lambda: sum(stored().values()) >= sum(acknowledged.values()), what=f"{acknowledged}, not {stored()}")
    assert stored() == acknowledged
    assert engine.end() == 0
    engine.start()
    assert stored() == acknowledged, "a restart lost or doubled something"
    engine.end()
