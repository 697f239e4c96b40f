"""Senders that behave as agents do: every request is repeated, unchanged, until it is acknowledged."""

from __future__ import annotations

import gzip
import threading
import time
from array import array
from collections.abc import Callable
from http.client import HTTPException

import orjson

from tests.collector.serving import Server
from vedette_agent import wire

SERIES = 20


class Sender(threading.Thread):
    """Posts one step after the other, back in time, of `SERIES` series; the value of a sample is its request's number.

    So each (series, time) is sent in one request only, and what is stored can be compared value by value.
    """

    def __init__(self, server: Callable[[], Server], name: str, last_ms: int, step_ms: int, *, json: bool) -> None:
        super().__init__(daemon=True)
        self.series = name
        self.acknowledged = 0
        self.repeated = 0
        self.unexpected: list[tuple[int, bytes]] = []
        self.enough = threading.Event()
        self._server = server
        self._last_ms = last_ms
        self._step_ms = step_ms
        self._request = self._publish if json else self._batch

    def run(self) -> None:
        while not self.enough.is_set():
            path, headers, body = self._request(self._last_ms - self.acknowledged * self._step_ms)
            while not self._sent(path, headers, body):
                if self.unexpected:
                    return
                self.repeated += 1
                time.sleep(0.02)
            self.acknowledged += 1

    def _sent(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        try:
            status, answer = self._server().post(path, body, headers)
        except (OSError, HTTPException):  # refused, reset, or cut off in the middle of an answer
            return False
        if status not in (200, 503):
            self.unexpected.append((status, answer))
        return status == 200

    def _publish(self, ts_ms: int) -> tuple[str, dict[str, str], bytes]:
        metrics = [
            {"tags": {"name": self.series, "nr": f"{i:02}"}, "timestamp": ts_ms, "value": self._value(i)}
            for i in range(SERIES)
        ]
        return "/api/v1/publish", {"Content-Type": "application/json"}, orjson.dumps({"metrics": metrics})

    def _batch(self, ts_ms: int) -> tuple[str, dict[str, str], bytes]:
        table = wire.series_table({}, [(wire.RATE, self.series, {"nr": f"{i:02}"}) for i in range(SERIES)])
        values = array("d", [self._value(i) for i in range(SERIES)])
        body = wire.encode(wire.Batch(self._step_ms, ts_ms, 1, self.acknowledged, table, values))
        return (
            "/api/v1/batch",
            {"Content-Type": wire.CONTENT_TYPE, "Content-Encoding": "gzip"},
            gzip.compress(body, 1),
        )

    def _value(self, i: int) -> float:
        return self.acknowledged * SERIES + i + 1
