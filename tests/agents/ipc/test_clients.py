"""Clients of HTTP: requests, urllib3, urllib and aiohttp ask a service that knows them by their agent."""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3
from opentelemetry.instrumentation.utils import suppress_instrumentation

from tests.agents.ipc.seen import Seen, asked, served
from tests.agents.services import agent_of, catalog
from tests.agents.services import served as by_uvicorn
from tests.support.ports import free_ports
from vedette_agent.agent import Agent

Ask = Callable[..., int]
BAGGAGE = {"Baggage": "user=7,ipc.client.app=edge"}


def by_requests(url: str, timeout: float = 5.0) -> int:
    return requests.get(url, headers=BAGGAGE, timeout=timeout).status_code


def by_urllib3(url: str, timeout: float = 5.0) -> int:
    with urllib3.PoolManager() as pool:
        retries = urllib3.Retry(2, connect=0, read=0)
        return pool.request("GET", url, headers=BAGGAGE, timeout=timeout, retries=retries).status


def by_urllib(url: str, timeout: float = 5.0) -> int:
    request = urllib.request.Request(url, headers=BAGGAGE)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def by_aiohttp(url: str, timeout: float = 5.0) -> int:
    async def ask() -> int:
        limit = aiohttp.ClientTimeout(total=timeout)
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(url, headers=BAGGAGE) as answer:
            return answer.status

    return asyncio.run(ask())


ALL = pytest.mark.parametrize("ask", [by_requests, by_urllib3, by_urllib, by_aiohttp], ids=lambda ask: ask.__name__[3:])


@pytest.fixture
def url(server: Agent) -> Iterator[str]:
    with by_uvicorn(server.instrument_app(catalog())) as url:
        yield url


@ALL
def test_both_sides_record_a_call_once_and_know_each_other(whole: Agent, server: Agent, url: str, ask: Ask) -> None:
    assert ask(f"{url}/items/42") == 200
    common = {
        "http.method": "GET", "http.status": "200", "ipc.endpoint": "_items_-", "ipc.protocol": "http_1",
        "ipc.result": "success", "ipc.status": "success",
    }  # fmt: skip
    assert asked(whole) == common | {
        "ipc.server.app": "catalog", "ipc.server.region": "us-west-2", "ipc.attempt": "initial",
        "ipc.attempt.final": "true",
    }  # fmt: skip
    assert served(server) == common | {"ipc.client.app": "whole", "ipc.client.region": "us-east-1"}


@ALL
def test_an_answer_that_is_an_error_is_one(whole: Agent, url: str, ask: Ask) -> None:
    assert ask(f"{url}/status/503") == 503
    call = asked(whole)
    assert (call["http.status"], call["ipc.status"], call["ipc.result"]) == ("503", "throttled", "failure")


@ALL
def test_who_is_not_there_is_a_connection_error(whole: Agent, ask: Ask) -> None:
    [port] = free_ports(1)
    with pytest.raises((OSError, urllib3.exceptions.HTTPError, aiohttp.ClientError)):
        ask(f"http://127.0.0.1:{port}/a/b")
    call = asked(whole)
    assert call["ipc.status"] == "connection_error"
    assert call["ipc.server.app"] == "127.0.0.1"
    assert call["ipc.status.detail"]


