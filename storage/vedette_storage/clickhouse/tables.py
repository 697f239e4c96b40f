"""Every table and column of the store, once.

Every table of facts is a ReplacingMergeTree keyed by the identity of the fact and is read with FINAL: delivered at
least once, counted once. `series` and the look-up tables may show a row twice until they merge; their readers group.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from vedette_storage.clickhouse.ddl import Column, Schema, Table, View

_Z = "ZSTD(1)"
_MAP = "Map(LowCardinality(String), String)"
_DURABLE = ("fsync_after_insert = 1", "fsync_part_directory = 1")
# Facts leave some room on the disk, so that merging, deriving and dropping still work when it is full for them.
_RESERVE = "min_free_disk_bytes_to_perform_insert = 104857600"

SERIES: Final = Table(
    "series",
    (
        Column("series_id", "UInt64", _Z),
        Column("name", "LowCardinality(String)"),
        Column("kind", "LowCardinality(String)"),
        Column("app", "LowCardinality(String)"),
        Column("tags", _MAP, _Z),
        Column("last_seen", "DateTime('UTC')", _Z),
    ),
    order_by="(name, series_id)",
    version="last_seen",
    expiry="last_seen",
    settings=_DURABLE,
    shard_by="series_id",
)

TAG_VALUES: Final = Table(
    "tag_values",
    (
        Column("tag_key", "LowCardinality(String)"),
        Column("name", "LowCardinality(String)"),
        Column("tag_value", "String"),
        Column("last_seen", "SimpleAggregateFunction(max, DateTime('UTC'))"),
    ),
    order_by="(tag_key, name, tag_value)",
    family="AggregatingMergeTree",
    expiry="last_seen",
    shard_by="cityHash64(tag_key, name, tag_value)",
)

SAMPLES: Final = Table(
    "samples",
    (
        Column("name", "LowCardinality(String)", _Z),
        Column("series_id", "UInt64", _Z),
        # On a regular grid Delta is as small as DoubleDelta, and is undone in a third of the time.
        Column("ts", "DateTime64(3, 'UTC')", f"Delta, {_Z}"),
        Column("src", "UInt32", _Z),
        # Plain ZSTD: Gorilla is worse in size and speed for values rounded to decimals.
        Column("value", "Float64", _Z),
    ),
    order_by="(name, series_id, ts, src)",
    # An hour that is over is merged into one part, which FINAL reads as it is: only the current hour pays for the
    # removal of duplicates. See docs/decisions/0007.
    partition_by="toStartOfHour(ts)",
    expiry="toDateTime(ts)",
    settings=(
        "ttl_only_drop_parts = 1",
        "min_age_to_force_merge_seconds = 600",
        "min_age_to_force_merge_on_partition_only = 1",
        _RESERVE,
        *_DURABLE,
    ),
    shard_by="series_id",
)


def _rollup(name: str, partition_by: str) -> Table:
    """One row for each series and bucket that holds a value, over the values that the series has by itself.

    A bucket is named by its end. The sources of the series are put together at each step first: rates add, of gauges
    the greatest counts. `cnt` is the number of steps with a value.
    """
    return Table(
        name,
        (
            Column("name", "LowCardinality(String)", _Z),
            Column("series_id", "UInt64", _Z),
            Column("ts", "DateTime('UTC')", f"Delta, {_Z}"),
            # Most expressions read the sum, and LZ4 is read twice as fast as ZSTD, for a third more room.
            Column("sum", "Float64", "LZ4"),
            Column("cnt", "UInt32", _Z),
            Column("min", "Float64", _Z),
            Column("max", "Float64", _Z),
            Column("ver", "UInt64", _Z),  # the later derivation counts
        ),
        version="ver",
        order_by="(name, series_id, ts)",
        partition_by=partition_by,
        expiry="ts",
        settings=(
            "ttl_only_drop_parts = 1",
            "min_age_to_force_merge_seconds = 600",
            "min_age_to_force_merge_on_partition_only = 1",
            *_DURABLE,
        ),
        shard_by="series_id",
    )


# Each partition is soon one part, which FINAL reads as it is; the newest is small enough to be read otherwise. The last
# bucket of a partition is named by the partition's end, hence the second less.
SAMPLES_1M: Final = _rollup("samples_1m", "toStartOfInterval(ts - 1, INTERVAL 4 HOUR)")
SAMPLES_1H: Final = _rollup("samples_1h", "toMonday(ts - 1)")

SPANS: Final = Table(
    "spans",
    (
        Column("trace_id", "FixedString(16)", _Z),
        Column("span_id", "UInt64", _Z),
        Column("parent_id", "UInt64", _Z),
        Column("ts", "DateTime64(9, 'UTC')", f"Delta, {_Z}"),
        Column("duration_ns", "UInt64", _Z),
        Column("app", "LowCardinality(String)"),
        Column("region", "LowCardinality(String)"),
        Column("node", "LowCardinality(String)"),
        Column("name", "LowCardinality(String)"),
        Column("kind", "LowCardinality(String)"),
        Column("status", "LowCardinality(String)"),
        Column("status_message", "String", _Z),
        Column("peer", "LowCardinality(String)"),
        Column("trace_state", "String", _Z),
        Column("resource", _MAP, _Z),
        Column("attributes", _MAP, _Z),
        Column("events.ts", "Array(DateTime64(9, 'UTC'))", _Z),
        Column("events.name", "Array(LowCardinality(String))", _Z),
        Column("events.attributes", f"Array({_MAP})", _Z),
        Column("links.trace_id", "Array(FixedString(16))", _Z),
        Column("links.span_id", "Array(UInt64)", _Z),
        Column("links.attributes", f"Array({_MAP})", _Z),
    ),
    indexes=(
        "ix_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1",
        "ix_attribute arrayMap((k, v) -> concat(k, '=', v), mapKeys(attributes), mapValues(attributes)) "
        "TYPE text(tokenizer = 'array')",
        "ix_duration duration_ns TYPE minmax GRANULARITY 1",
    ),
    order_by="(app, name, toStartOfMinute(ts), ts, trace_id, span_id)",
    partition_by="toDate(ts)",
    expiry="toDateTime(ts)",
    settings=("ttl_only_drop_parts = 1", _RESERVE, *_DURABLE),
    shard_by="cityHash64(trace_id)",
)

TRACES: Final = Table(
    "traces",
    (
        Column("trace_id", "FixedString(16)", _Z),
        Column("ts_min", "SimpleAggregateFunction(min, DateTime('UTC'))"),
        Column("ts_max", "SimpleAggregateFunction(max, DateTime('UTC'))"),
    ),
    family="AggregatingMergeTree",
    order_by="trace_id",
    expiry="ts_max",
    shard_by="cityHash64(trace_id)",
)

EDGES: Final = Table(
    "edges",
    (
        Column("ts", "DateTime64(3, 'UTC')", f"DoubleDelta, {_Z}"),  # end of the step
        Column("src", "LowCardinality(String)"),
        Column("src_region", "LowCardinality(String)"),
        Column("dst", "LowCardinality(String)"),
        Column("dst_region", "LowCardinality(String)"),
        Column("protocol", "LowCardinality(String)"),
        Column("calls", "Float64", _Z),  # 0: the edge of this step was withdrawn
        Column("warnings", "Float64", _Z),
        Column("errors", "Float64", _Z),
        Column("buckets", "Map(UInt16, Float64)", _Z),  # percentile bucket index -> count
        Column("estimated", "UInt8"),
        Column("ver", "UInt64", _Z),
    ),
    version="ver",
    order_by="(ts, src, src_region, dst, dst_region, protocol)",
    partition_by="toDate(ts)",
    expiry="toDateTime(ts)",
    settings=("ttl_only_drop_parts = 1", *_DURABLE),
    shard_by="cityHash64(src, dst)",
)

DIRTY_WINDOWS: Final = Table(
    "dirty_windows",
    (
        Column("signal", "LowCardinality(String)"),  # a `windows.Signal`
        Column("window", "DateTime('UTC')"),  # its end, which belongs to it
        Column("mark", "UInt64"),  # random: a job clears the marks it has read, and no other
        Column("cleared", "UInt8"),
        Column("marked", "DateTime('UTC')"),
    ),
    version="cleared",
    order_by="(signal, window, mark)",
    expiry="marked",
    # A cleared mark says nothing more. If an uncleared twin of it should outlive it, its window is derived once more.
    also_expires="marked + INTERVAL 1 HOUR DELETE WHERE cleared = 1",
    settings=("merge_with_ttl_timeout = 3600", *_DURABLE),
    # The marks of an hour lie together: who reads them must not see that of a minute gone before that of its hour came.
    shard_by="cityHash64(toStartOfHour(window - 1))",
)

STORE_FACTS: Final = Table(
    "store_facts",
    (
        Column("key", "String"),
        Column("value", "String"),
        Column("written", "DateTime64(9, 'UTC')"),
    ),
    # Nothing is ever replaced: the first value that was written for a key is the fact.
    family="MergeTree",
    order_by="(key, written, value)",
    shard_by="cityHash64(key)",
)

TAG_VALUES_VIEW: Final = View(
    "tag_values_view",
    target="tag_values",
    source="series",
    select=(
        "SELECT k AS tag_key, s.name AS name, v AS tag_value, max(s.last_seen) AS last_seen\n"
        "FROM {source} AS s ARRAY JOIN mapKeys(tags) AS k, mapValues(tags) AS v\n"
        "GROUP BY tag_key, name, tag_value"
    ),
)

TRACES_VIEW: Final = View(
    "traces_view",
    target="traces",
    source="spans",
    select=(
        "SELECT trace_id, toDateTime(min(ts), 'UTC') AS ts_min, toDateTime(max(ts), 'UTC') AS ts_max\n"
        "FROM {source} GROUP BY trace_id"
    ),
)


@dataclass(frozen=True)
class Retention:
    """Days that rows are kept, 0 for ever. A row older than this vanishes when it is inserted, without an error.

    `samples` are the raw ones, `minutes` and `hours` their rollups, each kept at least as long as what it is made of.
    Raises `ValueError` otherwise.
    """

    samples: int = 8
    spans: int = 8
    edges: int = 8
    series: int = 400
    minutes: int = 60
    hours: int = 400

    def __post_init__(self) -> None:
        kept = [days or math.inf for days in (self.samples, self.minutes, self.hours)]
        if kept != sorted(kept):
            raise ValueError(
                f"Raw samples are to be kept for {self.samples} days, minutes for {self.minutes} and hours for "
                f"{self.hours} (0: for ever): a rollup must be kept at least as long as what it is made of."
            )

    @classmethod
    def forever(cls) -> Retention:
        """Nothing expires: for tests over fixed times."""
        return cls(0, 0, 0, 0, 0, 0)


def schema(retention: Retention) -> Schema:
    """The whole schema, with rows kept for as long as `retention` says."""
    return Schema(
        tables=(SERIES, TAG_VALUES, SAMPLES, SAMPLES_1M, SAMPLES_1H, SPANS, TRACES, EDGES, DIRTY_WINDOWS, STORE_FACTS),
        views=(TAG_VALUES_VIEW, TRACES_VIEW),
        days={
            SERIES.name: retention.series,
            TAG_VALUES.name: retention.series,
            SAMPLES.name: retention.samples,
            SAMPLES_1M.name: retention.minutes,
            SAMPLES_1H.name: retention.hours,
            SPANS.name: retention.spans,
            TRACES.name: retention.spans,
            EDGES.name: retention.edges,
            DIRTY_WINDOWS.name: 30 if retention.samples else 0,
        },
    )
