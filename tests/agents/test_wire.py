"""The wire format: what is written is read again, and anything else is a WireError."""

from __future__ import annotations

import json
import math
import struct
from array import array
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_agent.wire import GAUGE, RATE, Batch, WireError, decode, encode, parse_table, series_table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TAGS = st.dictionaries(TEXT.filter(lambda key: key != "name"), TEXT, max_size=4)
ROWS = st.lists(st.tuples(st.sampled_from([RATE, GAUGE]), TEXT, TAGS), max_size=5)
BATCHES = st.builds(
    Batch,
    step_ms=st.integers(1, 86_400_000),
    ts_ms=st.integers(0, 2**53),
    src=st.integers(0, 2**32 - 1),
    seq=st.integers(0, 2**53),
    table=st.builds(series_table, TAGS, ROWS),
    values=st.lists(st.floats(), max_size=9).map(lambda values: array("d", values)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.sampled_from(["name", "series"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def sample() -> Batch:
    table = series_table({"app": "playback"}, [(RATE, "requests", {"status": "200"}), (GAUGE, "sessions", {})])
    return Batch(10_000, 1_790_000_010_000, 77, 3, table, array("d", [1.5, math.nan]))


@given(BATCHES)
def test_a_batch_comes_back_as_it_was(batch: Batch) -> None:
    read = decode(encode(batch))
    assert read.values.tobytes() == batch.values.tobytes()  # NaN is not equal to itself, its bytes are
    assert (read.step_ms, read.ts_ms, read.src, read.seq, read.table) == (
        batch.step_ms, batch.ts_ms, batch.src, batch.seq, batch.table,
    )  # fmt: skip


@given(TAGS, ROWS)
def test_a_table_comes_back_with_the_common_tags_under_the_own_ones(
    common: dict[str, str], rows: list[tuple[str, str, dict[str, str]]]
) -> None:
    assert parse_table(series_table(common, rows)) == [(kind, name, {**common, **tags}) for kind, name, tags in rows]


def test_the_layout_is_the_documented_one() -> None:
    body = encode(sample())
    magic, version, head_length, table_length = struct.unpack_from("<4sB3xII", body)
    assert (magic, version) == (b"VDTB", 1)
    assert json.loads(body[16 : 16 + head_length]) == {
        "step": 10_000, "ts": 1_790_000_010_000, "src": 77, "seq": 3, "count": 2,
    }  # fmt: skip
    table = body[16 + head_length : 16 + head_length + table_length]
    assert json.loads(table) == {
        "common": {"app": "playback"},
        "series": [["r", {"name": "requests", "status": "200"}], ["g", {"name": "sessions"}]],
    }
    first, second = struct.unpack("<2d", body[16 + head_length + table_length :])
    assert first == 1.5
    assert math.isnan(second)


def test_the_values_can_be_read_as_a_buffer_without_a_copy() -> None:
    assert memoryview(decode(encode(sample())).values).format == "d"


def test_a_body_may_be_any_buffer() -> None:
    assert decode(memoryview(bytearray(encode(sample())))).seq == 3


def test_every_truncation_is_a_wire_error() -> None:
    body = encode(sample())
    for length in range(len(body)):
        with pytest.raises(WireError):
            decode(body[:length])
    with pytest.raises(WireError, match="follow the table"):
        decode(body + b"\0")


@given(st.binary(max_size=64))
def test_noise_is_a_wire_error(body: bytes) -> None:
    with pytest.raises(WireError):
        decode(body)


@given(st.data())
def test_a_damaged_batch_is_read_or_a_wire_error(data: st.DataObject) -> None:
    body = bytearray(encode(sample()))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with suppress(WireError):  # and nothing but a WireError
        parse_table(decode(body).table)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", 0),
        ("step", 1.5),
        ("ts", -1),
        ("ts", None),
        ("src", 2**32),
        ("src", True),
        ("seq", "1"),
        ("count", -1),
        ("count", 3),
    ],
)
def test_a_head_with_a_wrong_number_is_refused(field: str, value: object) -> None:
    facts: dict[str, object] = {"step": 10_000, "ts": 1, "src": 1, "seq": 1, "count": 0}
    head = json.dumps(facts | {field: value}).encode()
    with pytest.raises(WireError):
        decode(struct.pack("<4sB3xII", b"VDTB", 1, len(head), 2) + head + b"{}")


@pytest.mark.parametrize("head", [b"[]", b"{", b"\xff", b"[" * 100_000, b'{"count":' + b"9" * 5_000 + b"}"])
def test_a_head_that_is_not_an_object_of_numbers_is_refused(head: bytes) -> None:
    with pytest.raises(WireError):
        decode(struct.pack("<4sB3xII", b"VDTB", 1, len(head), 2) + head + b"{}")


@pytest.mark.parametrize(("field", "value"), [("step_ms", 0), ("src", -1), ("seq", 2**64)])
def test_a_batch_out_of_range_is_not_written(field: str, value: int) -> None:
    facts: dict[str, int] = {"step_ms": 1, "ts_ms": 1, "src": 1, "seq": 1}
    with pytest.raises(WireError, match="whole number"):
        encode(Batch(**(facts | {field: value}), table=b"", values=array("d")))


def test_another_version_is_refused_by_its_number() -> None:
    body = bytearray(encode(sample()))
    body[4] = 2
    with pytest.raises(WireError, match="version 2"):
        decode(body)


@given(JSON)
def test_any_json_that_is_no_table_is_a_wire_error(content: object) -> None:
    for table in (content, {"common": content, "series": []}, {"common": {}, "series": [content]}):
        with suppress(WireError):  # and nothing but a WireError
            parse_table(json.dumps(table).encode())


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"series":[]}',
        b'{"common":{}}',
        b'{"common":{"a":1},"series":[]}',
        b'{"common":{"name":"x"},"series":[]}',
        b'{"common":{},"series":[["r",{}]]}',
        b'{"common":{},"series":[["x",{"name":"a"}]]}',
        b'{"common":{},"series":[["r",{"name":"a"},1]]}',
        b'{"common":{},"series":[["r",{"name":"a","b":null}]]}',
        b'{"common":{},"series":[["r",{"name":"\\ud800"}]]}',
        b'{"common":{},"series":[["r",{"name":"a","b":"\\udfff"}]]}',
    ],
)
def test_a_malformed_table_is_refused(table: bytes) -> None:
    with pytest.raises(WireError):
        parse_table(table)
