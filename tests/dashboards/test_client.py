"""The client against a real server: what it asks, and how each failure is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.dashboards.recorded_api import TRACES, RecordedApi, serving
from vedette_dashboards.client import Client, address, graph_parameters
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.view import View

Found = TypeVar("Found")
LINE = b'{"start":1,"step":1,"legend":["a"],"metrics":[{}],"values":[%s]}'
Q = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by"


@pytest.fixture(scope="module")
def company() -> Iterator[tuple[RecordedApi, str]]:
    api = RecordedApi()
    with serving(api.app) as url:
        yield api, url


def ask(url: str, asking: Callable[[Client], Awaitable[Found]]) -> Found:
    async def run() -> Found:
        client = Client(url, demo_url=url, timeout=2.0)
        try:
            return await asking(client)
        finally:
            await client.close()

    return asyncio.run(run())


def test_a_graph_is_asked_with_the_views_times_and_region(company: tuple[RecordedApi, str]) -> None:
    api, url = company
    answer = ask(url, lambda client: client.graph(Q, View(s="e-5m", region="us-east-1"), tz="Europe/Paris", width=60))
    assert (answer.step_ms, answer.points) == (10_000, 30)
    assert "playback" in [line.legend for line in answer.lines]
    asked = parse_qs(urlsplit(api.asked[-1]).query)
    assert asked["q"] == [Q]
    assert (asked["s"], asked["e"], asked["tz"], asked["w"]) == (["e-5m"], ["now-3s"], ["Europe/Paris"], ["60"])
    assert asked["cq"] == ["region,us-east-1,:eq"]


def test_a_region_of_another_alphabet_is_one_token(company: tuple[RecordedApi, str]) -> None:
    api, url = company
    ask(url, lambda client: client.graph(Q, View(region="a,:b"), width=60))
    assert parse_qs(urlsplit(api.asked[-1]).query)["cq"] == ["region,a\\u002c\\u003ab,:eq"]


def test_a_refusal_carries_the_apis_own_words(company: tuple[RecordedApi, str]) -> None:
    with pytest.raises(Refused, match="unknown word ':summ'"):
        ask(company[1], lambda client: client.graph("a,b,:summ", View()))


def test_what_is_not_there_is_not_found(company: tuple[RecordedApi, str]) -> None:
    with pytest.raises(NotFound, match="no trace"):
        ask(company[1], lambda client: client.trace("f" * 32))
    with pytest.raises(NotFound):
        ask(company[1], lambda client: client.trace("../alerts"))  # one part of the path, whatever it holds
    with pytest.raises(Refused, match="32 hex digits"):
        ask(company[1], lambda client: client.trace("x"))


def test_a_busy_api_is_away_with_its_reason(company: tuple[RecordedApi, str]) -> None:
    company[0].scenario = "away"
    try:
        with pytest.raises(ApiAway, match="answered 503: the store is being restarted"):
            ask(company[1], lambda client: client.alerts())
    finally:
        company[0].scenario = "incident"


def test_nobody_there_is_away() -> None:
    with pytest.raises(ApiAway, match="cannot be reached"):
        ask("http://127.0.0.1:1", lambda client: client.traffic())


def test_an_address_that_is_none_is_away() -> None:
    with pytest.raises(ApiAway, match="cannot be reached"):
        ask("nonsense", lambda client: client.alerts())


@pytest.mark.parametrize(
    ("body", "asking"),
    [
        (b"<html>", lambda client: client.traffic()),
        (b"[]", lambda client: client.traffic()),
        (b'{"traces": {}}', lambda client: client.traces(())),
        (b'{"start": 1}', lambda client: client.graph(Q, View())),
        (
            b'{"start":1,"step":1,"legend":["a"],"metrics":[{}],"values":[["x"]]}',
            lambda client: client.graph(Q, View()),
        ),
        (
            b'{"start":1,"step":1,"legend":["a"],"metrics":[{}],"values":[[1,2]]}',
            lambda client: client.graph(Q, View()),
        ),
        (b"7", lambda client: client.values("app")),
        (b"7", lambda client: client.operations("app")),
    ],
)
def test_another_servers_answer_is_said_to_be_unreadable(
    body: bytes, asking: Callable[[Client], Awaitable[object]]
) -> None:
    async def strange(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def run() -> None:
        client = Client("http://api", transport=httpx.ASGITransport(strange))
        await asking(client)

    with pytest.raises(ApiAway, match="cannot be read"):
        asyncio.run(run())


def test_traces_alerts_values_and_operations(company: tuple[RecordedApi, str]) -> None:
    async def all_of(client: Client) -> tuple[object, ...]:
        traces = await client.traces([("app", "playback"), ("limit", "3")])
        whole = await client.trace(TRACES[0])
        return len(traces), len(whole["spans"]), await client.values("region"), await client.operations("api")

    count, spans, regions, operations = ask(company[1], all_of)
    assert (count, spans) == (3, 10)
    assert regions == ["eu-west-1", "us-east-1", "us-west-2"]
    assert "GET /play" in (operations if isinstance(operations, list) else [])


def test_faults_are_switched(company: tuple[RecordedApi, str]) -> None:
    fault = {"kind": "latency", "region": "us-east-1", "service": "playback", "on": True}

    async def switch(client: Client) -> object:
        await client.switch(fault)
        return (await client.faults())["faults"]

    assert ask(company[1], switch) == [fault]


def test_an_address_to_copy_keeps_the_expression_readable() -> None:
    url = address("http://api", "/api/v1/graph", graph_parameters(Q, View(s="e-1h")))
    assert url.startswith(f"http://api/api/v1/graph?q={Q}&s=e-1h&e=now")
