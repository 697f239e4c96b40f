"""The job that rolls samples up: what it derives, when, and what it leaves alone."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.blocks import T0, Sample, gauge, rate, samples_block
from vedette_storage.clickhouse import ClickHouseStore, Retention
from vedette_storage.clickhouse.ddl import Cluster, Single
from vedette_storage.clickhouse.layers import layers
from vedette_storage.clickhouse.migrate import migrate
from vedette_storage.clickhouse.migrations import MIGRATIONS
from vedette_storage.clickhouse.rollup_job import RollupJob, portions
from vedette_storage.clickhouse.samples import ClickHouseSamples
from vedette_storage.clickhouse.tables import DIRTY_WINDOWS
from vedette_storage.clickhouse.windows import marks, rows
from vedette_storage.errors import Exceeded
from vedette_storage.predicate import Equal
from vedette_storage.selection import Selection

MINUTE, HOUR = 60_000, 3_600_000
NOON = 1_790_078_400_000
AT_NOON = (NOON - T0) // 10_000
"""Steps from T0 to noon."""

LATER = NOON + 24 * HOUR
REQUESTS, THREADS = rate("requests", app="api"), gauge("threads", app="api")


def at(series: Any, step: int, value: float, src: int = 1) -> Sample:
    """A sample at a step after noon."""
    return Sample(series, AT_NOON + step, value, src)


def rolled(store: ClickHouseStore, table: str) -> list[tuple[Any, ...]]:
    """Rows of a rollup: name, minutes after noon, sum, count, min, max."""
    query = f"""SELECT name, (toUnixTimestamp(ts) - {NOON // 1000}) / 60 AS minute, sum, cnt, min, max
FROM {table} FINAL ORDER BY name, ts"""
    return [tuple(row.values()) for row in store.connections.query(query).to_pylist()]


def job_of(store: ClickHouseStore, retention: Retention | None = None, step_ms: int = 10_000) -> RollupJob:
    return RollupJob(store.connections, layers(step_ms, retention or Retention.forever()))


def test_exact_numbers(store: ClickHouseStore) -> None:
    facts = [
        *(at(REQUESTS, 6 + step, value) for step, value in enumerate((1.0, 2.0, 3.0, 6.0), 1)),  # in the second minute
        at(REQUESTS, 12, 10.0, src=1), at(REQUESTS, 12, 20.0, src=2),  # two sources at its last step: they add
        at(REQUESTS, 359, 5.0), at(REQUESTS, 360, 7.0), at(REQUESTS, 361, 9.0),  # around the end of the hour
        at(THREADS, 7, 4.0), at(THREADS, 8, 3.0, src=1), at(THREADS, 8, 9.0, src=2),  # of gauges the greatest counts
        at(THREADS, 14, -1.0),
    ]  # fmt: skip
    store.writer.write(samples_block(facts))
    assert job_of(store).run(LATER) == 4 + 2  # minutes and hours
    assert rolled(store, "samples_1m") == [
        ("requests", 2.0, 42.0, 5, 1.0, 30.0),
        ("requests", 60.0, 12.0, 2, 5.0, 7.0),
        ("requests", 61.0, 9.0, 1, 9.0, 9.0),
        ("threads", 2.0, 13.0, 2, 4.0, 9.0),
        ("threads", 3.0, -1.0, 1, -1.0, -1.0),
    ]
    assert rolled(store, "samples_1h") == [
        ("requests", 60.0, 54.0, 7, 1.0, 30.0),
        ("requests", 120.0, 9.0, 1, 9.0, 9.0),
        ("threads", 60.0, 12.0, 3, -1.0, 9.0),
    ]


def test_a_late_sample_changes_the_row(store: ClickHouseStore) -> None:
    job = job_of(store)
    for value in (1.0, 5.0, 2.0):
        store.writer.write(samples_block([at(REQUESTS, 1, value)]))
        job = job_of(store)
        assert job.run(LATER) == 2
    assert rolled(store, "samples_1m") == [("requests", 1.0, 2.0, 1, 2.0, 2.0)]
    assert rolled(store, "samples_1h") == [("requests", 60.0, 2.0, 1, 2.0, 2.0)]


def test_a_clock_that_was_set_back_does_no_harm(store: ClickHouseStore) -> None:
    for value, now_ms in ((1.0, LATER), (5.0, LATER - 10 * HOUR)):
        store.writer.write(samples_block([at(REQUESTS, 1, value)]))
        job_of(store).run(now_ms)
    assert rolled(store, "samples_1m") == [("requests", 1.0, 5.0, 1, 5.0, 5.0)]


def test_minutes_are_derived_five_at_once_when_they_are_over(store: ClickHouseStore) -> None:
    job = job_of(store)
    store.writer.write(samples_block([at(REQUESTS, step, 1.0) for step in range(1, 37)]))
    assert job.run(NOON + 5 * MINUTE + 29_999) == 0
    assert job.run(NOON + 5 * MINUTE + 30_000) == 5
    assert job.run(NOON + 6 * MINUTE + 30_000) == 0
    assert job.run(NOON + 10 * MINUTE + 30_000) == 1
    assert job.run(NOON + 60 * MINUTE + 29_999) == 0
    assert job.run(NOON + 60 * MINUTE + 30_000) == 1
    assert rolled(store, "samples_1h") == [("requests", 60.0, 36.0, 36, 1.0, 1.0)]


def test_a_window_rests_after_it_was_derived(store: ClickHouseStore) -> None:
    job = job_of(store)
    store.writer.write(samples_block([at(REQUESTS, 1, 1.0)]))
    assert job.run(LATER) == 2
    store.writer.write(samples_block([at(REQUESTS, 2, 1.0)]))
    assert job.run(LATER + 299_999) == 0
    assert job.run(LATER + 300_000) == 2


def test_an_hour_waits_for_its_minutes(store: ClickHouseStore) -> None:
    job = job_of(store)
    store.writer.write(samples_block([at(REQUESTS, 1, 1.0)]))
    job.run(LATER)
    dirty = [*marks([("hours", NOON + HOUR)]), *marks([("writing", NOON + 2 * MINUTE)])]
    store.connections.insert(DIRTY_WINDOWS.name, rows(dirty))
    assert job.run(LATER + HOUR) == 0
    store.connections.insert(DIRTY_WINDOWS.name, rows((), cleared=dirty[1:]))
    assert job.run(LATER + HOUR) == 1


def test_what_a_dead_writer_left_is_derived_in_the_end(store: ClickHouseStore) -> None:
    """It stored its samples, and died before it could say so."""
    block = samples_block([at(REQUESTS, 1, 1.0)])
    store.connections.insert(DIRTY_WINDOWS.name, rows(marks([("writing", NOON + MINUTE)])))
    store.connections.insert("samples", block.samples)
    assert job_of(store).run(LATER) == 0
    aged = "INSERT INTO dirty_windows SELECT signal, window, mark, cleared, marked - INTERVAL 16 MINUTE"
    store.connections.command(f"{aged} FROM dirty_windows FINAL WHERE cleared = 0")
    assert job_of(store).run(LATER) == 2
    assert job_of(store).run(LATER) == 0
    assert rolled(store, "samples_1m") == [("requests", 1.0, 1.0, 1, 1.0, 1.0)]


def test_what_may_have_expired_is_not_derived_from_nothing(store: ClickHouseStore) -> None:
    now_ms = NOON + 8 * 24 * HOUR
    store.writer.write(samples_block([at(REQUESTS, 1, 1.0), at(REQUESTS, 2 * 360 + 1, 2.0)]))
    assert job_of(store).run(LATER) == 4
    store.connections.command("TRUNCATE TABLE samples SYNC")
    store.writer.write(samples_block([at(REQUESTS, 2, 100.0), at(REQUESTS, 2 * 360 + 2, 100.0)]))
    assert job_of(store, Retention()).run(now_ms) == 2  # the later minute, and its hour
    assert rolled(store, "samples_1m") == [
        ("requests", 1.0, 1.0, 1, 1.0, 1.0),
        ("requests", 121.0, 100.0, 1, 100.0, 100.0),
    ]
    assert job_of(store, Retention()).run(now_ms) == 0
    left = store.connections.query("SELECT count() AS n FROM dirty_windows FINAL WHERE cleared = 0")
    assert left["n"].to_pylist() == [0]


def test_a_store_of_minutes_is_rolled_up_to_hours_alone(store: ClickHouseStore) -> None:
    job = job_of(store, step_ms=MINUTE)
    store.connections.insert("series", samples_block([at(REQUESTS, 6, 1.0)]).series)
    store.connections.insert("samples", samples_block([at(REQUESTS, 6, 1.0), at(REQUESTS, 12, 2.0, 2)]).samples)
    store.connections.insert(DIRTY_WINDOWS.name, rows(marks([("hours", NOON + HOUR)])))
    assert job.run(LATER) == 1
    assert rolled(store, "samples_1m") == []
    assert rolled(store, "samples_1h") == [("requests", 60.0, 3.0, 2, 1.0, 2.0)]


def test_a_backfill_goes_newest_first_in_runs_that_end(store: ClickHouseStore) -> None:
    now = iter(range(0, 1000, 3))
    job = RollupJob(store.connections, layers(10_000, Retention.forever()), clock=lambda: next(now))
    store.writer.write(samples_block([at(REQUESTS, step, 1.0) for step in range(1, 12 * 360 + 1, 30)]))
    assert job.run(LATER) == 48 + 4  # each run: a portion of minutes, then one of hours
    assert [row[1] for row in rolled(store, "samples_1h")] == [540.0, 600.0, 660.0, 720.0]
    assert [job.run(LATER) for _ in range(4)] == [52, 52, 0, 0]
    assert len(rolled(store, "samples_1m")) == 144


def test_what_takes_long_is_done_in_halves(store: ClickHouseStore) -> None:
    now = iter(range(0, 1000, 5))
    job = RollupJob(store.connections, layers(10_000, Retention.forever()), clock=lambda: next(now))
    store.writer.write(samples_block([at(REQUESTS, step, 1.0) for step in range(1, 12 * 360 + 1, 30)]))
    assert [job.run(LATER) for _ in range(3)] == [48 + 4, 24 + 2, 12 + 1]


def test_what_is_too_much_at_once_is_done_in_halves(store: ClickHouseStore) -> None:
    store.writer.write(samples_block([at(REQUESTS, step, 1.0) for step in range(1, 361, 6)]))
    command, asked = store.connections.command, []

    def limited(text: str, parameters: Any = None) -> None:
        if "INTO samples_1m" in text:
            asked.append((parameters["until"] - parameters["after"]) // MINUTE)
            if asked[-1] > 20:
                raise Exceeded("memory", "too much")
        command(text, parameters)

    store.connections.command = limited  # type: ignore[method-assign, assignment]
    job = job_of(store)
    for _ in range(4):
        with pytest.raises(Exceeded):
            job.run(LATER)
    while job.run(LATER):
        pass
    assert asked == [60, 60, 60, 30, *[15] * 8]
    assert len(rolled(store, "samples_1m")) == 60


@given(st.sets(st.integers(1, 300)))
def test_portions_are_runs_within_a_span_newest_first(minutes: set[int]) -> None:
    found = list(portions((minute * MINUTE for minute in minutes), MINUTE, HOUR))
    assert [window for portion in found for window in reversed(portion)] == [
        minute * MINUTE for minute in sorted(minutes, reverse=True)
    ]
    for portion in found:
        assert all(later - earlier <= 5 * MINUTE for earlier, later in pairwise(portion))
        assert (portion[0] - MINUTE) // HOUR == (portion[-1] - MINUTE) // HOUR
    assert len(found) <= len(minutes)


def test_retention_may_not_shorten_towards_the_coarse() -> None:
    with pytest.raises(ValueError, match="at least as long"):
        Retention(samples=100)
    with pytest.raises(ValueError, match="at least as long"):
        Retention(samples=0)
    assert Retention(samples=100, minutes=100, hours=0).samples == 100


def test_expired_marks_do_not_keep_a_reader_from_the_rollup(store: ClickHouseStore) -> None:
    """Samples that are older than the raw ones are kept are read from the rollup, also while they are marked."""
    store.writer.write(samples_block([at(REQUESTS, 1, 6.0)]))
    job_of(store).run(LATER)
    store.connections.insert(DIRTY_WINDOWS.name, rows(marks([("minutes", NOON + MINUTE)])))
    asked = Selection(Equal("name", "requests"), "sum", "sum", NOON + MINUTE, MINUTE, 180)
    kept = layers(10_000, Retention())
    for days, tables in ((1, ("samples_1m", "samples")), (8, ("samples_1m",))):
        answer = ClickHouseSamples(store.connections, 10_000, kept, partial(int, NOON + days * 24 * HOUR)).read(asked)
        assert answer.values[0][0] == 6.0
        assert answer.readings[-1].tables == tables


def test_a_store_of_before_is_rolled_up_from_the_beginning(any_store: ClickHouseStore) -> None:
    """It has samples without marks, no rollups, and another codec for times."""
    connections, database = any_store.connections, any_store.connections.database or ""
    any_store.writer.write(samples_block([at(REQUESTS, step, 1.0) for step in (0, 1, 359, 360, 361, 8000)]))
    connections.command("DROP TABLE samples_1m SYNC")
    connections.command("DROP TABLE samples_1h SYNC")
    connections.command("TRUNCATE TABLE dirty_windows SYNC")
    connections.command("ALTER TABLE samples MODIFY COLUMN ts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1))")
    connections.command("ALTER TABLE migrations DELETE WHERE number = 2 SETTINGS mutations_sync = 1")
    assert migrate(connections, database, Single(), Retention.forever()) == [2]
    while any_store.derive(LATER + 24 * HOUR):
        pass
    assert [row[1:4] for row in rolled(any_store, "samples_1m")] == [
        (0.0, 1.0, 1), (1.0, 1.0, 1), (60.0, 2.0, 2), (61.0, 1.0, 1), (1334.0, 1.0, 1)
    ]  # fmt: skip
    assert [row[1:4] for row in rolled(any_store, "samples_1h")] == [
        (0.0, 1.0, 1), (60.0, 3.0, 3), (120.0, 1.0, 1), (1380.0, 1.0, 1)
    ]  # fmt: skip
    codec = "SELECT compression_codec AS codec FROM system.columns WHERE database = currentDatabase()"
    found = connections.query(f"{codec} AND table = 'samples' AND name = 'ts'")["codec"][0].as_py()
    assert found.startswith("CODEC(Delta")
    assert any_store.derive(LATER + 48 * HOUR) == 0


@pytest.mark.parametrize("layout", [Single(), Cluster("c")], ids=["single", "cluster"])
def test_every_statement_of_the_migration_is_understood(store: ClickHouseStore, layout: Single | Cluster) -> None:
    for statement in MIGRATIONS[1].statements(layout, "elsewhere", Retention()):
        store.connections.command(f"EXPLAIN AST {statement}")
