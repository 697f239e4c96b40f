"""Databases, through the real instrumentations of OpenTelemetry and through spans as others make them."""

from __future__ import annotations

import sqlite3
import zlib
from typing import Any

import pytest
import sqlalchemy
import urllib3
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.trace import SpanKind, Status, StatusCode

from tests.agents.ipc.seen import Seen, asked
from tests.agents.services import agent_of, catalog
from tests.agents.services import served as by_uvicorn
from vedette_agent import instrumentation
from vedette_agent.agent import Agent
from vedette_agent.ipc.hooks import databases
from vedette_agent.transports import MemoryTransport


def sent(agent: Agent) -> list[Span]:
    """The spans that were sent."""
    assert agent.flush(5)
    transport = agent._given_transport
    assert isinstance(transport, MemoryTransport)
    found = []
    for parcel in transport.sent:
        if parcel.path == "/v1/traces":
            request = ExportTraceServiceRequest.FromString(zlib.decompress(parcel.body, 31))
            found += [span for one in request.resource_spans for scope in one.scope_spans for span in scope.spans]
    return found


def peers(agent: Agent) -> set[str]:
    """The databases as the spans that were sent name them."""
    return {item.value.string_value for span in sent(agent) for item in span.attributes if item.key == "peer.service"}


def span_names(agent: Agent) -> list[str]:
    return [span.name for span in sent(agent)]


def test_a_query_is_a_call(traced: Agent) -> None:
    connection = sqlite3.connect(":memory:")
    connection.cursor().execute("/* why */ select 1").fetchall()
    connection.close()
    assert asked(traced) == {
        "ipc.endpoint": "SELECT", "ipc.protocol": "sqlite", "ipc.result": "success", "ipc.status": "success",
        "ipc.server.app": "sqlite", "ipc.attempt": "initial", "ipc.attempt.final": "true",
    }  # fmt: skip
    assert peers(traced) == {"sqlite"}


def test_a_query_that_fails_is_one_that_failed(traced: Agent) -> None:
    connection = sqlite3.connect(":memory:")
    connection.cursor().execute("create table a (b unique)")
    connection.cursor().execute("insert into a values (1)")
    with pytest.raises(sqlite3.IntegrityError):
        connection.cursor().execute("insert into a values (1)")
    connection.close()
    calls = Seen(traced).some("ipc.client.call", 3)
    [failed] = [call for call in calls if call["ipc.result"] == "failure"]
    assert (failed["ipc.endpoint"], failed["ipc.status"], failed["ipc.status.detail"]) == (
        "INSERT",
        "bad_request",
        "IntegrityError",
    )


def test_a_query_through_sqlalchemy_and_its_driver_counts_once(traced: Agent) -> None:
    """Both make a span, and neither span is the other's parent."""
    assert traced.tracing is not None
    engine = sqlalchemy.create_engine("sqlite://")
    instrumentor = SQLAlchemyInstrumentor()
    instrumentor.instrument(engine=engine, tracer_provider=traced.tracing.provider, skip_dep_check=True)
    with engine.connect() as connection:
        Seen(traced).calls("ipc.client.call")
        connection.execute(sqlalchemy.text("select 1"))
        connection.execute(sqlalchemy.text("select 2"))
    calls = Seen(traced).calls("ipc.client.call")
    assert [call["ipc.endpoint"] for call in calls] == ["SELECT", "SELECT"]
    assert span_names(traced).count("select") == 4, "SQLAlchemy and its driver made a span each"
    engine.dispose()
    instrumentor.uninstrument()


def test_a_database_that_is_asked_over_http_counts_once(traced: Agent) -> None:
    assert traced.tracing is not None
    tracer = traced.tracing.provider.get_tracer("of elasticsearch")
    attributes = {"db.system": "elasticsearch"}
    with (
        by_uvicorn(catalog()) as url,
        urllib3.PoolManager() as pool,
        tracer.start_as_current_span("search", kind=SpanKind.CLIENT, attributes=attributes),
    ):
        pool.request("GET", f"{url}/items/1")
    assert asked(traced)["ipc.endpoint"] == "_items_-"


