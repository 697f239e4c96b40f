"""Calls between real services: FastAPI on uvicorn, asked with httpx."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.agents.readings import measured
from tests.agents.services import SLOW_S, agent_of, catalog, served
from tests.support.ports import free_ports
from tests.support.waiting import until
from vedette_agent.agent import Agent
from vedette_agent.cardinality import OTHERS
from vedette_agent.ipc.limit import FirstValues
from vedette_agent.ipc.server import IpcMiddleware


class Seen:
    """The calls that an agent has recorded, added up as they are read."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._counts: dict[tuple[Any, ...], float] = {}
        self.seconds = 0.0

    def calls(self, name: str) -> list[dict[str, str]]:
        """The tags of each call so far, without those that all of an agent's have."""
        for (series, *pairs), value in measured(self._agent.registry.read(0)).items():
            tags = dict(pairs)
            if series == name and tags["statistic"] == "totalTime":
                self.seconds += value
            if series == name and tags["statistic"] == "count":
                key = tuple(pair for pair in pairs if pair[0] not in ("app", "region", "node", "owner", "statistic"))
                self._counts[key] = self._counts.get(key, 0) + value
        return [dict(key) for key, count in self._counts.items() for _ in range(round(count))]

    def call(self, name: str, number: int = 1) -> dict[str, str]:
        """The only kind of call there is, once so many have been seen."""
        found = until(lambda: calls if len(calls := self.calls(name)) >= number else None, what=f"{number} {name}")
        assert len(found) == number
        assert all(call == found[0] for call in found)
        return found[0]


@pytest.fixture
def server() -> Iterator[Agent]:
    agent = agent_of("catalog", "us-west-2", tracing=False)
    yield agent
    agent.stop()


@pytest.fixture
def client() -> Iterator[Agent]:
    agent = agent_of("api", "us-east-1", tracing=False)
    yield agent
    agent.stop()


@pytest.fixture
def url(server: Agent) -> Iterator[str]:
    with served(server.instrument_app(catalog())) as url:
        yield url


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_both_sides_record_a_call_and_know_each_other(
    server: Agent, client: Agent, url: str, asynchronous: bool
) -> None:
    async def ask() -> None:
        async with client.instrument_client(httpx.AsyncClient()) as asking:
            await asking.get(f"{url}/items/42")

    if asynchronous:
        asyncio.run(ask())
    else:
        with client.instrument_client(httpx.Client()) as asking:
            answer = asking.get(f"{url}/items/42")
            assert answer.headers["vedette-peer"] == "app=catalog;region=us-west-2"
    common = {
        "http.method": "GET", "http.status": "200", "ipc.endpoint": "_items_-", "ipc.protocol": "http_1",
        "ipc.result": "success", "ipc.status": "success",
    }  # fmt: skip
    assert Seen(client).call("ipc.client.call") == common | {
        "ipc.server.app": "catalog", "ipc.server.region": "us-west-2", "ipc.attempt": "initial",
        "ipc.attempt.final": "true",
    }  # fmt: skip
    assert Seen(server).call("ipc.server.call") == common | {
        "ipc.client.app": "api", "ipc.client.region": "us-east-1",
    }  # fmt: skip


def test_calls_have_percentile_buckets_and_a_number_in_flight(server: Agent, url: str) -> None:
    httpx.get(f"{url}/items/slow")
    found: dict[str, float] = {}

    def recorded() -> bool:
        for (name, *pairs), value in measured(server.registry.read(0)).items():
            tags = dict(pairs)
            if value:
                found[f"{name}:{tags.get('percentile', tags['statistic'])}"] = value
        return "ipc.server.call:count" in found

    until(recorded)
    assert found["ipc.server.call:totalTime"] == pytest.approx(SLOW_S, abs=0.25)
    assert sum(value for key, value in found.items() if key.startswith("ipc.server.call:T00")) == 1
    assert found["ipc.server.inflight:max"] == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/items/missing", {"http.status": "404", "ipc.endpoint": "_items_-", "ipc.status": "success"}),
        ("/nowhere", {"http.status": "404", "ipc.endpoint": "unknown", "ipc.status": "success"}),
        ("/items/boom", {"http.status": "500", "ipc.endpoint": "_items_-", "ipc.status": "unexpected_error"}),
        ("/status/503", {"http.status": "503", "ipc.endpoint": "_status_-", "ipc.status": "throttled"}),
        ("/status/400", {"http.status": "400", "ipc.endpoint": "_status_-", "ipc.status": "bad_request"}),
        ("/status/x", {"http.status": "422", "ipc.endpoint": "_status_-", "ipc.status": "bad_request"}),
        ("/sub/deep/name", {"http.status": "200", "ipc.endpoint": "_sub_deep_-", "ipc.status": "success"}),
        ("/stream", {"http.status": "200", "ipc.endpoint": "_stream", "ipc.status": "unexpected_error"}),
    ],
)
def test_a_server_names_its_endpoint_by_the_route_and_its_outcome_by_the_answer(
    server: Agent, url: str, path: str, expected: dict[str, str]
) -> None:
    try:
        answer = httpx.get(f"{url}{path}")
        assert answer.headers["vedette-peer"] == "app=catalog;region=us-west-2"
    except httpx.RemoteProtocolError:
        assert path == "/stream"
    call = Seen(server).call("ipc.server.call")
    assert {key: call[key] for key in expected} == expected
    assert call["ipc.result"] == ("success" if expected["ipc.status"] == "success" else "failure")
    assert "ipc.client.app" not in call, "who does not say who it is has no name"


