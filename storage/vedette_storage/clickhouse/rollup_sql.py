"""The statements that derive rollups; pure.

Of raw samples the sources of a series are put together at each step first, which is a level of grouping. Nearly every
bucket has one source, and needs no such level: the first statement takes those, the second the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vedette_storage.clickhouse.condition import Conditions
from vedette_storage.clickhouse.layers import Layer, Layers, Rollup
from vedette_storage.clickhouse.sql import Statement

# One thread, so that reads have the other cores. Grouping in the order of the key would need less memory, and half as
# much time again.
_SETTINGS: Final = """\
SETTINGS optimize_move_to_prewhere_if_final = 1, max_bytes_before_external_group_by = 268435456,
    max_threads = 1, max_insert_threads = 1"""


def from_samples(raw: Layer, rollup: Rollup, after_ms: int, until_ms: int, now_ms: int) -> list[Statement]:
    """Derive the buckets in (after, until] from raw samples; both ends lie on whole buckets."""
    insert, parameters = _insert(rollup, after_ms, until_ms, now_ms)
    bucket = f"toDateTime(intDiv(toUnixTimestamp64Milli(ts) + {rollup.width_ms - 1}, {rollup.width_ms})"
    bucket += f" * {rollup.width_ms // 1000}, 'UTC') AS bucket"
    within = (
        "ts > fromUnixTimestamp64Milli({after:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({until:Int64}, 'UTC')"
    )
    of_one = f"""\
{insert}
SELECT any(name), series_id, {bucket}, sum(value), count(), min(value), max(value), {_version(rollup)}
FROM {raw.table} FINAL
WHERE {within}
GROUP BY series_id, bucket
HAVING min(src) = max(src)
{_SETTINGS}"""
    of_several = f"""\
{insert}
SELECT any(name), series_id, {bucket}, sum(folded), count(), min(folded), max(folded), {_version(rollup)}
FROM (
    SELECT any(name) AS name, series_id, ts, min(src) AS least_src, max(src) AS greatest_src,
        if(series_id IN (SELECT series_id FROM series WHERE kind = 'rate'), sum(value), max(value)) AS folded
    FROM {raw.table} FINAL
    WHERE {within}
        AND series_id IN (
            SELECT series_id FROM {raw.table} WHERE {within} GROUP BY series_id HAVING min(src) != max(src)
        )
    GROUP BY series_id, ts
)
GROUP BY series_id, bucket
HAVING min(least_src) != max(greatest_src)
{_SETTINGS}"""
    return [Statement(of_one, parameters), Statement(of_several, parameters)]


def from_rollup(finer: Rollup, rollup: Rollup, after_ms: int, until_ms: int, now_ms: int) -> list[Statement]:
    """Derive the buckets in (after, until] from the rollup below; both ends lie on whole buckets."""
    insert, parameters = _insert(rollup, after_ms, until_ms, now_ms)
    seconds = rollup.width_ms // 1000
    bucket = f"toDateTime(intDiv(toUnixTimestamp(ts) + {seconds - 1}, {seconds}) * {seconds}, 'UTC') AS bucket"
    text = f"""\
{insert}
SELECT any(name), series_id, {bucket},
    sum(sum), sum(cnt), min(min), max(max), {_version(rollup)}
FROM {finer.table} FINAL
WHERE {_WITHIN}
GROUP BY series_id, bucket
{_SETTINGS}"""
    return [Statement(text, parameters)]


_WITHIN: Final = "ts > toDateTime({after_s:Int64}, 'UTC') AND ts <= toDateTime({until_s:Int64}, 'UTC')"


def _version(rollup: Rollup) -> str:
    """Greater than that of whatever is replaced, also when a clock was set back."""
    return f"greatest(toUInt64({{now:Int64}}), (SELECT max(ver) + 1 FROM {rollup.table} WHERE {_WITHIN}))"


def _insert(rollup: Rollup, after_ms: int, until_ms: int, now_ms: int) -> tuple[str, dict[str, object]]:
    parameters: dict[str, object] = {
        "after": after_ms,
        "until": until_ms,
        "after_s": after_ms // 1000,
        "until_s": until_ms // 1000,
        "now": now_ms,
    }
    return f"INSERT INTO {rollup.table} (name, series_id, ts, sum, cnt, min, max, ver)", parameters


def dirty(layers: Layers, rollups: Sequence[Rollup], after_ms: int, until_ms: int, now_ms: int) -> Statement:
    """The windows in (after, until] that rollups cannot answer: columns `signal` and `window_ms` (its end).

    A window whose samples may have expired is not derived any more, marked or not: what was derived of it stays the
    answer.
    """
    conditions = Conditions()
    below: Layer = layers.raw
    marked: list[str] = []
    for rollup in rollups:
        signals = ["writing", rollup.signal] if rollup is layers.finest else [rollup.signal]
        first_ms = max(after_ms, below.kept_since(now_ms) + rollup.width_ms - 1)
        last_ms = -(-until_ms // rollup.width_ms) * rollup.width_ms
        first, last = (conditions.bind("Int64", ms // 1000) for ms in (first_ms, last_ms))
        marked.append(
            f"(signal IN {conditions.bind('Array(String)', signals)} AND window > toDateTime({first}, 'UTC')"
            f" AND window <= toDateTime({last}, 'UTC'))"
        )
        below = rollup
    text = f"""\
SELECT DISTINCT signal, toInt64(toUnixTimestamp(window)) * 1000 AS window_ms
FROM dirty_windows FINAL
WHERE cleared = 0 AND ({" OR ".join(marked)})"""
    return Statement(text, conditions.parameters)
