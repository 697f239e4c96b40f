"""Tracing: one trace across two real services, sent as OTLP, with every agent its own identity."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry import propagate, trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import TracerProvider

from tests.agents.services import agent_of, api, catalog, served
from tests.agents.stand_in import Reply, StandIn
from tests.support.ports import free_ports
from tests.support.waiting import until
from vedette_agent.agent import Agent
from vedette_agent.settings import Settings
from vedette_agent.tracing import Tracing
from vedette_agent.transports import MemoryTransport, Parcel


def spans_in(parcels: list[Parcel]) -> list[tuple[dict[str, str], Span]]:
    """Every span that was sent, with the attributes of its resource."""
    found = []
    for parcel in parcels:
        if parcel.path != "/v1/traces":
            continue
        assert parcel.content_type == "application/x-protobuf"
        request = ExportTraceServiceRequest.FromString(zlib.decompress(parcel.body, 31))
        for part in request.resource_spans:
            resource = {item.key: item.value.string_value for item in part.resource.attributes}
            found += [(resource, span) for scope in part.scope_spans for span in scope.spans]
    assert sum(parcel.items for parcel in parcels if parcel.path == "/v1/traces") == len(found)
    return found


def attributes(span: Span) -> dict[str, Any]:
    return {item.key: item.value.string_value or item.value.int_value for item in span.attributes}


def started(app: str, region: str, **more: Any) -> tuple[Agent, MemoryTransport]:
    transport = MemoryTransport()
    settings = Settings(app=app, region=region, node=f"{app}-1", process_metrics=False, **more)
    return Agent(settings, transport=transport).start(), transport


@pytest.fixture
def pair() -> Iterator[tuple[Agent, MemoryTransport, Agent, MemoryTransport]]:
    first, first_sent = started("api", "us-east-1", zone="us-east-1c", env="test")
    second, second_sent = started("catalog", "us-west-2")
    yield first, first_sent, second, second_sent
    first.stop()
    second.stop()


def test_one_trace_crosses_two_services(pair: tuple[Agent, MemoryTransport, Agent, MemoryTransport]) -> None:
    front, front_sent, back, back_sent = pair
    with served(back.instrument_app(catalog())) as back_url:
        asking = front.instrument_client(httpx.AsyncClient(base_url=back_url))
        with served(front.instrument_app(api(asking))) as front_url:
            assert httpx.get(f"{front_url}/home/42").json() == 200
    assert front.flush(5)
    assert back.flush(5)
    spans = {
        (resource["service.name"], span.kind): (resource, span)
        for resource, span in spans_in(front_sent.sent + back_sent.sent)
    }
    assert len(spans) == 3
    resource, entry = spans["api", Span.SPAN_KIND_SERVER]
    _, call = spans["api", Span.SPAN_KIND_CLIENT]
    other, answer = spans["catalog", Span.SPAN_KIND_SERVER]
    assert entry.trace_id == call.trace_id == answer.trace_id
    assert (entry.parent_span_id, call.parent_span_id, answer.parent_span_id) == (b"", entry.span_id, call.span_id)
    assert entry.name == "GET /home/{item}"
    assert answer.name == "GET /items/{item}"
    assert attributes(answer)["http.response.status_code"] == 200
    assert attributes(answer)["http.route"] == "/items/{item}"
    assert attributes(call)["peer.service"] == "catalog"
    assert {key: resource[key] for key in resource if not key.startswith("telemetry")} == {
        "service.name": "api",
        "service.instance.id": "api-1",
        "cloud.region": "us-east-1",
        "cloud.availability_zone": "us-east-1c",
        "deployment.environment.name": "test",
    }
    assert other["cloud.region"] == "us-west-2"


def test_an_error_of_the_server_is_one_in_its_span(pair: tuple[Agent, MemoryTransport, Agent, MemoryTransport]) -> None:
    _, _, back, sent = pair
    with served(back.instrument_app(catalog())) as url:
        httpx.get(f"{url}/items/boom")
    assert back.flush(5)
    [(_, span)] = spans_in(sent.sent)
    assert span.status.code == 2
    assert [event.name for event in span.events] == ["exception"]


def test_a_hop_names_itself_although_tracing_passes_baggage_on(
    pair: tuple[Agent, MemoryTransport, Agent, MemoryTransport],
) -> None:
    """OpenTelemetry injects the baggage that came in, with the caller's caller in it, after a client's own headers."""
    front = pair[0]
    heard = []

    async def listen(scope: Any, receive: Any, send: Any) -> None:
        heard.append(dict(scope["headers"])[b"baggage"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    with served(listen) as url:
        asking = front.instrument_client(httpx.AsyncClient(base_url=url))
        with served(front.instrument_app(api(asking))) as front_url:
            httpx.get(f"{front_url}/home/1", headers={"baggage": "user=7,ipc.client.app=edge"})
    assert heard == [b"user=7,ipc.client.app=api,ipc.client.region=us-east-1"]


def test_a_dead_peer_has_its_name_in_the_span_of_who_asked() -> None:
    [port] = free_ports(1)
    agent, transport = started("api", "us-east-1", peers={f"127.0.0.1:{port}": "cassandra"})
    with agent.instrument_client(httpx.Client()) as asking, pytest.raises(httpx.ConnectError):
        asking.get(f"http://127.0.0.1:{port}/")
    agent.stop()
    [(_, span)] = spans_in(transport.sent)
    assert attributes(span)["peer.service"] == "cassandra"
    assert span.status.code == 2


def test_sending_spans_makes_no_spans_and_no_calls() -> None:
    """Neither the agent's own transport nor a client library below it may be measured, or it would never end."""
    with StandIn() as stand_in:
        agent = Agent(Settings(app="api", url=stand_in.url, process_metrics=False)).start()
        assert agent.tracing is not None
        for _ in range(3):
            with agent.tracing.provider.get_tracer("test").start_as_current_span("work"):
                pass
            assert agent.flush(5)
        agent.stop()
        sent = [Parcel(one.path, one.headers["content-type"], one.body, 1) for one in stand_in.received]
    assert [span.name for _, span in spans_in([one for one in sent if one.path == "/v1/traces"])] == ["work"] * 3
    assert not any(b"ipc.client.call" in batch.table for batch in stand_in.batches())


