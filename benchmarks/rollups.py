"""What rollups cost, and what they save: the job in samples per CPU second, and reads beside the raw samples.

    python -m benchmarks.rollups [--hours 24] [--series 2000] [--live 20000]

Works on an embedded store of its own in a temporary directory; CPU is that of all threads of this process, so that
merges that run meanwhile count as well.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import cache, partial
from statistics import median
from typing import TypeVar

import numpy as np
import pyarrow as pa

from benchmarks.query_store import HOUR_MS, STEP_MS, Crowd
from vedette_storage.clickhouse import ClickHouseStore, Retention, open_store
from vedette_storage.clickhouse.layers import Layers, layers
from vedette_storage.clickhouse.samples import ClickHouseSamples
from vedette_storage.columns import SAMPLES, SERIES, Block
from vedette_storage.predicate import Equal
from vedette_storage.selection import Aggregate, Consolidation, Selection

_T = TypeVar("_T")
_RANDOM = np.random.default_rng(1)

MINUTE_MS = 60_000
STEPS_A_MINUTE = MINUTE_MS // STEP_MS
READS: tuple[tuple[str, int, Aggregate, Consolidation, tuple[str, ...]], ...] = (
    ("sum at 1 m", MINUTE_MS, "sum", "avg", ()),
    ("sum at 5 m", 5 * MINUTE_MS, "sum", "avg", ()),
    ("sum by 10 apps at 5 m", 5 * MINUTE_MS, "sum", "avg", ("app",)),
    ("max at 5 m", 5 * MINUTE_MS, "max", "max", ()),
    ("sum of maxima at 1 m", MINUTE_MS, "sum", "max", ()),
    ("sum at 1 h", HOUR_MS, "sum", "avg", ()),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--series", type=int, default=2_000)
    parser.add_argument("--live", type=int, default=20_000, help="series of the hour that is rolled up as it goes by")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(directory, step_ms=STEP_MS, retention=Retention.forever())
        _backfill(store, Crowd("bench.long", chosen.series, chosen.hours))
        _reads(store, Crowd("bench.long", chosen.series, chosen.hours), "not merged yet")
        _merge(store)
        _live(store, Crowd("bench.live", chosen.live, 1))
        _reads(store, Crowd("bench.long", chosen.series, chosen.hours), "merged")
        _sizes(store)
        store.close()


END_MS = int(time.time() * 1000) // HOUR_MS * HOUR_MS


def _backfill(store: ClickHouseStore, crowd: Crowd) -> None:
    """Everything is written first, and rolled up then, as after an upgrade."""
    begin_ms = END_MS - crowd.hours * HOUR_MS
    _register(store, crowd)
    for first_ms in range(begin_ms, END_MS, 10 * MINUTE_MS):
        store.writer.write(_block(crowd, first_ms, 10 * STEPS_A_MINUTE))
    _quiet(store)
    cpu, longest, samples = 0.0, 0.0, crowd.count * crowd.hours * HOUR_MS // STEP_MS
    derived = 1
    while derived:
        derived, spent, took = _timed(lambda: store.derive(END_MS + HOUR_MS))
        cpu, longest = cpu + spent, max(longest, took)
    print(
        f"backfill: {samples / 1e6:.1f} M samples, {samples / cpu / 1e6:.2f} M per CPU s, longest run {longest:.1f} s"
    )


def _live(store: ClickHouseStore, crowd: Crowd) -> None:
    """Steps come one by one, and the job runs after each minute."""
    _register(store, crowd)
    cpu, runs, minutes = 0.0, [], 40
    for minute in range(minutes):
        begin_ms = END_MS + minute * MINUTE_MS
        for step in range(STEPS_A_MINUTE):
            store.writer.write(_block(crowd, begin_ms + step * STEP_MS, 1))
        _, spent, took = _timed(partial(store.derive, begin_ms + MINUTE_MS + 31_000))
        cpu += spent
        runs.append(took)
    samples = crowd.count * minutes * STEPS_A_MINUTE
    print(
        f"live:     {samples / 1e6:.1f} M samples, {samples / cpu / 1e6:.2f} M per CPU s, "
        f"run {1000 * median(runs):.0f} ms, longest {1000 * max(runs):.0f} ms"
    )


def _reads(store: ClickHouseStore, crowd: Crowd, state: str) -> None:
    """Each question from raw samples and from rollups, warm, in turns."""
    every = layers(STEP_MS, Retention.forever())
    readers = [ClickHouseSamples(store.connections, STEP_MS, one) for one in (Layers(every.raw, ()), every)]
    print(f"{crowd.hours} h of {crowd.count:,} series{f', {state}':18} raw ms    CPU  rolled    CPU   ratio  tables")
    for title, step_ms, aggregate, consolidation, group_by in READS:
        points = crowd.hours * HOUR_MS // step_ms
        start_ms = END_MS - crowd.hours * HOUR_MS + step_ms
        asked = Selection(Equal("name", crowd.name), aggregate, consolidation, start_ms, step_ms, points, group_by)
        costs: list[list[tuple[float, float]]] = [[], []]
        for _ in range(6):
            for reader, cost in zip(readers, costs, strict=True):
                lines, spent, took = _timed(partial(reader.read, asked))
                cost.append((took, spent))
        raw, rolled = ([1000 * median(column) for column in zip(*cost[1:], strict=True)] for cost in costs)
        tables = ", ".join(lines.readings[-1].tables)
        figures = f"{raw[0]:8.0f}{raw[1]:7.0f}{rolled[0]:8.0f}{rolled[1]:7.0f}{raw[1] / rolled[1]:8.1f}"
        print(f"  {title:28}{figures}  {tables}")


def _sizes(store: ClickHouseStore) -> None:
    table = store.connections.query(
        "SELECT table, sum(rows) AS n, sum(bytes_on_disk) / n AS each, count() AS parts FROM system.parts "
        "WHERE active AND database = currentDatabase() AND startsWith(table, 'samples') GROUP BY table ORDER BY table"
    )
    for row in table.to_pylist():
        print(f"{row['table']:12}{row['n'] / 1e6:8.2f} M rows{row['each']:7.2f} bytes a row{row['parts']:6} parts")


def _timed(work: Callable[[], _T]) -> tuple[_T, float, float]:
    """What came of it, the CPU seconds and the seconds that it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, time.process_time() - cpu, time.perf_counter() - wall


