from __future__ import annotations

import gzip
import math
from array import array
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from tests.collector.client import Client
from tests.collector.conftest import NOW, Clock
from tests.collector.writers import KeepingWriter
from vedette_agent import wire
from vedette_collector import batch as batch_module
from vedette_collector.known import Registration
from vedette_collector.settings import Settings
from vedette_storage.series import Kind, series_id

STEP = 10_000
END = NOW // STEP * STEP
HEADERS = {"Content-Type": wire.CONTENT_TYPE}
COMMON = {"app": "api", "region": "us-east-1"}
SERIES = [("r", "requests", {"status": "200"}), ("g", "heap", {}), ("r", "requests", {"status": "500"})]


def encoded(
    values: Sequence[float] = (1.0, 2.0, 3.0),
    *,
    table: bytes | None = None,
    step_ms: int = STEP,
    ts_ms: int = END,
    src: int = 7,
) -> bytes:
    table = wire.series_table(COMMON, SERIES) if table is None else table
    return wire.encode(wire.Batch(step_ms, ts_ms, src, 0, table, array("d", values)))


def post(client: Client, body: bytes, **headers: str) -> tuple[int, Any]:
    answer = client.post("/api/v1/batch", body, HEADERS | headers)
    return answer.status_code, answer.json()


def rows(writer: KeepingWriter, count: int) -> list[tuple[str, int, float]]:
    writer.wait_for(count)
    return [
        (row["name"], int(row["ts"].timestamp() * 1000), row["value"])
        for row in sorted(writer.samples.to_pylist(), key=lambda row: (row["ts"], row["value"]))
    ]


def test_a_batch_is_stored_with_its_source_and_its_series(client: Client, writer: KeepingWriter) -> None:
    assert post(client, gzip.compress(encoded()), **{"Content-Encoding": "gzip"}) == (200, {})
    assert rows(writer, 3) == [("requests", END, 1.0), ("heap", END, 2.0), ("requests", END, 3.0)]
    assert set(writer.samples["src"].to_pylist()) == {7}
    expected = [series_id(name, {**COMMON, **tags}, Kind.GAUGE if k == "g" else Kind.RATE) for k, name, tags in SERIES]
    assert writer.samples["series_id"].to_pylist() == expected
    assert writer.series["series_id"].to_pylist() == expected
    assert writer.series["kind"].to_pylist() == ["rate", "gauge", "rate"]
    assert [dict(tags) for tags in writer.series["tags"].to_pylist()] == [{**COMMON, **tags} for _, _, tags in SERIES]
    assert writer.series["app"].to_pylist() == ["api"] * 3


def test_nan_makes_no_row(client: Client, writer: KeepingWriter) -> None:
    assert post(client, encoded([math.nan, 5.0, math.nan])) == (200, {})
    assert rows(writer, 1) == [("heap", END, 5.0)]


def test_a_batch_without_a_value_registers_its_series(client: Client, writer: KeepingWriter) -> None:
    assert post(client, encoded([math.nan] * 3)) == (200, {})
    assert post(client, encoded([])[:0] or encoded([], table=wire.series_table(COMMON, []))) == (200, {})
    assert post(client, encoded()) == (200, {})
    rows(writer, 3)
    assert writer.series.num_rows == 3


def test_a_longer_step_is_written_for_each_step_it_covers(client: Client, writer: KeepingWriter) -> None:
    assert post(client, encoded([1.0, math.nan, 3.0], step_ms=3 * STEP)) == (200, {})
    assert rows(writer, 6) == [("requests", END + at, value) for at in (-2 * STEP, -STEP, 0) for value in (1.0, 3.0)]


def test_a_time_off_the_grid_belongs_to_the_step_that_contains_it(client: Client, writer: KeepingWriter) -> None:
    assert post(client, encoded(ts_ms=END - 1)) == (200, {})
    assert {ts for _, ts, _ in rows(writer, 3)} == {END}


@pytest.mark.parametrize("step_ms", [1, 5_000, 15_000])
def test_a_step_that_does_not_fit_is_refused_with_what_would(client: Client, step_ms: int) -> None:
    sent, fits = f"a step of {step_ms} ms was sent", "this store's step is 10000 ms: send 10000 ms or a multiple of it"
    message = f"A batch with {sent}; {fits}."
    assert post(client, encoded(step_ms=step_ms)) == (400, {"type": "error", "message": message})


def test_a_step_beyond_all_measure_is_refused_before_it_becomes_rows(client: Client) -> None:
    status, answer = post(client, encoded(step_ms=10**12))
    assert status == 413
    assert "at most 2000000 samples over 2160 steps fit" in answer["message"]


def test_too_old_and_from_the_future(client: Client, settings: Settings) -> None:
    old = NOW - settings.max_age_ms - 1
    message = f"data is too old: now = {NOW}, timestamp = {old}, {settings.max_age_ms + 1} > {settings.max_age_ms}"
    assert post(client, encoded(ts_ms=old)) == (400, {"type": "error", "message": message})
    ahead = NOW + settings.max_future_ms + 1
    message = f"data is from future: now = {NOW}, timestamp = {ahead}"
    assert post(client, encoded(ts_ms=ahead)) == (400, {"type": "error", "message": message})
    assert post(client, encoded(ts_ms=ahead - 1)) == (200, {})


