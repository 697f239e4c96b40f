from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Final

import hypothesis
import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from tests.collector.client import Client
from tests.collector.conftest import NOW
from tests.collector.serve import build
from tests.collector.writers import AwayWriter, KeepingWriter
from tests.support.waiting import until
from vedette_agent import wire
from vedette_collector.app import Collector
from vedette_collector.errors import JournalOwned
from vedette_collector.settings import Settings
from vedette_storage.errors import Refused

GOOD: Final = orjson.dumps({"metrics": [{"tags": {"name": "a.b"}, "timestamp": NOW, "value": 1.0}]})
RECEIVERS: Final = [
    ("/api/v1/publish", "application/json"),
    ("/api/v1/batch", wire.CONTENT_TYPE),
    ("/v1/traces", "application/json"),
    ("/v1/traces", "application/x-protobuf"),
]
FUZZ: Final = hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.sampled_from(["name", "NaN", NOW])
)
FIELDS = st.sampled_from(
    [
        *("tags", "metrics", "name", "timestamp", "value", "start", "values", "common", "series"),
        *("resourceSpans", "resource", "attributes", "scopeSpans", "scope", "spans", "traceId", "spanId", "kind"),
        *("startTimeUnixNano", "endTimeUnixNano", "status", "code", "events", "links", "key"),
        *("stringValue", "intValue", "doubleValue", "arrayValue", "kvlistValue"),
    ]
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS | st.text(max_size=3), inner, max_size=5),
    max_leaves=20,
)
POINTS = st.fixed_dictionaries(
    {}, optional={"tags": DOCUMENTS, "timestamp": SCALARS, "value": SCALARS, "start": SCALARS, "values": DOCUMENTS}
)


@pytest.mark.parametrize(("path", "content_type"), RECEIVERS)
@given(body=st.binary(max_size=200))
@FUZZ
def test_no_bytes_make_an_internal_error(client: Client, path: str, content_type: str, body: bytes) -> None:
    for encoding in ("identity", "gzip", "deflate"):
        answer = client.post(path, body, {"Content-Type": content_type, "Content-Encoding": encoding})
        assert answer.status_code in (200, 202, 400)


@pytest.mark.parametrize(("path", "content_type"), RECEIVERS[:1] + RECEIVERS[2:3])
@given(document=DOCUMENTS | st.fixed_dictionaries({"metrics": st.lists(POINTS)}, optional={"tags": DOCUMENTS}))
@FUZZ
def test_no_json_makes_an_internal_error(client: Client, path: str, content_type: str, document: object) -> None:
    body = json.dumps(document).encode()
    answer = client.post(path, gzip.compress(body), {"Content-Type": content_type, "Content-Encoding": "gzip"})
    assert answer.status_code in (200, 202, 400)


@given(
    table=st.binary(max_size=40) | DOCUMENTS.map(lambda each: json.dumps(each).encode()),
    head=st.fixed_dictionaries(
        {field: st.integers(-1, 1 << 63) | SCALARS for field in ("step", "ts", "src", "seq", "count")}
    ),
    values=st.binary(max_size=32),
)
@FUZZ
def test_no_batch_makes_an_internal_error(client: Client, table: bytes, head: dict[str, object], values: bytes) -> None:
    encoded = json.dumps(head).encode()
    lengths = len(encoded).to_bytes(4, "little") + len(table).to_bytes(4, "little")
    body = wire.MAGIC + bytes([wire.VERSION, 0, 0, 0]) + lengths + encoded + table + values
    answer = client.post("/api/v1/batch", body, {"Content-Type": wire.CONTENT_TYPE})
    assert answer.status_code in (200, 202, 400, 413)


def test_many_at_once_are_all_stored(client: Client, writer: KeepingWriter) -> None:
    bodies = [
        orjson.dumps({"metrics": [{"tags": {"name": f"name.{i}"}, "timestamp": NOW, "value": i}]}) for i in range(40)
    ]
    assert client.post_together("/api/v1/publish", bodies) == [200] * 40
    writer.wait_for(40)
    assert sorted(writer.samples["value"].to_pylist()) == list(range(40))