def _merge(store: ClickHouseStore) -> None:
    """Do what the engine does by itself ten minutes after a partition was written to last."""
    for table in ("samples", "samples_1m", "samples_1h"):
        store.connections.command(f"OPTIMIZE TABLE {table} FINAL")


def _quiet(store: ClickHouseStore) -> None:
    """Wait for the merges."""
    while store.connections.query("SELECT count() AS n FROM system.merges")["n"][0].as_py():
        time.sleep(0.2)


def _register(store: ClickHouseStore, crowd: Crowd) -> None:
    rows = [
        (one.id, one.name, one.kind.value, one.app, list(one.tags.items()), END_MS // 1000) for one in crowd.series()
    ]
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), SERIES, strict=True)]
    store.writer.write(Block(series=pa.table(columns, schema=SERIES)))


def _block(crowd: Crowd, after_ms: int, steps: int) -> Block:
    """Some steps of all series; the values have two decimals."""
    ids = _ids(crowd)
    size = steps * crowd.count
    times = after_ms + STEP_MS * np.arange(1, steps + 1, dtype=np.int64)
    columns = [
        pa.array([crowd.name] * size),
        pa.array(np.tile(ids, steps)),
        pa.array(np.repeat(times, crowd.count)).cast(SAMPLES.field("ts").type),
        pa.array(np.ones(size, dtype=np.uint32)),
        pa.array(_RANDOM.integers(0, 10_000, size) / 100),
    ]
    return Block(samples=pa.table(columns, schema=SAMPLES))


@cache
def _ids(crowd: Crowd) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array([one.id for one in crowd.series()], dtype=np.uint64)


if __name__ == "__main__":
    main()