def table_of(*rows: list[Any], common: dict[str, str] | None = None) -> bytes:
    return orjson.dumps({"common": common or {}, "series": list(rows)})


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["r", {"name": ""}], "a name has 1 to 255 bytes, found 0: []"),
        (["r", {"name": "é" * 128}], f"a name has 1 to 255 bytes, found 256: [{'é' * 80}]"),
        (["r", {"name": "n", "": "v"}], "a key has 1 to 255 bytes: [] (name=n)"),
        (["r", {"name": "n", "k" * 256: "v"}], f"a key has 1 to 255 bytes: [{'k' * 80}] (name=n)"),
        (["r", {"name": "n", "k": "v" * 1025}], "value too long: k (1025 bytes > 1024) (name=n)"),
        (["g", {"name": "n", **{f"k{i}": "v" for i in range(65)}}], "too many tags: 65 > 64 (name=n)"),
    ],
)
def test_a_series_that_storage_cannot_hold_costs_only_itself(
    client: Client, writer: KeepingWriter, row: list[Any], sentence: str
) -> None:
    table = table_of(["r", {"name": "good"}], row)
    for _ in range(2):  # the second time from memory
        assert post(client, encoded([1.0, 2.0], table=table)) == (
            202,
            {"type": "partial", "errorCount": 1, "message": [sentence]},
        )
    writer.wait_for(2)
    assert writer.samples["name"].to_pylist() == ["good"] * 2
    assert writer.series["name"].to_pylist() == ["good"]
    assert post(client, encoded([2.0], table=table_of(row)))[0] == 400


def test_what_storage_can_just_hold_is_held(client: Client) -> None:
    tags = {f"{i:03}" + "é" * 126: "é" * 512 for i in range(64)}
    assert post(client, encoded([1.0], table=table_of(["r", {"name": "n" * 255, **tags}]))) == (200, {})


def test_a_series_twice_in_a_table_is_one(client: Client, writer: KeepingWriter) -> None:
    table = table_of(["r", {"name": "r"}], ["g", {"name": "g"}], ["r", {"name": "r"}], ["g", {"name": "g"}])
    assert post(client, encoded([5.0, 6.0, 3.0, 4.0], table=table)) == (200, {})
    assert sorted(rows(writer, 2)) == [("g", END, 6.0), ("r", END, 3.0)]
    assert writer.series.num_rows == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"VDTB",
        encoded()[:-1],
        encoded()[:8] + (4_097).to_bytes(4, "little") + encoded()[12:] + bytes(8_192),
        encoded() + b"\0" * 8,
        b"XXXX" + encoded()[4:],
        encoded()[:4] + b"\2" + encoded()[5:],
        encoded([1.0]),
        encoded(table=b"{}"),
        encoded(table=b"[]"),
        encoded([1.0], table=table_of(["c", {"name": "n"}])),
        encoded([1.0], table=table_of(["r", {"name": 5}])),
        encoded([1.0], table=b'{"common":{},"series":[["r",{"name":"\\ud800"}]]}'),
    ],
)
def test_a_malformed_batch_is_a_400_with_a_sentence(client: Client, body: bytes) -> None:
    status, answer = post(client, body)
    assert (status, answer["type"]) == (400, "error")
    assert answer["message"].endswith(".")


@pytest.mark.parametrize("content_type", ["application/json", "application/octet-stream", ""])
def test_another_content_type_is_sent_elsewhere(client: Client, content_type: str) -> None:
    status, answer = post(client, encoded(), **{"Content-Type": content_type})
    assert status == 415
    assert wire.CONTENT_TYPE in answer["message"]


def test_a_table_is_registered_once_and_again_after_an_hour(
    client: Client, writer: KeepingWriter, clock: Clock, settings: Settings
) -> None:
    for late_ms in (0, STEP, settings.register_every_ms):
        clock.now_ms = NOW + late_ms
        assert post(client, encoded(ts_ms=END + late_ms)) == (200, {})
    rows(writer, 9)
    assert writer.series.num_rows == 6


def test_a_known_table_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = batch_module.BatchReceiver(Settings(), Registration(3_600_000))
    receiver.receive(encoded(), NOW).on_durable()

    def never(table: bytes) -> list[wire.TableSeries]:
        raise AssertionError("the table was parsed again")

    monkeypatch.setattr(wire, "parse_table", never)
    assert receiver.receive(encoded(), NOW).block.samples.num_rows == 3


def test_forgetting_tables_changes_nothing_but_work() -> None:
    small = batch_module.BatchReceiver(Settings(table_bytes=4_500), Registration(3_600_000))
    tables = [table_of(["r", {"name": f"n{i}"}]) for i in range(5)]
    first = [small.receive(encoded([1.0], table=table), NOW).block.samples for table in tables]
    again = [small.receive(encoded([1.0], table=table), NOW).block.samples for table in tables]
    assert first == again
    assert len(small._tables) == 3


def test_accepted_values_are_counted_as_the_sender_counts_them(client: Client, registry: CollectorRegistry) -> None:
    post(client, encoded([1.0, math.nan, 3.0], step_ms=2 * STEP))
    assert registry.get_sample_value("vedette_collector_accepted_total", {"protocol": "batch"}) == 3
