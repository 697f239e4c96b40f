"""A query lives as long as somebody waits for its answer: in the worker pool, in the engine, in the evaluation."""

from __future__ import annotations

import asyncio
import http.client
import socket
import time
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import httpx
import numpy as np
import pytest

from tests.query.conftest import Serve
from tests.query.recorded import block
from tests.support.waiting import until
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.workers import Workers
from vedette_storage.asker import Asker
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.errors import Gone
from vedette_storage.memory import MemoryStore
from vedette_storage.selection import Lines, Selection

STEP = 10_000
SETTINGS = Settings(step_ms=STEP, threads=1, waiting=1)
SLOW = {"q": "name,slow,:eq", "format": "json"}
QUICK = {"q": "1", "format": "json"}


class Reading:
    """Stands in front of a store's reader: every read takes hours, in the engine."""

    def __init__(self, store: ClickHouseStore) -> None:
        self._connections = store.connections
        self.begun = 0
        store.samples.read = self.read  # type: ignore[method-assign]  # the one thing that is slow here

    def read(self, selection: Selection, asker: Asker | None = None) -> Lines:
        self.begun += 1
        sql = "SELECT sum(sipHash64(number)) AS v FROM numbers({rows:UInt64})"
        self._connections.ask(sql, {"rows": 10**14}, asker)
        return Lines((), np.empty((0, selection.points)))

    def running(self) -> int:
        sql = "SELECT count() AS n FROM system.processes WHERE query LIKE '%numbers(%' AND query NOT LIKE '%processes%'"
        return int(self._connections.query(sql)["n"][0].as_py())


def test_a_query_whose_client_disconnects_is_cancelled_in_the_engine(any_store: ClickHouseStore, serve: Serve) -> None:
    slow = Reading(any_store)
    url = serve(any_store, SETTINGS)
    client = _asked(url, SLOW)
    until(lambda: slow.running() == 1)
    left = time.monotonic()
    client.close()
    until(lambda: slow.running() == 0, seconds=2)
    answer = httpx.get(f"{url}/api/v1/graph", params=QUICK, timeout=5)  # by the one worker that there is
    assert answer.status_code == 200
    assert time.monotonic() - left < 3


def test_a_request_whose_client_disconnects_in_the_queue_never_starts(any_store: ClickHouseStore, serve: Serve) -> None:
    slow = Reading(any_store)
    url = serve(any_store, SETTINGS)
    first = _asked(url, SLOW)
    until(lambda: slow.running() == 1)
    second = _asked(url, SLOW)
    until(lambda: _status(url, QUICK) == 503, what="the queue to be full")
    second.close()
    until(lambda: _status(url, QUICK) is None, what="the second one's place in the queue")
    first.close()
    until(lambda: _status(url, QUICK) == 200, what="the worker")
    assert slow.begun == 1


def test_the_time_of_a_request_is_limited(any_store: ClickHouseStore, serve: Serve) -> None:
    slow = Reading(any_store)
    url = serve(any_store, replace(SETTINGS, max_seconds=2))
    start = time.monotonic()
    answer = httpx.get(f"{url}/api/v1/graph", params=SLOW, timeout=10)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "type": "error",
            "message": "LimitExceeded: the answer takes longer than 2 s, which is the limit, over 3h; "
            "ask for a shorter time, or restrict the queries by more tags",
        },
    )
    assert time.monotonic() - start < 8
    assert slow.running() == 0


def test_a_request_that_waits_for_a_worker_waits_no_longer_than_its_time(
    any_store: ClickHouseStore, serve: Serve
) -> None:
    """The first one hears of its limit from the engine, the second one from the front, since it never got there."""
    slow = Reading(any_store)
    url = serve(any_store, replace(SETTINGS, max_seconds=2))
    first = _asked(url, SLOW)
    until(lambda: slow.begun == 1)
    answer = httpx.get(f"{url}/api/v1/graph", params=SLOW, timeout=10)
    first.close()
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("LimitExceeded: the answer takes longer than 2 s, which is the limit")


def test_evaluation_stops_when_the_asker_has_left() -> None:
    memory = MemoryStore(STEP)
    now = 1_795_305_600_000
    memory.writer.write(block([({"name": "cpu"}, {now: 1.0})]))
    left, plain = Asker(), memory.samples.read

    def read(selection: Selection, asker: Asker | None = None) -> Lines:
        lines = plain(selection, asker)
        left.leave()
        return lines

    memory.samples.read = read  # type: ignore[method-assign]  # the asker leaves while it is answered
    graph = GraphService(memory.samples, Catalogue(SETTINGS.custom_averages), SETTINGS)
    with pytest.raises(Gone):
        graph.evaluate(GraphRequest("name,cpu,:eq,:sum,1,:add", now_ms=now), left)


def test_a_call_that_is_given_up_in_the_queue_gives_its_place_back() -> None:
    async def scenario() -> None:
        workers = Workers(threads=1, waiting=1)
        go = asyncio.Event()
        loop = asyncio.get_running_loop()
        first = asyncio.create_task(workers.run(lambda: asyncio.run_coroutine_threadsafe(go.wait(), loop).result(5)))
        await asyncio.sleep(0)
        second = asyncio.create_task(workers.run(int))
        await asyncio.sleep(0)
        assert workers.taken == 2
        second.cancel()
        await asyncio.wait((second,))
        assert workers.taken == 1
        go.set()
        assert await first
        workers.close()

    asyncio.run(scenario())


def _asked(url: str, params: dict[str, str]) -> socket.socket:
    """A connection on which a request was sent, and nothing read."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", f"/api/v1/graph?{urlencode(params)}")
    return connection.sock


def _status(url: str, params: dict[str, str]) -> int | None:
    """The status of an answer that is given up, and so leaves the queue, when it does not come at once."""
    try:
        return httpx.get(f"{url}/api/v1/graph", params=params, timeout=0.3).status_code
    except httpx.TimeoutException:
        return None
