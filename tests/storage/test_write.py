"""Writing blocks: a replay changes no count, and what must be derived again is marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage.blocks import T0, Sample, SpanFact, rate, samples_block, series_rows, spans_block
from tests.storage.test_edges import called, counted, request_of, served
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.columns import Block
from vedette_storage.errors import Refused, Unavailable
from vedette_storage.predicate import Equal
from vedette_storage.selection import Selection

LATER = T0 + 6_000_000


def counts(store: ClickHouseStore) -> list[int]:
    """Distinct facts, by table."""
    tables = ("samples", "spans", "edges")
    return [store.connections.query(f"SELECT count() AS n FROM {table} FINAL")["n"][0].as_py() for table in tables]


def total(store: ClickHouseStore, name: str) -> float:
    selection = Selection(Equal("name", name), "sum", "sum", T0 + 600_000, 600_000, 1)
    return float(store.samples.read(selection).values.sum())


def test_a_replay_after_many_other_blocks_changes_no_count(store: ClickHouseStore) -> None:
    first = Block(
        series=counted((served("play", "api"), 70.0)).series,
        samples=counted((served("play", "api"), 70.0)).samples,
        spans=spans_block(request_of()).spans,
    )
    store.writer.write(first)
    for number in range(220):
        other = counted((called("api", f"db{number % 5}"), float(number)), at=1 + number % 30)
        store.writer.write(Block(series=other.series, samples=other.samples))
    store.derive(LATER)
    before = counts(store), total(store, "ipc.server.call"), store.edges.edges(T0, T0 + 600_000)
    store.writer.write(first)
    store.derive(LATER)
    assert (counts(store), total(store, "ipc.server.call"), store.edges.edges(T0, T0 + 600_000)) == before
    assert total(store, "ipc.server.call") == 7.0


def test_only_blocks_with_facts_make_work(any_store: ClickHouseStore) -> None:
    any_store.writer.write(Block(series=series_rows([rate("x", app="a")])))
    assert any_store.derive(LATER) == 0
    any_store.writer.write(samples_block([Sample(rate("requests", app="a"), at, 1.0) for at in range(20)]))
    assert any_store.derive(LATER) == 6  # five minutes, and the hour that they lie in
    assert any_store.derive(LATER) == 0
    any_store.writer.write(spans_block([SpanFact(1, 1, 0, "api", "server", at_ms=1)]))
    assert any_store.derive(LATER) == 1
    assert any_store.derive(LATER) == 0


def test_an_empty_block_writes_nothing(store: ClickHouseStore) -> None:
    store.writer.write(Block())
    assert counts(store) == [0, 0, 0]


def test_series_alone_may_be_written(any_store: ClickHouseStore) -> None:
    any_store.writer.write(Block(series=series_rows([rate("x", app="a")])))
    assert any_store.samples.tag_keys(None) == ["app", "name"]


def test_a_crash_between_marks_and_facts_leaves_the_window_dirty(store: ClickHouseStore) -> None:
    insert, block = store.connections.insert, counted((served("play", "api"), 70.0))

    def dying(table: str, rows: object) -> None:
        if table == "samples":
            raise Unavailable("gone")
        insert(table, rows)

    store.connections.insert = dying  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        store.writer.write(block)
    store.connections.insert = insert  # type: ignore[method-assign]
    assert store.derive(LATER) == 1  # the edges; the rollup waits for the writer
    store.writer.write(block)
    store.derive(LATER)
    assert [edge.calls for edge in store.edges.edges(T0, T0 + 60_000)] == [70.0]


def test_a_full_disk_is_unavailable_and_harms_nothing(any_store: ClickHouseStore) -> None:
    any_store.writer.write(samples_block([Sample(rate("x"), 1, 1.0)]))
    setting = "ALTER TABLE samples MODIFY SETTING min_free_disk_bytes_to_perform_insert = {}"
    any_store.connections.command(setting.format(10**18))
    with pytest.raises(Unavailable, match="disk of the database is full") as full:
        any_store.writer.write(samples_block([Sample(rate("x"), 2, 1.0)]))
    assert full.value.code == 243
    assert total(any_store, "x") == 1.0
    any_store.connections.command(setting.format(0))
    any_store.writer.write(samples_block([Sample(rate("x"), 2, 1.0)]))
    assert total(any_store, "x") == 2.0


def test_rows_that_can_never_be_stored_are_refused(any_store: ClickHouseStore) -> None:
    rows = samples_block([Sample(rate("x"), 1, 1.0)]).samples
    with pytest.raises(Refused, match="refused the rows"):
        any_store.connections.insert("samples", rows.set_column(2, "ts", [["never"]]))


def test_a_missing_table_keeps_the_rows(any_store: ClickHouseStore) -> None:
    any_store.connections.command("DROP TABLE samples SYNC")
    with pytest.raises(Unavailable, match="did not take the rows"):
        any_store.writer.write(samples_block([Sample(rate("x"), 1, 1.0)]))


def test_the_parts_are_on_the_disk_when_a_write_returns(store: ClickHouseStore, engine: Path) -> None:
    """The tables ask for fsync, which is what makes an acknowledged block outlive a power cut."""
    store.writer.write(samples_block([Sample(rate("x"), 1, 1.0)]))
    query = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE 'Replacing%' AND "
    table = store.connections.query(query + "create_table_query NOT LIKE '%fsync_after_insert = 1%'")
    assert table["name"].to_pylist() == []