def test_an_outage_is_one_warning_and_what_is_lost_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with StandIn(lambda _: Reply(503)) as stand_in:
        settings = Settings(app="api", url=stand_in.url, process_metrics=False, max_unsent_batches=2)
        agent = Agent(settings).start()
        assert agent.tracing is not None
        tracer = agent.tracing.provider.get_tracer("test")
        for _ in range(6):
            with tracer.start_as_current_span("work"):
                pass
            agent.tracing.flush()
        assert agent.ledger.items["traces", "overflow"] == 4
        until(lambda: "Batches wait for the collector" in caplog.text)
        agent.stop(1)
    assert agent.ledger.items["traces", "stopped"] == 2
    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1


def test_spans_that_cannot_be_encoded_are_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    agent, _ = started("api", "")
    assert agent.tracing is not None
    monkeypatch.setattr("vedette_agent.tracing.encode_spans", lambda _: 1 / 0)
    with agent.tracing.provider.get_tracer("test").start_as_current_span("work"):
        pass
    agent.stop()
    assert agent.ledger.items["traces", "encoding"] == 1
    assert "could not be encoded" in caplog.text


def test_a_share_of_the_traces_can_be_kept() -> None:
    agent, transport = started("api", "", trace_ratio=0.0)
    assert agent.tracing is not None
    with agent.tracing.provider.get_tracer("test").start_as_current_span("work"):
        pass
    agent.stop()
    assert spans_in(transport.sent) == []


@pytest.mark.parametrize("how", ["setting", "environment"])
def test_tracing_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "environment":
        monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    agent = agent_of("api", tracing=how == "environment")
    assert agent.tracing is None
    with agent.instrument_client(httpx.Client()) as client, pytest.raises(httpx.UnsupportedProtocol):
        client.get("nowhere")


def test_agents_do_not_touch_what_is_global() -> None:
    before = trace.get_tracer_provider()
    agent, _ = started("api", "")
    assert trace.get_tracer_provider() is before
    assert agent.tracing is not None
    assert isinstance(agent.tracing.provider, TracerProvider)
    assert {"traceparent", "baggage"} <= set(propagate.get_global_textmap().fields)
    agent.stop()


def test_two_agents_trace_side_by_side() -> None:
    """As in a process that hosts several services: each span goes out under the name of the agent it belongs to."""
    agents = [started(name, "") for name in ("one", "two", "three")]
    for agent, _ in agents:
        with served(agent.instrument_app(catalog())) as url, agent.instrument_client(httpx.Client()) as client:
            client.get(f"{url}/items/1")
    for agent, transport in agents:
        agent.stop()
        spans = spans_in(transport.sent)
        assert {resource["service.name"] for resource, _ in spans} == {agent.settings.app}
        assert sorted(span.kind for _, span in spans) == [Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT]


def test_the_class_is_what_the_agent_uses() -> None:
    assert isinstance(agent_of("api").tracing, Tracing)