def collector_in(directory: Path, writer: KeepingWriter | AwayWriter, settings: Settings) -> Collector:
    return Collector(writer, directory, settings, now_ms=lambda: NOW, registry=CollectorRegistry())


def test_one_request_too_many_is_told_when_to_come_back(tmp_path: Path) -> None:
    collector = collector_in(tmp_path, KeepingWriter(), Settings(max_requests=2, retry_after_s=7))
    collector.start()
    client = Client(build(collector, CollectorRegistry()))
    statuses = client.post_together("/api/v1/publish", [GOOD] * 12)
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= 2
    client.close()
    collector.stop()


def test_a_full_journal_is_a_503_with_retry_after_until_there_is_room(tmp_path: Path) -> None:
    collector = collector_in(tmp_path, AwayWriter(), Settings(journal_limit=1, segment_age_s=0.01, retry_after_s=7))
    collector.start()
    client = Client(build(collector, CollectorRegistry()))
    assert client.post("/api/v1/publish", GOOD).status_code == 200
    for path, content_type in RECEIVERS:
        answer = client.post(path, GOOD, {"Content-Type": content_type})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
        assert b"the journal is full" in answer.content
    assert "the journal is full" in (collector.ready() or "")
    collector.stop()

    writer = KeepingWriter()
    again = collector_in(tmp_path, writer, Settings(journal_limit=1))
    again.start()
    writer.wait_for(1)
    until(lambda: again.ready() is None)
    client.close()
    again.stop()


def test_a_collector_that_does_not_run_says_so(client: Client, collector: Collector) -> None:
    assert collector.ready() is None
    collector.stop()
    assert collector.ready() == "The collector is not running."
    answer = client.post("/api/v1/publish", GOOD)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    collector.stop()  # a second time changes nothing


def test_stopping_loads_what_was_acknowledged(client: Client, collector: Collector, writer: KeepingWriter) -> None:
    assert client.post("/api/v1/publish", GOOD).status_code == 200
    collector.stop()
    assert writer.samples.num_rows == 1


def test_a_journal_has_one_collector(tmp_path: Path) -> None:
    first, second = (collector_in(tmp_path, KeepingWriter(), Settings()) for _ in range(2))
    first.start()
    with pytest.raises(JournalOwned, match="belongs to another process"):
        second.start()
    first.stop()
    second.start()
    second.stop()


def test_after_a_refused_block_its_series_are_registered_again(
    client: Client, writer: KeepingWriter, caplog: pytest.LogCaptureFixture
) -> None:
    writer.failures.append(Refused("no"))
    with caplog.at_level(logging.CRITICAL):
        assert client.post("/api/v1/publish", GOOD).status_code == 200
        until(lambda: "quarantined_segments 1.0" in client.get("/metrics").text)
        assert client.post("/api/v1/publish", GOOD).status_code == 200
        writer.wait_for(1)
    assert writer.series["name"].to_pylist() == ["a.b"]


def test_its_own_health_is_told(client: Client, writer: KeepingWriter) -> None:
    client.post("/api/v1/publish", GOOD)
    writer.wait_for(1)
    until(lambda: "vedette_collector_rows_written_total 1.0" in client.get("/metrics").text)
    until(lambda: "vedette_collector_journal_bytes 0.0" in client.get("/metrics").text)
    text = client.get("/metrics").text
    assert "vedette_collector_commit_seconds_count 1.0" in text
    assert f'vedette_collector_received_bytes_total{{protocol="publish"}} {float(len(GOOD))}' in text


def test_the_addresses_are_documented(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {"/api/v1/publish", "/api/v1/batch", "/v1/traces"}
    assert all(set(each["post"]["responses"]) >= {"200", "400", "413", "415", "503"} for each in paths.values())
