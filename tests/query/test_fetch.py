"""The stream of a graph request over real HTTP: its events, their order, and readers who are slow or leave."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from tests.query.conftest import Serve
from tests.query.recorded import block
from tests.support.waiting import until
from vedette_query.api import fetch
from vedette_query.errors import TooMuch
from vedette_query.identity import line_id
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.stream import Streams
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.workers import Workers
from vedette_storage.asker import Asker
from vedette_storage.errors import Gone, Unavailable
from vedette_storage.memory import MemoryStore
from vedette_storage.selection import Lines, Selection

STEP = 10_000
START = 1_795_305_600_000  # 2026-11-22T00:00:00Z
WINDOW = {"s": "2026-11-22T00:00", "e": "2026-11-22T00:30", "tz": "UTC"}
Event = dict[str, Any]


def store() -> MemoryStore:
    """Two nodes over half an hour, the second in the last ten minutes only."""
    memory = MemoryStore(STEP)
    times = [START + STEP * i for i in range(180)]
    lines = [
        ({"name": "cpu", "node": "n1"}, {t: float(i) for i, t in enumerate(times)}),
        ({"name": "cpu", "node": "n2"}, dict.fromkeys(times[125:], 5.0)),
    ]
    memory.writer.write(block(lines))
    return memory


@pytest.fixture(scope="module")
def url(serve: Serve) -> str:
    return serve(store(), Settings(step_ms=STEP, max_stream_points=1_000))


def read(response: httpx.Response) -> Iterator[Event]:
    """The events of an answer, one by one."""
    for line in response.iter_lines():
        if line:
            assert line.startswith("data: "), line
            yield json.loads(line.removeprefix("data: "))


def events(url: str, **params: str) -> list[Event]:
    with httpx.stream("GET", f"{url}/api/v2/fetch", params={**WINDOW, **params}, timeout=20) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(read(response))


def values(found: list[Event], label: str) -> list[Any]:
    return [value for event in found if event.get("label") == label for value in event["data"]["values"]]


def test_lines_come_in_chunks_of_sixty_points_and_then_the_end(url: str) -> None:
    *lines, close = events(url, q="name,cpu,:eq,node,n1,:eq,:and,:sum,$name,:legend")
    assert close == {"type": "close", "message": "operation complete"}
    assert [(event["start"], event["end"], event["step"]) for event in lines] == [
        (START + 600_000 * n, START + 600_000 * (n + 1), STEP) for n in range(3)
    ]
    query = "name,cpu,:eq,node,n1,:eq,:and,:sum,$name,:legend"
    assert lines[0] == {
        "type": "timeseries",
        "id": line_id({"name": "cpu", "node": "n1"}, query),
        "query": query,
        "label": "cpu",
        "tags": {"name": "cpu", "node": "n1"},
        "start": START,
        "end": START + 600_000,
        "step": STEP,
        "data": {"type": "array", "values": [float(i) for i in range(60)]},
    }
    assert values(lines, "cpu") == [float(i) for i in range(180)]
    assert len({event["id"] for event in lines}) == 1


def test_chart_and_axes_are_told_first_to_those_who_hint(url: str) -> None:
    q = "name,cpu,:eq,node,n1,:eq,:and,:sum,:dup,3,:axis"
    found = events(url, q=q, hints="presentation-metadata", title="t", **{"scale.3": "log"})
    assert [event["type"] for event in found[:3]] == ["graph-metadata", "plot-metadata", "plot-metadata"]
    assert (found[0]["title"], found[0]["renderingHints"]) == ("t", ["presentation-metadata"])
    assert [(plot["id"], plot["scale"]) for plot in found[1:3]] == [(0, "LINEAR"), (1, "LOGARITHMIC")]
    assert (found[3]["type"], found[3]["start"], found[3]["step"]) == (
        "timeseries", found[0]["startTime"], found[0]["step"]
    )  # fmt: skip
    assert sum(event["type"] == "graph-metadata" for event in found) == 1
    assert found[3:] == events(url, q=q)


def test_identity_is_the_hash_of_tags_and_expression() -> None:
    # echo -n 'atlas.query=1.0,:const,name=1.0' | sha1sum
    assert line_id({"name": "1.0"}, "1.0,:const") == "5f46b22769a5cd4bf6210b9622af8be0499c739e"


def test_groups_name_their_keys_and_lines_without_a_value_are_left_out(url: str) -> None:
    found = events(url, q="name,cpu,:eq,(,node,),:by")
    assert [event.get("label") for event in found] == ["n1", "n1", "n1", "n2", None]
    assert all(event["groupByKeys"] == ["node"] for event in found[:-1])
    assert values(found, "n2") == ["NaN"] * 5 + [5.0] * 55
    assert found[3]["tags"] == {"name": "cpu", "node": "n2"}
    assert events(url, q="name,nope,:eq,:sum") == [{"type": "close", "message": "operation complete"}]


def test_state_goes_from_chunk_to_chunk(url: str) -> None:
    assert values(events(url, q="1,:integral"), "integral(1.0)") == [float(i) for i in range(1, 181)]
    assert values(events(url, q="name,cpu,:eq,node,n1,:eq,:and,100,:delay,x,:legend"), "x")[-80:] == list(range(80))


def test_numbers_that_json_cannot_say_are_texts(url: str) -> None:
    found = events(url, q="1,0,:fdiv,0,:sub", e="2026-11-22T00:01")
    assert found[0]["data"]["values"] == ["Infinity"] * 6


def test_step_is_rounded_up_and_the_width_does_not_matter(url: str) -> None:
    (event, _) = events(url, q="1", step="25s", w="2")
    assert (event["step"], len(event["data"]["values"])) == (30_000, 60)
    (event, _) = events(url, q="1", s="2026-11-22T00:00:15", e="2026-11-22T00:00:47")
    assert (event["start"], event["end"]) == (START + 10_000, START + 40_000)
    (event, _) = events(url, q="1", s="2026-11-22T00:00:15", e="2026-11-22T00:00:15")
    assert (event["start"], event["end"]) == (START, START + 10_000)


def test_several_expressions_with_legends_and_offsets(url: str) -> None:
    found = events(
        url, q="name,cpu,:eq,:sum,name,cpu,:eq,:sum,10m,:offset,foo_2E,:legend,hex,:decode", e="2026-11-22T00:10"
    )
    assert [event.get("label") for event in found] == ["cpu", None]
    found = events(url, q="name,cpu,:eq,:sum,10m,:offset", s="2026-11-22T00:10", e="2026-11-22T00:20")
    assert found[0]["label"] == "cpu (offset=10m)"
    assert found[0]["tags"] == {"name": "cpu"}
    assert found[0]["data"]["values"] == [float(i) for i in range(60)]


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        ({}, 400, "IllegalArgumentException: missing required parameter 'q'"),
        ({"q": ":nope"}, 400, "IllegalStateException: unknown word ':nope'"),
        ({"q": "x,:get"}, 404, "NoSuchElementException: key not found: x"),
        ({"q": "1", "s": "e-1h", "e": "s+1h"}, 400, "start and end are both relative"),
        ({"q": "1", "s": "e-1d"}, 400, "the window has 8,640 steps, the limit is 1,000; ask for a longer step"),
        ({"q": ":random,avg,1w,:consolidate", "s": "e-1w", "step": "1h", "tz": "Nowhere"}, 400, "unknown time zone"),
    ],
)
def test_what_is_wrong_at_once_is_an_answer_in_json(
    url: str, params: dict[str, str], status: int, message: str
) -> None:
    response = httpx.get(f"{url}/api/v2/fetch", params={**WINDOW, **params})
    assert response.status_code == status
    assert message in response.json()["message"]


def test_what_fails_later_is_an_event_before_the_end(url: str) -> None:
    *_, failure, close = events(url, q="1,name,cpu,:eq,(,node,),:by,foo,:stat")
    assert failure == {"type": "error", "message": "IllegalArgumentException: unknown statistic: foo"}
    assert close["type"] == "close"


class Held(MemoryStore):
    """A store whose reads wait until they are let go, and which knows who asked."""

    def __init__(self) -> None:
        super().__init__(STEP)
        self.go = threading.Event()
        self.askers: list[Asker | None] = []
        self.failing = False
        samples, plain = self.samples, self.samples.read

        def held(selection: Selection, asker: Asker | None = None) -> Lines:
            self.askers.append(asker)
            if self.failing:
                raise Unavailable("the database is away")
            until(lambda: self.go.is_set() or (asker is not None and asker.gone), what="being let go")
            return plain(selection, asker)

        samples.read = held  # type: ignore[method-assign]  # the one thing that is slow here


@contextmanager
def serving(memory: MemoryStore, settings: Settings, heartbeat_s: float) -> Iterator[tuple[str, fetch.OpenStreams]]:
    """A fetch API alone, with heartbeats of its own."""
    graph = GraphService(memory.samples, Catalogue(settings.custom_averages), settings)
    workers, room = Workers(settings.threads, settings.waiting), fetch.OpenStreams(settings.max_streams)
    app = FastAPI()
    app.include_router(fetch.router(Streams(graph, memory.samples, settings), workers, settings, room, heartbeat_s))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        until(lambda: server.started, what="the server")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", room
    finally:
        server.should_exit = True
        thread.join()
        workers.close()


def test_heartbeats_come_while_a_chunk_is_waited_for() -> None:
    memory = Held()
    with serving(memory, Settings(step_ms=STEP), 0.05) as (url, _):
        with httpx.stream("GET", f"{url}/api/v2/fetch", params={**WINDOW, "q": "name,a,:eq"}, timeout=20) as response:
            stream = read(response)
            assert [next(stream) for _ in range(3)] == [{"type": "info", "message": "heartbeat"}] * 3
            memory.go.set()
            rest = [event for event in stream if event["type"] != "info"]
        assert [event["type"] for event in rest] == ["close"]


def test_a_reader_who_leaves_cancels_what_runs_for_them() -> None:
    memory = Held()
    with serving(memory, Settings(step_ms=STEP), 60.0) as (url, room):
        with httpx.stream("GET", f"{url}/api/v2/fetch", params={**WINDOW, "q": "name,a,:eq"}, timeout=20):
            until(lambda: len(memory.askers) == 1, what="the first read")
            assert room.count == 1
        until(lambda: memory.askers[0] is not None and memory.askers[0].gone, what="the asker to leave")
        until(lambda: room.count == 0, what="the place to be free")
        assert len(memory.askers) == 1


def test_a_slow_reader_holds_one_chunk_and_no_worker() -> None:
    settings = Settings(step_ms=STEP, threads=1, waiting=0)
    memory = store()
    times = range(START, START + 1_500 * STEP, STEP)
    names = [{"name": "wide", "node": f"n{n:04}"} for n in range(300)]
    memory.writer.write(block((tags, dict.fromkeys(times, 1.0 / 3)) for tags in names))
    reads: list[Selection] = []
    plain = memory.samples.read

    def counted(selection: Selection, asker: Asker | None = None) -> Lines:
        reads.append(selection)
        return plain(selection, asker)

    memory.samples.read = counted  # type: ignore[method-assign]  # to see how far it runs ahead
    long = {"q": "name,wide,:eq,(,node,),:by", "s": "2026-11-22T00:00", "e": "2026-11-22T04:10", "tz": "UTC"}
    with serving(memory, settings, 60.0) as (url, room):
        with httpx.stream("GET", f"{url}/api/v2/fetch", params=long, timeout=20) as response:
            next(read(response))
            # 25 chunks of some 400 kB; the sockets hold a few of them while nobody reads.
            assert events(url, q="1", e="2026-11-22T00:01")[-1]["type"] == "close"
            assert len(reads) < 20
        until(lambda: room.count == 0, what="the place to be free")


def test_no_more_streams_than_there_is_room_for() -> None:
    memory = Held()
    with serving(memory, Settings(step_ms=STEP, max_streams=1), 60.0) as (url, room):
        with httpx.stream("GET", f"{url}/api/v2/fetch", params={**WINDOW, "q": "name,a,:eq"}, timeout=20):
            response = httpx.get(f"{url}/api/v2/fetch", params={**WINDOW, "q": "1"})
            assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        until(lambda: room.count == 0, what="the place to be free")
        response = httpx.get(f"{url}/api/v2/fetch", params={**WINDOW, "q": ":nope"})
        assert (response.status_code, room.count) == (400, 0)


def test_a_database_that_is_away_is_said_in_an_event() -> None:
    memory = Held()
    memory.failing = True
    with serving(memory, Settings(step_ms=STEP), 60.0) as (url, _):
        assert [event["message"] for event in events(url, q="name,a,:eq")] == [
            "Unavailable: the database is away", "operation complete",
        ]  # fmt: skip


def test_limits_hold_for_each_chunk() -> None:
    memory, catalogue = store(), Catalogue(())
    settings = Settings(step_ms=STEP, max_lines=1, max_selections=1)
    streams = Streams(GraphService(memory.samples, catalogue, settings), memory.samples, settings)

    def first(query: str) -> str:
        request = GraphRequest(query, start="2026-11-22T00:00", end="2026-11-22T00:30", timezones=("UTC",))
        stream = streams.open(request)
        with pytest.raises(TooMuch) as refusal:
            list(iter(stream.next, None))
        return str(refusal.value)

    assert "has 2 lines, the limit is 1" in first("name,cpu,:eq,(,node,),:by")
    assert "has 2 reads, the limit is 1" in first("name,cpu,:eq,name,b,:eq")
    gone = Asker()
    gone.leave()
    with pytest.raises(Gone):
        streams.open(GraphRequest("name,cpu,:eq", timezones=("UTC",))).next(gone)