@ALL
def test_who_does_not_answer_in_time_is_a_timeout(whole: Agent, ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises((OSError, urllib3.exceptions.HTTPError, TimeoutError)):
            ask(address, timeout=0.1)
    assert asked(whole)["ipc.status"] == "timeout"


@ALL
def test_what_opentelemetry_sends_for_itself_is_no_call_of_the_service(whole: Agent, url: str, ask: Ask) -> None:
    with suppress_instrumentation():
        ask(f"{url}/items/42")
    assert Seen(whole).calls("ipc.client.call") == []


@pytest.mark.parametrize("kind", ["requests", "aiohttp"])
def test_one_client_may_be_measured_alone(whole: Agent, client: Agent, url: str, kind: str) -> None:
    """Beside the agent of the process, which then leaves the call to the one that is nearer."""
    if kind == "requests":
        with requests.Session() as session:
            assert client.instrument_client(client.instrument_client(session)) is session
            session.get(f"{url}/items/1", timeout=5)
    else:

        async def ask() -> None:
            async with aiohttp.ClientSession() as session:
                assert client.instrument_client(client.instrument_client(session)) is session
                await session.get(f"{url}/items/1")

        asyncio.run(ask())
    assert asked(client)["ipc.server.app"] == "catalog"
    assert Seen(whole).calls("ipc.client.call") == []


def test_a_call_that_is_traced_as_well_counts_once_and_names_its_last_hop(traced: Agent, server: Agent) -> None:
    """OpenTelemetry's own instrumentation of httpx, and of the application, beside ours."""
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/front")
    def front() -> int:
        return httpx.get(f"{back}/items/1").status_code

    with by_uvicorn(server.instrument_app(catalog())) as back, by_uvicorn(app) as url:
        assert by_urllib(f"{url}/front") == 200
    assert [call["ipc.endpoint"] for call in Seen(traced).some("ipc.server.call", 1)] == ["_front"]
    assert served(server)["ipc.client.app"] == "whole"


def test_what_is_no_client_is_refused(client: Agent) -> None:
    with pytest.raises(TypeError, match="not a dict"):
        client.instrument_client({})


def test_attempts_of_urllib3_are_told_apart(whole: Agent, url: str) -> None:
    retries = urllib3.Retry(total=2, status_forcelist=[500], backoff_factor=0, raise_on_status=False)
    with urllib3.PoolManager() as pool:
        assert pool.request("GET", f"{url}/status/500", retries=retries).status == 500
    calls = Seen(whole).some("ipc.client.call", 3)
    assert sorted(call["ipc.attempt"] for call in calls) == ["initial", "second", "third_up"]


@ALL
def test_a_redirect_is_a_call_of_its_own(whole: Agent, server: Agent, ask: Ask) -> None:
    from fastapi import FastAPI
    from fastapi.responses import RedirectResponse

    app = FastAPI()

    @app.get("/old")
    def old() -> RedirectResponse:
        return RedirectResponse("/fresh")

    @app.get("/fresh")
    def fresh() -> str:
        return "fresh"

    with by_uvicorn(server.instrument_app(app)) as address:
        assert ask(f"{address}/old") == 200
    calls = Seen(whole).some("ipc.client.call", 2)
    assert {(call["ipc.endpoint"], call["http.status"]) for call in calls} == {("_old", "307"), ("_fresh", "200")}
    assert {call["ipc.client.app"] for call in Seen(server).some("ipc.server.call", 2)} == {"whole"}


def test_a_stream_is_not_read_for_the_measuring(whole: Agent, url: str) -> None:
    with requests.get(f"{url}/items/1", stream=True, timeout=5) as answer:
        assert asked(whole)["http.status"] == "200"
        assert b"".join(answer.iter_content(3)) == b'{"item":"1"}'


def test_faults_of_ours_and_odd_headers_never_reach_the_service(
    whole: Agent, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert requests.get(f"{url}/items/1", headers={"baggage": b"user=7"}, timeout=5).ok

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(whole.calls, "client_ends", broken)
    monkeypatch.setattr(whole.calls, "server_of", broken)
    for ask in (by_requests, by_urllib3, by_urllib, by_aiohttp):
        assert ask(f"{url}/items/1") == 200
    monkeypatch.setattr(whole.calls, "client_begins", broken)
    for ask in (by_requests, by_urllib3, by_urllib, by_aiohttp):
        assert ask(f"{url}/items/1") == 200


def test_without_an_agent_everything_is_as_it_was(url: str) -> None:
    stopped = agent_of("gone", tracing=False)
    stopped.stop()
    for ask in (by_requests, by_urllib3, by_urllib, by_aiohttp):
        assert ask(f"{url}/items/1") == 200
