"""The store that `benchmarks.queries` asks: filled here, and asked here without the query API, in a process of its own.

python -m benchmarks.query_store fill DIRECTORY
python -m benchmarks.query_store bare DIRECTORY     prints wall and CPU milliseconds for each question, as JSON
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from vedette_storage.clickhouse import ClickHouseStore, open_store
from vedette_storage.columns import SAMPLES, SERIES, Block
from vedette_storage.series import Series

STEP_MS: Final = 10_000
HOUR_MS: Final = 3_600_000
END_FILE: Final = "end"
_ROWS: Final = 500_000


@dataclass(frozen=True)
class Crowd:
    """Series of one name that report at every step of some hours. Ten apps, each with as many nodes."""

    name: str
    count: int
    hours: int

    def series(self) -> list[Series]:
        return [Series(self.name, {"app": f"app{i % 10}", "node": f"i-{i:06}"}) for i in range(self.count)]


WIDE: Final = Crowd("bench.wide", 10_000, 3)
LONG: Final = Crowd("bench.long", 2_000, 24)

BARE: Final = {
    "sum": f"""SELECT toUInt32(intDiv(toUnixTimestamp64Milli(ts) - {{first:Int64}}, {STEP_MS})) AS i, sum(value) AS v
FROM samples WHERE name = '{WIDE.name}' AND ts > fromUnixTimestamp64Milli({{first:Int64}}, 'UTC') GROUP BY i""",
    "by": f"""SELECT g, toUInt32(intDiv(toUnixTimestamp64Milli(ts) - {{first:Int64}}, {STEP_MS})) AS i, sum(value) AS v
FROM samples INNER JOIN (SELECT series_id, any(tags['app']) AS g FROM series GROUP BY series_id) AS s USING (series_id)
WHERE name = '{WIDE.name}' AND ts > fromUnixTimestamp64Milli({{first:Int64}}, 'UTC') GROUP BY g, i""",
    "one": f"""SELECT ts, value FROM samples WHERE name = '{WIDE.name}'
AND ts > fromUnixTimestamp64Milli({{first:Int64}}, 'UTC')
AND series_id IN (SELECT series_id FROM series WHERE name = '{WIDE.name}' AND tags['node'] = 'i-000007')""",
    "day": f"""SELECT intDiv(toUnixTimestamp64Milli(ts) - {{first:Int64}}, 300000) AS i, sum(value) / 30 AS v
FROM samples WHERE name = '{LONG.name}' AND ts > fromUnixTimestamp64Milli({{first:Int64}}, 'UTC') GROUP BY i""",
}
"""The least that an engine can be asked for each of the questions: raw samples, no duplicates, no sources."""


def fill(directory: Path) -> None:
    """Write both crowds up to the last whole hour, derive what is derived from them, and let the merges end."""
    end_ms = int(time.time() * 1000) // HOUR_MS * HOUR_MS
    store = open_store(directory, step_ms=STEP_MS)
    for crowd in (WIDE, LONG):
        for block in _blocks(crowd, end_ms):
            store.writer.write(block)
    while store.derive(int(time.time() * 1000)):
        pass
    _merge(store, end_ms)
    store.close()
    (directory / END_FILE).write_text(str(end_ms))


def bare(directory: Path, repeats: int) -> dict[str, tuple[float, float]]:
    """Wall and CPU milliseconds of each of the bare questions, the medians of some."""
    end_ms = int((directory / END_FILE).read_text())
    store = open_store(directory, step_ms=STEP_MS)
    found = {}
    for name, sql in BARE.items():
        first = end_ms - (24 if name == "day" else 3) * HOUR_MS
        store.connections.query(sql, {"first": first})
        times = []
        for _ in range(repeats):
            wall, cpu = time.perf_counter(), time.process_time()
            store.connections.query(sql, {"first": first})
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
        found[name] = (
            1000 * float(np.median([wall for wall, _ in times])),
            1000 * float(np.median([cpu for _, cpu in times])),
        )
    store.close()
    return found


def _blocks(crowd: Crowd, end_ms: int) -> Iterator[Block]:
    """Some steps of all series at a time, as they come in."""
    series, random = crowd.series(), np.random.default_rng(1)
    ids = np.array([one.id for one in series], dtype=np.uint64)
    rows = [(one.id, one.name, one.kind.value, one.app, list(one.tags.items()), end_ms // 1000) for one in series]
    known = pa.table(
        [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), SERIES, strict=True)],
        schema=SERIES,
    )
    steps = crowd.hours * HOUR_MS // STEP_MS
    each = max(1, _ROWS // crowd.count)
    for begin in range(0, steps, each):
        count = min(each, steps - begin)
        times = end_ms - STEP_MS * (steps - 1 - np.arange(begin, begin + count, dtype=np.int64))
        size = count * crowd.count
        columns = [
            pa.array([crowd.name] * size),
            pa.array(np.tile(ids, count)),
            pa.array(np.repeat(times, crowd.count)).cast(SAMPLES.field("ts").type),
            pa.array(np.ones(size, dtype=np.uint32)),
            pa.array(random.integers(0, 1000, size) / 10),
        ]
        yield Block(series=known if begin == 0 else known.slice(0, 0), samples=pa.table(columns, schema=SAMPLES))


def _merge(store: ClickHouseStore, end_ms: int) -> None:
    """Bring the hours to the state that a running store has them in ten minutes after they have ended.

    The newest one stays as it came in.
    """
    sql = """SELECT DISTINCT table, partition_id FROM system.parts
WHERE active AND database = currentDatabase() AND min_time < toDateTime({newest:UInt32})"""
    for part in store.connections.query(sql, {"newest": (end_ms - HOUR_MS) // 1000}).to_pylist():
        store.connections.command(f"OPTIMIZE TABLE `{part['table']}` PARTITION ID '{part['partition_id']}' FINAL")
    while _first(store, "SELECT count() FROM system.merges"):
        time.sleep(0.2)


def _first(store: ClickHouseStore, sql: str) -> int:
    return int(store.connections.query(sql).column(0)[0].as_py())


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(Path(sys.argv[2]))
    else:
        print(json.dumps(bare(Path(sys.argv[2]), repeats=5)))