def test_what_a_server_does_after_its_answer_is_not_part_of_the_call(server: Agent, url: str) -> None:
    httpx.get(f"{url}/background")
    seen = Seen(server)
    seen.call("ipc.server.call")
    assert seen.seconds < SLOW_S


def test_a_method_that_is_none_is_one_value(server: Agent, url: str) -> None:
    httpx.request("PROPFIND", f"{url}/items/1")
    assert Seen(server).call("ipc.server.call")["http.method"] == "OTHER"


def test_a_failed_call_knows_whom_it_was_for(client: Agent) -> None:
    """By the answer that the peer once gave, by settings, or by the host's name."""
    [port, unknown] = free_ports(2)
    with client.instrument_client(httpx.Client()) as asking:
        for url in (f"http://127.0.0.1:{port}/a", f"http://127.0.0.1:{unknown}/a"):
            with pytest.raises(httpx.ConnectError):
                asking.get(url)
    told = agent_of("api", tracing=False, peers={f"127.0.0.1:{port}": "redis@eu-west-1"})
    with told.instrument_client(httpx.Client()) as asking, pytest.raises(httpx.ConnectError):
        asking.get(f"http://127.0.0.1:{port}/a")
    call = Seen(client).call("ipc.client.call", 2)
    assert call == {
        "http.method": "GET", "ipc.attempt": "initial", "ipc.attempt.final": "true", "ipc.endpoint": "_a",
        "ipc.protocol": "http_1", "ipc.result": "failure", "ipc.status": "connection_error",
        "ipc.status.detail": "ConnectError", "ipc.server.app": "127.0.0.1",
    }  # fmt: skip
    call = Seen(told).call("ipc.client.call")
    assert (call["ipc.server.app"], call["ipc.server.region"]) == ("redis", "eu-west-1")


def test_a_service_that_has_died_keeps_the_name_it_gave(server: Agent, client: Agent) -> None:
    asking = client.instrument_client(httpx.Client())
    with served(server.instrument_app(catalog())) as url:
        asking.get(f"{url}/items/1")
    with pytest.raises(httpx.TransportError):
        asking.get(f"{url}/items/1")
    calls = Seen(client).calls("ipc.client.call")
    assert [call["ipc.server.app"] for call in calls] == ["catalog", "catalog"]
    assert {call["ipc.status"] for call in calls} == {"success", "connection_error"}


def test_timeouts_and_cancellations_are_told_apart(client: Agent, url: str) -> None:
    async def ask() -> None:
        async with client.instrument_client(httpx.AsyncClient()) as asking:
            with pytest.raises(httpx.ReadTimeout):
                await asking.get(f"{url}/items/slow", timeout=0.05)
            task = asyncio.create_task(asking.get(f"{url}/items/slow"))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(ask())
    calls = Seen(client).calls("ipc.client.call")
    assert {(call["ipc.status"], call["ipc.status.detail"]) for call in calls} == {
        ("timeout", "ReadTimeout"),
        ("cancelled", "CancelledError"),
    }


