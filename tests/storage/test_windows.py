"""Which minutes a block makes dirty, and which spans of time are derived because of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.storage.blocks import T0, Sample, SpanFact, rate, samples_block, spans_block
from vedette_storage.clickhouse import Retention
from vedette_storage.clickhouse.edge_job import ranges
from vedette_storage.clickhouse.layers import layers
from vedette_storage.clickhouse.windows import marks, of_edges, of_rollup, rows
from vedette_storage.columns import Block

IPC, OTHER = rate("ipc.server.call", app="a"), rate("requests", app="a")


def test_a_step_belongs_to_the_minute_that_it_ends_in() -> None:
    block = samples_block([Sample(IPC, at, 1.0) for at in (0, 1, 6, 7)])
    assert of_edges(block, 10_000) == [("samples", T0), ("samples", T0 + 60_000), ("samples", T0 + 120_000)]


def test_only_ipc_samples_make_edges() -> None:
    assert of_edges(samples_block([Sample(OTHER, 1, 1.0)]), 10_000) == []
    assert of_edges(Block(), 10_000) == []


def test_all_samples_make_rollups() -> None:
    block = samples_block([Sample(OTHER, at, 1.0) for at in (0, 1, 6, 7)])
    minutes, hours = layers(10_000, Retention()).rollups
    assert of_rollup(block, minutes) == [T0, T0 + 60_000, T0 + 120_000]
    assert of_rollup(block, hours) == [-(-T0 // 3_600_000) * 3_600_000]
    assert of_rollup(Block(), minutes) == []


def test_a_span_belongs_to_the_minute_of_its_step() -> None:
    spans = [SpanFact(1, number, 0, "a", "server", at_ms=at) for number, at in enumerate((0, 1, 60_000), 1)]
    assert of_edges(spans_block(spans), 10_000) == [("spans", T0), ("spans", T0 + 60_000)]
    assert of_edges(spans_block(spans[1:2]), 3_600_000) == [("spans", -(-T0 // 3_600_000) * 3_600_000)]


def test_every_mark_is_told_apart() -> None:
    first, second = marks([("samples", T0)]), marks([("samples", T0)])
    assert first[0].id != second[0].id
    assert rows(first).num_rows == 1
    assert rows(first, cleared=second)["cleared"].to_pylist() == [0, 1]
    assert rows([]).num_rows == 0


def test_a_dirty_window_is_derived_with_its_neighbours() -> None:
    assert list(ranges([T0])) == [(T0 - 120_000, T0 + 60_000)]
    assert list(ranges([])) == []


@given(st.sets(st.integers(10, 200), max_size=40))
def test_ranges_cover_each_window_once_and_no_other(minutes: set[int]) -> None:
    covered = [minute for after, until in ranges(m * 60_000 for m in minutes) for minute in span(after, until)]
    assert covered == sorted({minute + shift for minute in minutes for shift in (-1, 0, 1)})
    assert all(until - after <= 600_000 for after, until in ranges(m * 60_000 for m in minutes))


def span(after_ms: int, until_ms: int) -> list[int]:
    """The minutes, by their ends, in (after, until]."""
    return list(range(after_ms // 60_000 + 1, until_ms // 60_000 + 1))
