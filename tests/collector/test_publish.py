from __future__ import annotations

import json
import math
from typing import Any

import orjson
import pytest

from tests.collector.client import Client
from tests.collector.conftest import NOW, Clock
from tests.collector.writers import KeepingWriter
from vedette_collector.app import Collector
from vedette_collector.known import Registration
from vedette_collector.publish import PublishReceiver
from vedette_collector.settings import Settings
from vedette_storage.series import Kind, series_id

STEP = 10_000
END = -(-NOW // STEP) * STEP


def point(name: str = "a.b", value: Any = 1.0, timestamp: Any = NOW, **tags: Any) -> dict[str, Any]:
    return {"tags": {"name": name, **tags}, "timestamp": timestamp, "value": value}


def post(client: Client, *metrics: Any, **top: Any) -> tuple[int, Any]:
    answer = client.post("/api/v1/publish", json.dumps({"metrics": list(metrics), **top}).encode())
    return answer.status_code, answer.json() if answer.content else None


def post_raw(client: Client, body: bytes, **headers: str) -> tuple[int, Any]:
    answer = client.post("/api/v1/publish", body, headers)
    return answer.status_code, answer.json() if answer.content else None


def stored(writer: KeepingWriter, rows: int) -> list[dict[str, Any]]:
    writer.wait_for(rows)
    return list(writer.samples.to_pylist())


def test_a_good_datapoint_is_answered_with_an_empty_200_and_stored_at_the_end_of_its_step(
    client: Client, writer: KeepingWriter
) -> None:
    assert post(client, point(value=42.5, app="www")) == (200, None)
    [row] = stored(writer, 1)
    assert (row["name"], row["src"], row["value"]) == ("a.b", 0, 42.5)
    assert row["ts"].timestamp() * 1000 == END
    assert row["series_id"] == series_id("a.b", {"app": "www"}, Kind.RATE)
    [series] = writer.series.to_pylist()
    assert series["series_id"] == row["series_id"]
    assert (series["name"], series["kind"], series["app"], dict(series["tags"])) == (
        "a.b",
        "rate",
        "www",
        {"app": "www"},
    )


def test_the_old_path_is_the_same(client: Client) -> None:
    assert client.post("/api/v1/publish-fast", content=orjson.dumps({"metrics": [point()]})).status_code == 200


def test_tags_of_a_datapoint_override_the_common_ones(client: Client, writer: KeepingWriter) -> None:
    assert post(client, point(region="west"), tags={"region": "east", "app": "www"}) == (200, None)
    stored(writer, 1)
    assert dict(writer.series.to_pylist()[0]["tags"]) == {"app": "www", "region": "west"}


def test_a_gauge_keeps_its_tag_and_is_a_gauge(client: Client, writer: KeepingWriter) -> None:
    post(client, point(**{"atlas.dstype": "gauge"}))
    stored(writer, 1)
    [series] = writer.series.to_pylist()
    assert (series["kind"], dict(series["tags"])) == ("gauge", {"atlas.dstype": "gauge"})


@pytest.mark.parametrize("value", ["NaN", " NaN "])
def test_nan_is_fine_and_stored_nowhere(client: Client, writer: KeepingWriter, value: str) -> None:
    assert post(client, point(value=value), point("other", 2.0)) == (200, None)
    assert [row["name"] for row in stored(writer, 1)] == ["other"]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (-0.5, -0.5),
        ("42", 42.0),
        (" 4.25e1 ", 42.5),
        ("1d", 1.0),
        ("1.f", 1.0),
        (".5", 0.5),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
    ],
)
def test_a_value_is_a_number_or_a_text_that_java_reads(
    client: Client, writer: KeepingWriter, value: Any, number: float
) -> None:
    assert post(client, point(value=value)) == (200, None)
    assert stored(writer, 1)[0]["value"] == number


@pytest.mark.parametrize("value", [True, None, [], {}, "", "abc", "1_000", "inf", "nan", "0x", "1e", "١"])
def test_any_other_value_makes_the_body_malformed(client: Client, value: Any) -> None:
    status, answer = post(client, point(), point(value=value))
    assert status == 400
    assert answer["type"] == "error"


@pytest.mark.parametrize("timestamp", [1.5, "1790000000000", True, None, [], 1 << 63, -(1 << 63) - 1])
def test_a_timestamp_is_a_whole_number_of_64_bits(client: Client, timestamp: Any) -> None:
    assert post(client, point(timestamp=timestamp))[0] == 400