def test_what_is_not_sampled_is_counted_all_the_same() -> None:
    agent = agent_of("api", trace_ratio=0.0)
    span(agent, {"db.system": "redis"})
    assert asked(agent)["ipc.protocol"] == "redis"
    agent.stop()


def span(agent: Agent, attributes: dict[str, Any], status: Status | None = None, **more: Any) -> None:
    assert agent.tracing is not None
    tracer = agent.tracing.provider.get_tracer("of a driver")
    with tracer.start_as_current_span("work", kind=more.get("kind", SpanKind.CLIENT), attributes=attributes) as one:
        if status is not None:
            one.set_status(status)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {"db.system": "postgresql", "net.peer.name": "db1", "net.peer.port": 5432, "db.statement": "UPDATE x"},
            ("orders-db", "UPDATE", "postgresql"),
        ),
        (
            {"db.system.name": "postgresql", "server.address": "db2", "db.operation.name": "SELECT",
             "db.collection.name": "orders"},
            ("db2", "SELECT_orders", "postgresql"),
        ),
        ({"db.system": "redis", "db.operation": "get"}, ("redis", "GET", "redis")),
        ({"db.system": "redis", "server.address": "cache", "peer.service": "carts"}, ("carts", "unknown", "redis")),
        ({"db.system": "mongodb", "db.statement": "{\"a\": 1}"}, ("mongodb", "unknown", "mongodb")),
    ],
)  # fmt: skip
def test_old_and_stable_names_of_attributes_are_read(attributes: dict[str, Any], expected: tuple[str, ...]) -> None:
    agent = agent_of("api", peers={"db1:5432": "orders-db@eu-west-1"})
    span(agent, attributes)
    call = asked(agent)
    assert (
        call["ipc.server.app"],
        call["ipc.endpoint"],
        call["ipc.protocol"],
    ) == expected
    agent.stop()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("psycopg.errors.QueryCanceled", "cancelled"),
        ("redis.exceptions.TimeoutError", "timeout"),
        ("redis.exceptions.AuthenticationError", "access_denied"),
        ("redis.exceptions.ConnectionError", "connection_error"),
        ("psycopg.OperationalError", "connection_error"),
        ("psycopg.errors.UniqueViolation", "bad_request"),
        ("psycopg.errors.SyntaxError", "bad_request"),
        ("builtins.RuntimeError", "unexpected_error"),
    ],
)
def test_the_error_tells_the_status(error: str, status: str) -> None:
    agent = agent_of("api")
    span(agent, {"db.system": "any", "error.type": error}, Status(StatusCode.ERROR))
    call = asked(agent)
    assert (call["ipc.status"], call["ipc.status.detail"]) == (status, error.rpartition(".")[2])
    agent.stop()


def test_other_spans_are_no_calls() -> None:
    agent = agent_of("api")
    span(agent, {"http.request.method": "GET"})
    span(agent, {"db.system": "redis"}, kind=SpanKind.INTERNAL)
    span(agent, {"rpc.system": "grpc"})
    assert Seen(agent).calls("ipc.client.call") == []
    agent.stop()


def test_spans_that_never_end_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vedette_agent.ipc.spans._MOST", 10)
    agent = agent_of("api")
    assert agent.tracing is not None
    tracer = agent.tracing.provider.get_tracer("leak")
    open_spans = [tracer.start_span("leak", kind=SpanKind.CLIENT) for _ in range(100)]
    assert len(agent.tracing._counting._under_way) == 10
    for one in open_spans:
        one.end()
    agent.stop()


def test_every_database_that_is_waited_for_has_its_instrumentation() -> None:
    """Two lists: the first is read at every start, the second only when one of them is imported."""
    assert set(instrumentation._DATABASES) == set(databases._INSTRUMENTORS)
