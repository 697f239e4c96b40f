from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collector.blocks import block_of, samples_of, values_in
from vedette_collector import frames
from vedette_collector.errors import JournalDamaged
from vedette_collector.spans import Description, Emitter, Event, Link, ReceivedSpan, SpanColumns
from vedette_storage.columns import Block

COMMITS = st.lists(st.lists(st.lists(st.floats(allow_nan=False), max_size=4), min_size=1, max_size=3), max_size=4)


def frame_of(*blocks: Block) -> bytes:
    return b"".join(frames.encode(blocks))


def spans() -> pa.Table:
    columns = SpanColumns(now_ms=2_000, max_age_ms=2_000, max_future_ms=0)
    description = Description.of("GET /", kind=2, status=0, status_message="", trace_state="", attributes={"k": "v"})
    events, links = [Event(1_000_000_001, "e", {"a": "b"})], [Link(b"u" * 16, b"v" * 8, {})]
    span = ReceivedSpan(b"t" * 16, b"s" * 8, b"", 1_000_000_000, 1_000_000_005, description, events, links)
    columns.add(Emitter("app", "region", "node", {"service.name": "app"}), span)
    return columns.table()


@given(COMMITS)
def test_what_was_committed_is_read_back(commits: list[list[list[float]]]) -> None:
    data = b"".join(frame_of(*(block_of(*values) for values in commit)) for commit in commits)
    scan = frames.scan(data)
    assert (scan.good_bytes, scan.damaged) == (len(data), False)
    assert values_in(scan.blocks) == [value for commit in commits for values in commit for value in values]


def test_every_signal_is_read_back_series_first() -> None:
    block = Block(series=block_of(1.0).series, samples=samples_of([1.0, 2.0]), spans=spans())
    data = frame_of(block)
    [back] = frames.scan(data).blocks
    assert back == block
    assert data.index(b"last_seen") < data.index(b"value") < data.index(b"trace_id")


def test_a_torn_tail_is_cut_wherever_it_is_torn() -> None:
    first, second = frame_of(block_of(1.0, 2.0)), frame_of(block_of(3.0))
    for cut in range(len(second)):
        scan = frames.scan(first + second[:cut])
        assert (scan.good_bytes, scan.damaged) == (len(first), False)
        assert values_in(scan.blocks) == [1.0, 2.0]


@pytest.mark.parametrize("lost", [64, 512, 4096])
def test_a_tail_that_the_disk_left_as_zeros_is_cut(lost: int) -> None:
    first, second = frame_of(block_of(1.0)), frame_of(block_of(*map(float, range(500))))
    scan = frames.scan(first + second[:-lost] + bytes(lost))
    assert (scan.good_bytes, scan.damaged) == (len(first), False)


@given(st.data())
def test_no_flipped_bit_goes_unseen(data: st.DataObject) -> None:
    whole = bytearray(frame_of(block_of(1.0, 2.0)))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    assert frames.scan(bytes(whole)).blocks == ()


def test_damage_before_a_good_frame_is_told_from_a_torn_tail() -> None:
    first, second, third = (frame_of(block_of(value)) for value in (1.0, 2.0, 3.0))
    changed = bytearray(second)
    changed[len(changed) // 2] ^= 1
    scan = frames.scan(first + bytes(changed) + third)
    assert (scan.good_bytes, scan.damaged) == (len(first), True)
    assert values_in(scan.blocks) == [1.0, 3.0]


@given(st.binary(max_size=300))
def test_any_bytes_can_be_scanned(data: bytes) -> None:
    assert frames.scan(data).blocks == ()


def test_columns_of_another_release_are_not_read_as_ours() -> None:
    other = pa.table({"name": ["n"], "value": [1.0]})
    with pytest.raises(JournalDamaged, match="another release"):
        frames.scan(frame_of(Block(samples=other)))


def test_blocks_are_joined_in_order_into_one_piece() -> None:
    joined = frames.joined([block_of(1.0), Block(), block_of(2.0, 3.0)])
    assert values_in([joined]) == [1.0, 2.0, 3.0]
    assert joined.samples.column("value").num_chunks == 1
    assert frames.joined([]) == Block()