def test_start_and_values_are_an_older_spelling(client: Client, writer: KeepingWriter) -> None:
    old = {"tags": {"name": "old"}, "start": NOW, "values": [7.5, 8.5]}
    assert post(client, old) == (200, None)
    [row] = stored(writer, 1)
    assert (row["value"], row["ts"].timestamp() * 1000) == (7.5, END)


def test_the_later_spelling_wins(client: Client, writer: KeepingWriter) -> None:
    body = {"tags": {"name": "old"}, "timestamp": 1, "start": NOW, "values": 7.5, "value": 9.0}
    assert post(client, body) == (200, None)
    assert stored(writer, 1)[0]["value"] == 9.0


@pytest.mark.parametrize("values", [[], [[1.0]], 5, None, {}])
def test_other_old_values_are_malformed(client: Client, values: Any) -> None:
    assert post(client, {"tags": {"name": "old"}, "start": NOW, "values": values})[0] == 400


def test_unknown_fields_of_a_datapoint_are_ignored(client: Client) -> None:
    assert post(client, {**point(), "extra": {"a": [1]}}) == (200, None)


def test_an_unknown_field_at_the_top_is_refused(client: Client) -> None:
    assert post_raw(client, b'{"foo":"bar"}') == (
        400,
        {"type": "error", "message": "IllegalArgumentException: invalid field: 'foo'"},
    )


def test_tag_values_that_are_not_texts_are_dropped(client: Client, writer: KeepingWriter) -> None:
    assert post(client, point(gone=None, number=5), tags={"also": None}) == (200, None)
    stored(writer, 1)
    assert dict(writer.series.to_pylist()[0]["tags"]) == {}


@pytest.mark.parametrize("body", [b"{}", b"[]", b"42", b'{"metrics":[]}', b'{"tags":{"a":"b"}}'])
def test_no_datapoints_is_an_empty_payload(client: Client, body: bytes) -> None:
    assert post_raw(client, body) == (400, {"type": "error", "message": "empty payload"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'{"metrics":{}}',
        b'{"metrics":null}',
        b'{"metrics":[1]}',
        b'{"metrics":[{"tags":[]}],"tags":5}',
        b'{"metrics":[{"tags":{"name":{"a":"b"}}}]}',
        b'{"metrics":[{"tags":{"name":"\\ud800"}}]}',
        b"[" * 5_000,
    ],
)
def test_a_malformed_body_is_a_400_with_a_sentence(client: Client, body: bytes) -> None:
    status, answer = post_raw(client, body)
    assert status == 400
    assert answer["type"] == "error"
    assert answer["message"]


def test_too_old(client: Client, settings: Settings) -> None:
    stamp = NOW - settings.max_age_ms - 1
    assert post(client, point(timestamp=stamp)) == (
        400,
        {
            "type": "error",
            "errorCount": 1,
            "message": [
                f"data is too old: now = {NOW}, timestamp = {stamp}, {settings.max_age_ms + 1} > {settings.max_age_ms}"
                ' (tags={"name":"a.b"})'
            ],
        },
    )
    assert post(client, point(timestamp=stamp + 1)) == (200, None)


def test_from_the_future_is_more_than_one_step_ahead(client: Client) -> None:
    stamp = NOW + STEP + 1
    message = f'data is from future: now = {NOW}, timestamp = {stamp} (tags={{"name":"a.b"}})'
    assert post(client, point(timestamp=stamp)) == (400, {"type": "error", "errorCount": 1, "message": [message]})
    assert post(client, point(timestamp=stamp - 1)) == (200, None)


def test_a_missing_timestamp_is_minus_one(client: Client, settings: Settings) -> None:
    status, answer = post(client, {"tags": {"name": "a.b"}, "value": 1.0})
    assert status == 400
    assert f"timestamp = -1, {NOW + 1} > {settings.max_age_ms}" in answer["message"][0]


def test_age_is_checked_before_the_rules(client: Client) -> None:
    status, answer = post(client, {"tags": {"bad": ""}, "timestamp": 5, "value": 1.0})
    assert status == 400
    assert answer["message"][0].startswith("data is too old: ")
    assert answer["message"][0].endswith('(tags={"bad":""})')


def test_good_ones_are_stored_beside_bad_ones(client: Client, writer: KeepingWriter) -> None:
    nameless = {"tags": {"no-name": "x"}, "timestamp": NOW, "value": 1.0}
    assert post(client, nameless, point(value=3.0)) == (
        202,
        {"type": "partial", "errorCount": 1, "message": ['missing key \'name\' (tags={"no-name":"x"})']},
    )
    assert [row["value"] for row in stored(writer, 1)] == [3.0]