def test_a_request_may_say_more_about_itself(client: Agent, url: str) -> None:
    said = {"vedette.endpoint": "/items/{item}", "vedette.attempt": 3, "vedette.attempt.final": False}
    with client.instrument_client(httpx.Client()) as asking:
        for _ in range(2):
            asking.get(f"{url}/status/500", extensions=said)
    call = Seen(client).call("ipc.client.call", 2)
    assert (call["ipc.endpoint"], call["ipc.attempt"], call["ipc.attempt.final"]) == ("_items_-", "third_up", "false")
    assert set(said) == {"vedette.endpoint", "vedette.attempt", "vedette.attempt.final"}, "it is the caller's mapping"


def test_baggage_of_others_is_passed_on(server: Agent, client: Agent, url: str) -> None:
    with client.instrument_client(httpx.Client()) as asking:
        answer = asking.get(f"{url}/items/1", headers={"baggage": "user=7,ipc.client.app=edge"})
    assert answer.request.headers["baggage"] == "user=7,ipc.client.app=api,ipc.client.region=us-east-1"
    assert Seen(server).call("ipc.server.call")["ipc.client.app"] == "api"


def test_a_call_may_be_measured_by_hand(client: Agent) -> None:
    with client.call("cassandra", "read", region="us-east-1", protocol="cql"):
        pass
    with pytest.raises(TimeoutError), client.call("cassandra", "read", region="us-east-1", protocol="cql"):
        raise TimeoutError
    with client.call("cassandra", "read", region="us-east-1", protocol="cql") as call:
        call.status = "throttled"
    calls = Seen(client).calls("ipc.client.call")
    assert sorted(call["ipc.status"] for call in calls) == ["success", "throttled", "timeout"]
    assert {call["ipc.server.app"] for call in calls} == {"cassandra"}
    assert {call["ipc.protocol"] for call in calls} == {"cql"}


def test_instrumenting_twice_counts_once(server: Agent, client: Agent) -> None:
    app = catalog()
    assert server.instrument_app(server.instrument_app(app)) is app
    asking = client.instrument_client(client.instrument_client(httpx.Client()))
    with served(app) as url, asking:
        asking.get(f"{url}/items/1")
    Seen(client).call("ipc.client.call")
    Seen(server).call("ipc.server.call")


def test_an_application_that_has_begun_may_still_be_instrumented(server: Agent) -> None:
    app = catalog()
    with served(app) as url:
        assert "vedette-peer" not in httpx.get(f"{url}/items/1").headers
        server.instrument_app(app)
        assert "vedette-peer" in httpx.get(f"{url}/items/1").headers
    Seen(server).call("ipc.server.call")


def test_any_asgi_application_can_be_wrapped(server: Agent) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    wrapped = server.instrument_app(app)
    assert isinstance(wrapped, IpcMiddleware)
    with served(wrapped) as url:
        assert httpx.get(f"{url}/users/77").text == "ok"
    assert Seen(server).call("ipc.server.call")["ipc.endpoint"] == "_users_-"


def test_a_fault_of_ours_never_reaches_the_service(
    server: Agent, client: Agent, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    for agent in (server, client):
        monkeypatch.setattr(agent.calls, "server_ends", broken)
        monkeypatch.setattr(agent.calls, "server_begins", broken)
        monkeypatch.setattr(agent.calls, "client_ends", broken)
        monkeypatch.setattr(agent.calls, "server_of", broken)
    with client.instrument_client(httpx.Client()) as asking:
        assert asking.get(f"{url}/items/1").json() == {"item": "1"}
        monkeypatch.setattr(client.calls, "client_begins", broken)
        assert asking.get(f"{url}/items/1").json() == {"item": "1"}
    with client.call("cassandra", "read"):
        pass
    assert "could not be recorded" in caplog.text


def test_strangers_cannot_make_series_without_bound(server: Agent) -> None:
    app = server.instrument_app(catalog())

    async def ask() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as stranger:
            for number in range(250):
                name = "a" * (number % 50 + 3) + "b" * (number // 50)
                await stranger.get(f"/{name}", headers={"baggage": f"ipc.client.app=x{number}"})

    asyncio.run(ask())
    tags = Seen(server).calls("ipc.server.call")
    assert len({call["ipc.client.app"] for call in tags}) == 201
    assert OTHERS in {call["ipc.client.app"] for call in tags}
    assert {call["ipc.endpoint"] for call in tags} == {"unknown"}


def test_the_first_values_pass_and_the_others_are_one() -> None:
    limit = FirstValues(2)
    assert [limit(value) for value in "abcacb"] == ["a", "b", OTHERS, "a", OTHERS, "b"]
