"""The query API over real HTTP: formats, headers, errors, limits."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from tests.query.conftest import Serve
from tests.query.recorded import recorded_store
from tests.support.waiting import until
from vedette_query.answer import Answer
from vedette_query.api.errors import as_response
from vedette_query.app import QueryApi
from vedette_query.errors import Busy, Missing
from vedette_query.request import GraphRequest
from vedette_query.settings import Settings
from vedette_query.workers import Workers
from vedette_storage.errors import Refused, Unavailable
from vedette_storage.memory import MemoryStore

STEP = 10_000
WINDOW = {"s": "2026-11-22T00:00", "e": "2026-11-22T00:01", "tz": "UTC"}


@pytest.fixture(scope="module")
def url(recorded_urls: dict[int, str]) -> str:
    return recorded_urls[STEP]


def get(url: str, path: str, **params: str) -> httpx.Response:
    return httpx.get(url + path, params=params)


def graph(url: str, **params: str) -> httpx.Response:
    return get(url, "/api/v1/graph", **{**WINDOW, **params})


def error(response: httpx.Response) -> str:
    document = response.json()
    assert document["type"] == "error"
    return str(document["message"])


def test_json_has_a_row_for_each_time(url: str) -> None:
    response = graph(url, q="name,ten.sec,:eq,NaN,Infinity,:const", format="json")
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert document["legend"] == ["ten.sec", "NaN", "Infinity"]
    assert document["metrics"][0] == {"atlas.offset": "0w", "name": "ten.sec"}
    assert list(document["metrics"][0]) == sorted(document["metrics"][0])
    assert document["values"][0] == [2.0, "NaN", "Infinity"]
    assert (document["start"], document["step"], len(document["values"])) == (1_795_305_610_000, STEP, 6)
    assert document == graph(url, q="name,ten.sec,:eq,NaN,Infinity,:const", format="std.json").json()


def test_json_reads_back_as_an_answer(url: str) -> None:
    answer = Answer.from_json(graph(url, q="name,ten.sec,:eq,NaN", format="json").json())
    assert [line.legend for line in answer.lines] == ["ten.sec", "NaN"]
    assert list(answer.lines[0].values)[:3] == [2.0, 3.0, 1.0]
    assert str(answer.lines[1].values[0]) == "nan"
    empty = Answer.from_json(graph(url, q="name,nope,:eq,:all", format="json").json())
    assert (empty.lines, empty.points) == ((), 6)


def test_tables(url: str) -> None:
    csv = graph(url, q="name,ten.sec,:eq,NaN", format="csv")
    assert csv.headers["content-type"].startswith("text/csv")
    rows = csv.text.splitlines()
    assert rows[:2] == ['"timestamp","ten.sec","NaN"', "2026-11-22T00:00:10Z,2.000000,NaN"]
    txt = graph(url, q="1", format="txt", tz="Europe/Berlin", s="2026-11-22T01:00", e="2026-11-22T01:01")
    assert txt.headers["content-type"].startswith("text/plain")
    assert txt.text.splitlines()[1] == "2026-11-22T01:00:10+01:00\t1.000000"


def test_statistics(url: str) -> None:
    document = graph(url, q="name,ten.sec,:eq,NaN", format="stats.json").json()
    assert document["end"] == 1_795_305_670_000
    assert document["stats"][0] == {"count": 6, "avg": 4.0, "total": 24.0, "max": 7.0, "min": 1.0, "last": 7.0}
    assert document["stats"][1]["count"] == 0
    assert document["stats"][1]["avg"] == "NaN"


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        ({}, 400, "IllegalArgumentException: missing required parameter 'q'"),
        ({"q": ":nope"}, 400, "IllegalStateException: unknown word ':nope'"),
        ({"q": "x,:get"}, 404, "NoSuchElementException: key not found: x"),
        ({"q": "1", "w": "x"}, 400, 'NumberFormatException: For input string: "x"'),
        ({"q": "1", "s": "yesterday1"}, 400, "IllegalArgumentException: invalid date yesterday1"),
        ({"q": "1", "tz": "Nowhere"}, 400, "IllegalArgumentException: unknown time zone 'Nowhere'"),
        (
            {"q": "1", "format": "gif"},
            400,
            "unknown format 'gif', there are png, json, std.json, stats.json, v2.json, csv, txt",
        ),
    ],
)
def test_refusals_are_json(url: str, params: dict[str, str], status: int, message: str) -> None:
    response = graph(url, **{"format": "json", **params})
    assert response.status_code == status
    assert message in error(response)
    assert "Traceback" not in response.text


def test_unknown_expression_answer_and_vocabulary_are_not_found(url: str) -> None:
    response = get(url, "/api/v1/expr/nothing", q="1")
    assert (response.status_code, error(response)) == (
        404,
        "NoSuchElementException: path not found: /api/v1/expr/nothing",
    )
    response = get(url, "/api/v1/expr", q="1", vocab="klingon")
    assert response.status_code == 404
    assert "key not found: klingon" in error(response)


def test_debugging_shows_every_step(url: str) -> None:
    steps = get(url, "/api/v1/expr", q="name,a,:eq,:max,1h,:offset,k,:sset,k,:get").json()
    assert steps[0] == {"program": ["name", "a", ":eq", ":max", "1h", ":offset", "k", ":sset", "k", ":get"],
                        "context": {"stack": [], "variables": {}}}  # fmt: skip
    assert steps[-1] == {
        "program": [],
        "context": {"stack": ["name,a,:eq,:max"], "variables": {"k": "name,a,:eq,:max"}},
    }
    refused = get(url, "/api/v1/expr", q="1," * 600)
    assert (refused.status_code, "600 tokens" in error(refused)) == (400, True)


def test_rewriting_and_stripping(url: str) -> None:
    two = get(url, "/api/v1/expr/rewrite", q="name,cpu,:eq,:avg,(,0h,1h,),:offset,foo,:legend").json()
    assert two == ["Query0,name,cpu,:eq,:avg,foo,:legend,:set,Query0,:get,Query0,:get,1h,:offset"]
    stripped = get(url, "/api/v1/expr/strip", q="name,a,:eq,app,b,:eq,:and,node,c,:eq,:not,:and", k="app").json()
    assert stripped == ["name,a,:eq,node,c,:eq,:not,:and,:sum"]
    refused = get(url, "/api/v1/expr/strip", q="1", r="math")
    assert (refused.status_code, "vocabulary 'math' not supported" in error(refused)) == (400, True)


def test_completions_can_be_executed(url: str) -> None:
    words = get(url, "/api/v1/expr/complete", q="name,a,:eq").json()
    assert {"name": "sum", "signature": "q:Query -- DataExpr"}.items() <= words[0].items() or len(words) > 20
    assert all(word["description"] for word in words)
    for word in words:
        assert get(url, "/api/v1/expr", q=f"name,a,:eq,:{word['name']}").status_code == 200, word


def test_tags_in_text_and_with_counts(recorded_urls: dict[int, str]) -> None:
    url, only = recorded_urls[60_000], "fixture,range11,:eq"
    assert get(url, "/api/v1/tags/class", q=only, format="txt").text == "even\nodd"
    assert get(url, "/api/v1/tags/class", q=only, verbose="1").json() == [
        {"key": "class", "value": "even", "count": 6},
        {"key": "class", "value": "odd", "count": 6},
    ]
    page = get(url, "/api/v1/tags/class", q=only, verbose="1", limit="1", offset="class,even")
    assert page.headers["x-nflx-atlas-next-offset"] == "class,odd"
    assert get(url, "/api/v1/tags/class", q=only, verbose="1", format="txt").text == "class\teven\t6\nclass\todd\t6"
    assert get(url, "/api/v1/tags", q=only, verbose="1").json() == []
    assert get(url, "/api/v1/tags/class/", q=only).json() == ["even", "odd"]
    assert "expected a single query" in error(get(url, "/api/v1/tags", q="a,b"))


class Slow(MemoryStore):
    """A store whose reader waits until it is let go."""

    def __init__(self) -> None:
        super().__init__(STEP)
        self.go = threading.Event()
        self.read = 0
        samples = self.samples
        plain = samples.read

        def read(selection: Any, asker: Any = None) -> Any:
            self.read += 1
            self.go.wait(10)
            return plain(selection, asker)

        samples.read = read  # type: ignore[method-assign]  # the one thing that is slow here


def test_what_does_not_fit_in_the_queue_is_refused_at_once(serve: Serve) -> None:
    store = Slow()
    url = serve(store, Settings(step_ms=STEP, threads=1, waiting=1))

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            params = {"q": "name,a,:eq", "format": "json"}
            first = asyncio.create_task(client.get("/api/v1/graph", params=params))
            await asyncio.to_thread(until, lambda: store.read == 1)
            more = [asyncio.create_task(client.get("/api/v1/graph", params=params)) for _ in range(3)]
            answered = asyncio.as_completed(more, timeout=10)
            refused = [await next(answered), await next(answered)]
            assert [response.status_code for response in refused] == [503, 503]
            store.go.set()
            return [await task for task in (first, *more)]

    responses = asyncio.run(ask())
    assert responses[0].status_code == 200
    assert sorted(response.status_code for response in responses) == [200, 200, 503, 503]
    busy = next(response for response in responses if response.status_code == 503)
    assert busy.headers["retry-after"] == "1"
    assert "try again in 1 s" in error(busy)


def test_place_of_a_worker_is_free_again_after_an_error() -> None:
    async def scenario() -> None:
        workers = Workers(threads=1, waiting=0)

        def fail() -> None:
            raise ValueError("x")

        for _ in range(3):
            with pytest.raises(ValueError, match="x"):
                await workers.run(fail)
            await asyncio.to_thread(until, lambda: workers.taken == 0)
        assert await workers.run(max, 1, 2) == 2
        workers.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("raised", "status", "retry"),
    [
        (Unavailable("the database is away"), 503, "2"),
        (Refused("too much memory"), 400, None),
        (Missing("key not found: x"), 404, None),
        (Busy(5), 503, "1"),
        (ValueError("secret"), 500, None),
    ],
)
def test_every_failure_has_its_answer(raised: Exception, status: int, retry: str | None) -> None:
    response = as_response(raised)
    document = json.loads(bytes(response.body))
    assert (response.status_code, response.headers.get("retry-after")) == (status, retry)
    assert document["type"] == "error"
    assert "secret" not in document["message"]


def test_queries_are_counted_by_outcome() -> None:
    registry = CollectorRegistry()
    api = QueryApi(recorded_store(STEP), Settings(step_ms=STEP), registry=registry)
    api.graph.evaluate(GraphRequest("1"))
    with pytest.raises(Missing):
        api.graph.evaluate(GraphRequest("x,:get"))

    def count(outcome: str) -> float | None:
        return registry.get_sample_value("vedette_query_requests_total", {"kind": "graph", "outcome": outcome})

    assert (count("ok"), count("refused"), count("failed")) == (1.0, 1.0, None)
    assert registry.get_sample_value("vedette_query_duration_seconds_count", {"kind": "graph"}) == 2.0
    assert registry.get_sample_value("vedette_query_workers_taken") == 0.0
    api.close()