def test_five_refusals_are_spelt_out_in_the_order_of_the_body_and_all_are_counted(client: Client) -> None:
    metrics = [point(f"bad {i}", timestamp=NOW if i % 2 else 1) for i in range(7)]
    status, answer = post(client, *metrics)
    assert (status, answer["errorCount"], len(answer["message"])) == (400, 7, 5)
    assert [f"bad {i}" in message for i, message in enumerate(answer["message"])] == [True] * 5


def test_common_tags_are_part_of_what_is_checked_and_told(client: Client) -> None:
    status, answer = post(client, point(), tags={"bad": ""})
    assert (status, answer["message"]) == (400, ['value too short: bad = [] (0 < 1) (tags={"bad":"","name":"a.b"})'])


def test_twice_in_a_step_gauges_take_the_largest_rates_the_last(client: Client, writer: KeepingWriter) -> None:
    gauge = {"atlas.dstype": "gauge"}
    early, late = NOW - 4_000, NOW
    assert post(
        client,
        point("gauge", 5.0, early, **gauge),
        point("gauge", 3.0, late, **gauge),
        point("rate", 5.0, early),
        point("rate", 3.0, late),
    ) == (200, None)
    assert {row["name"]: row["value"] for row in stored(writer, 2)} == {"gauge": 5.0, "rate": 3.0}
    assert writer.samples.num_rows == 2


def test_smile_is_not_read(client: Client) -> None:
    status, answer = post_raw(client, b":)\n", **{"Content-Type": "application/x-jackson-smile"})
    assert (status, answer["type"]) == (415, "error")
    assert "application/json" in answer["message"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json; charset=utf-8", "application/x-whatever", ""]
)
def test_any_other_type_is_read_as_json(client: Client, content_type: str) -> None:
    body = orjson.dumps({"metrics": [point()]})
    assert post_raw(client, body, **{"Content-Type": content_type}) == (200, None)


def test_a_series_is_registered_once_and_again_after_an_hour(
    client: Client, writer: KeepingWriter, clock: Clock, settings: Settings
) -> None:
    for late_ms in (0, STEP, settings.register_every_ms - 1, settings.register_every_ms):
        clock.now_ms = NOW + late_ms
        assert post(client, point(timestamp=clock.now_ms)) == (200, None)
    stored(writer, 4)
    seen = [row["last_seen"].timestamp() for row in writer.series.to_pylist()]
    assert seen == [NOW // 1000, (NOW + settings.register_every_ms) // 1000]


def test_a_series_is_registered_again_when_it_could_not_be_made_durable() -> None:
    receiver = PublishReceiver(Settings(), Registration(3_600_000))
    body = orjson.dumps({"metrics": [point()]})
    assert receiver.receive(body, NOW).block.series.num_rows == 1  # and on_durable is not called
    again = receiver.receive(body, NOW)
    assert again.block.series.num_rows == 1
    again.on_durable()
    assert receiver.receive(body, NOW).block.series.num_rows == 0


def test_a_new_series_that_comes_twice_in_a_body_is_registered_once() -> None:
    receiver = PublishReceiver(Settings(), Registration(3_600_000))
    body = orjson.dumps({"metrics": [point(timestamp=NOW - STEP), point()]})
    block = receiver.receive(body, NOW).block
    assert (block.series.num_rows, block.samples.num_rows) == (1, 2)


def test_forgetting_series_changes_nothing_but_work() -> None:
    receiver = PublishReceiver(Settings(known_series=2), Registration(3_600_000))
    bodies = [orjson.dumps({"metrics": [point(f"series.{i}")]}) for i in range(10)]
    first = [receiver.receive(body, NOW).block.samples["series_id"].to_pylist() for body in bodies]
    again = [receiver.receive(body, NOW).block.samples["series_id"].to_pylist() for body in bodies]
    assert first == again


def test_what_happened_is_counted(client: Client, collector: Collector) -> None:
    post(client, point(), point("bad name"))
    post_raw(client, b"{")
    text = client.get("/metrics").text
    assert 'vedette_collector_accepted_total{protocol="publish"} 1.0' in text
    assert 'vedette_collector_refused_total{protocol="publish",reason="characters"} 1.0' in text
    assert 'vedette_collector_refused_total{protocol="publish",reason="malformed"} 1.0' in text
    assert 'vedette_collector_requests_total{protocol="publish",status="202"} 1.0' in text
    assert collector.ready() is None
