"""The exposition over HTTP."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.agents.prometheus.parsed import Values, read_openmetrics, values
from vedette_agent.bridges import prometheus
from vedette_agent.bridges.prometheus import OPENMETRICS, PLAIN, Meters, exposition, negotiate
from vedette_agent.registry import Registry

PROMETHEUS_ASKS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;"
    "version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.totals()
    registry.counter("orders", {"kind": "express"}).increment(3)
    for number in range(50):
        registry.gauge("depth", {"queue": f"q{number}"}).set(number)
    return registry


@pytest.fixture
def url(registry: Registry) -> Iterator[str]:
    server, thread = prometheus.start_http_server(0, registry=registry)
    yield f"http://127.0.0.1:{server.server_port}/metrics"
    server.shutdown()
    server.server_close()
    thread.join(5)


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[Any, bytes]:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    with urllib.request.urlopen(urllib.request.Request(url, method=method, headers=named), timeout=10) as answer:
        return answer.headers, answer.read()


def read_plain(text: str) -> Values:
    return values(text_string_to_metric_families(text))


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", PLAIN),
        ("*/*", PLAIN),
        ("text/plain", PLAIN),
        ("text/html,application/xhtml+xml", PLAIN),
        (PROMETHEUS_ASKS, OPENMETRICS),
        ("application/openmetrics-text", OPENMETRICS),
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", OPENMETRICS),
        ("application/openmetrics-text;version=2.0.0", PLAIN),
        ("application/openmetrics-text;q=0.2,text/plain;q=0.9", PLAIN),
        ("application/openmetrics-text;q=0,text/plain;q=0.1", PLAIN),
        ("application/openmetrics-text;q=nonsense", PLAIN),
        (";;;,,=", PLAIN),
    ],
)
def test_the_format_is_what_the_scraper_likes_best(accept: str, wanted: object) -> None:
    assert negotiate(accept) is wanted


def test_a_server_answers_in_both_formats_and_compresses(url: str) -> None:
    headers, body = fetch(url)
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert read_plain(body.decode())["orders_total", (("kind", "express"),)] == 3.0
    headers, body = fetch(url, Accept=PROMETHEUS_ASKS, Accept_Encoding="gzip, deflate")
    assert headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert headers["Content-Encoding"] == "gzip"
    assert read_openmetrics(gzip.decompress(body).decode())["orders_total", (("kind", "express"),)] == 3.0
    headers, _ = fetch(url, Accept_Encoding="gzip;q=0")
    assert headers["Content-Encoding"] is None


def test_only_some_names_and_no_other_methods(url: str) -> None:
    _, body = fetch(f"{url}?name[]=orders_total&name[]=never")
    assert read_plain(body.decode()) == {("orders_total", (("kind", "express"),)): 3.0}
    headers, body = fetch(url, method="HEAD")
    assert (body, int(headers["Content-Length"]) > 100) == (b"", True)
    headers, body = fetch(url, method="OPTIONS")
    assert headers["Allow"] == "OPTIONS,GET,HEAD"
    with pytest.raises(urllib.error.HTTPError, match="405"):
        fetch(url, method="POST")


def test_an_asgi_application_answers_the_same(registry: Registry) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    app = prometheus.make_asgi_app(registry)
    scope = {"type": "http", "method": "GET", "query_string": b"name[]=orders_total", "headers": []}
    asyncio.run(app({**scope, "headers": [(b"accept", PROMETHEUS_ASKS.encode())]}, receive, send))
    start, body = sent
    assert start["status"] == 200
    assert dict(start["headers"])[b"content-type"].startswith(b"application/openmetrics-text")
    assert read_openmetrics(body["body"].decode()) == {("orders_total", (("kind", "express"),)): 3.0}


def test_all_there_is_in_the_process_is_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    metric = prometheus.Counter("serving_test", "S")
    try:
        metric.inc(2)
        found = read_openmetrics(exposition(accept=PROMETHEUS_ASKS))
        assert found["serving_test_total", ()] == 2.0
        assert found["process_cpu_seconds_total", ()] > 0
        assert ("python_gc_collections_total", (("generation", "2"),)) in found
        assert read_plain(prometheus.generate_latest().decode()).keys() >= found.keys() - {("target_info", ())}
    finally:
        prometheus.REGISTRY.unregister(metric)


def test_theirs_exposes_ours_and_ours_theirs(registry: Registry) -> None:
    theirs = prometheus_client.CollectorRegistry()
    theirs.register(Meters(registry))  # type: ignore[arg-type]  # its families are not theirs, but have their shape
    assert theirs.get_sample_value("orders_total", {"kind": "express"}) == 3.0
    assert exposition(theirs).encode() == prometheus_client.generate_latest(theirs)


def test_it_works_without_prometheus_client_and_imports_no_server_for_it() -> None:
    code = """
import sys
sys.modules["prometheus_client"] = None
from vedette_agent.bridges.prometheus import Counter, exposition, publish
Counter("c", "C").inc()
assert "c_total 1.0" in exposition()
try:
    publish()
except ImportError as error:
    assert "vedette-agent[prometheus]" in str(error)
else:
    raise AssertionError
assert not {"asyncio", "http.server", "wsgiref.simple_server"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_an_agent_that_is_scraped_sends_the_same_steps() -> None:
    code = """
import vedette_agent
from vedette_agent import MemoryTransport, wire
from vedette_agent.bridges.prometheus import Counter, exposition
import gzip
early = Counter("early", "E")
early.inc(3)
transport = MemoryTransport()
agent = vedette_agent.start(app="a", transport=transport, tracing=False)
vedette_agent.counter("native").increment(4)
assert 'early_total 3.0' in exposition()
assert 'native_total 4.0' in exposition()
vedette_agent.stop()
batches = [wire.decode(gzip.decompress(parcel.body)) for parcel in transport.sent if parcel.path.endswith("batch")]
found = {}
for batch in batches:
    for row, value in zip(wire.parse_table(batch.table), batch.values):
        if row.name in ("early_total", "native") and value == value:
            found[row.name] = found.get(row.name, 0) + value * batch.step_ms / 1000
assert found == {"early_total": 3.0, "native": 4.0}, found
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
