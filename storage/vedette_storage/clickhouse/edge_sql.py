"""The statement that derives the edges of a span of time from IPC samples and spans; pure.

Each source becomes rows of one shape; where several know a pair of services, the best author alone is believed.
The rules are spelled out in `vedette_storage.authors`, and in plain Python in `vedette_storage.memory.edges`.
"""

from __future__ import annotations

from typing import Final

from vedette_storage.authors import FAILED, HOLD_MS, LOOKBACK_MS, NEVER_ARRIVED, WARNED, Author
from vedette_storage.clickhouse.sql import Statement
from vedette_storage.clickhouse.windows import WINDOW_MS
from vedette_storage.edges import INTERNET
from vedette_storage.percentile import STARTS

_PARAMETERS: Final = {
    "failed": list(FAILED),
    "warned": list(WARNED),
    "lost": list(NEVER_ARRIVED),
    "starts": list(STARTS),
    "internet": INTERNET,
}


def derive_edges(after_ms: int, until_ms: int, step_ms: int, now_ms: int) -> Statement:
    """Bring the edges of the steps in (after, until] up to date; both ends lie on whole minutes.

    Only rows that differ from what is stored are written: an edge that is no longer found is written with no calls.
    """
    parameters = {
        **_PARAMETERS,
        "after": after_ms,
        "until": until_ms,
        "before": after_ms - WINDOW_MS,
        "lookback": after_ms - LOOKBACK_MS,
        "lookahead": until_ms + LOOKBACK_MS,
        "mature": now_ms - HOLD_MS,
        "now": now_ms,
        "step": step_ms,
        "seconds": step_ms / 1000,
        "window": WINDOW_MS,
    }
    return Statement(_INSERT, parameters)


def _time(name: str) -> str:
    return f"fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')"


def _span_time(name: str) -> str:
    """With the nine digits of a span's time: see `spans._WINDOW`."""
    return f"fromUnixTimestamp64Nano({{{name}:Int64}} * 1000000, 'UTC')"


BUCKET: Final = "toUInt16(indexOf({{starts:Array(UInt64)}}, roundDown({}, {{starts:Array(UInt64)}})) - 1)"
"""The percentile bucket of a duration: its place among the least values of all buckets."""

_STEP_OF_SPAN: Final = (
    "intDiv(toUnixTimestamp64Milli(ts + INTERVAL 999999 NANOSECOND) + {step:Int64} - 1, {step:Int64})"
)

# One row for each step and edge-like set of tags, as the agents counted it. A rate times its step is nearly a whole
# number; rounding makes it one, so that sums do not depend on their order.
_IPC: Final = f"""\
SELECT ts_ms, src, src_region, dst, dst_region, protocol, author, lost,
    sumIf(n, bucket < 0) AS calls,
    sumIf(n, bucket < 0 AND warned) AS warnings,
    sumIf(n, bucket < 0 AND failed) AS errors,
    sumMapIf(map(toUInt16(greatest(bucket, 0)), n), bucket >= 0 AND n > 0) AS buckets
FROM (
    SELECT series_id, toUnixTimestamp64Milli(ts) AS ts_ms, round(value * {{seconds:Float64}}, 6) AS n
    FROM samples FINAL
    WHERE name IN ('ipc.server.call', 'ipc.client.call')
        AND ts > {_time("before")} AND ts <= {_time("until")}
) AS sample
INNER JOIN (
    SELECT series_id, name = 'ipc.server.call' AS server, if(server, {Author.SERVER}, {Author.CLIENT}) AS author,
        if(tags['ipc.client.app'] = '', {{internet:String}}, tags['ipc.client.app']) AS caller,
        if(server, caller, app) AS src, if(server, tags['ipc.client.region'], tags['region']) AS src_region,
        if(server, app, tags['ipc.server.app']) AS dst,
        if(server, tags['region'], tags['ipc.server.region']) AS dst_region,
        tags['ipc.protocol'] AS protocol,
        tags['ipc.status'] IN {{failed:Array(String)}} AS failed,
        tags['ipc.status'] IN {{warned:Array(String)}} AS warned,
        tags['ipc.status'] IN {{lost:Array(String)}} AS lost,
        if(tags['statistic'] = 'count', -1,
            toInt32(reinterpretAsUInt16(reverse(unhex(substring(tags['percentile'], 2)))))) AS bucket
    FROM series
    WHERE name IN ('ipc.server.call', 'ipc.client.call') AND kind = 'rate' AND app != ''
        AND tags['statistic'] IN ('count', 'percentile') AND dst != ''
    LIMIT 1 BY series_id
) AS call USING (series_id)
GROUP BY ts_ms, src, src_region, dst, dst_region, protocol, author, lost"""

_SPAN_COLUMNS: Final = f"""\
trace_id, span_id, parent_id, ts, duration_ns, app, region, peer, kind IN ('server', 'consumer') AS answering,
        {_STEP_OF_SPAN} * {{step:Int64}} AS ts_ms,
        toInt32OrZero(attributes['http.response.status_code']) AS code,
        attributes['ipc.status'] AS ipc_status,
        code BETWEEN 400 AND 499 AS refused,
        ipc_status IN {{failed:Array(String)}} OR (ipc_status = '' AND status = 'error' AND NOT refused) AS failed,
        ipc_status IN {{warned:Array(String)}} OR (ipc_status = '' AND refused AND code != 404) AS warned,
        multiIf(
            attributes['rpc.system'] != '', attributes['rpc.system'],
            attributes['db.system'] != '', attributes['db.system'],
            attributes['db.system.name'] != '', attributes['db.system.name'],
            attributes['messaging.system'] != '', attributes['messaging.system'],
            attributes['network.protocol.version'] = '2', 'http_2',
            attributes['http.request.method'] != '' OR attributes['http.method'] != '', 'http_1',
            '') AS protocol"""


# One row for each call: a server half with the caller that its parent span names (a root was called from outside), or
# a client half to which no server half has come and none will come any more, with the peer that it names.
_CALLS: Final = f"""\
SELECT half.ts_ms AS ts_ms,
    multiIf(NOT half.answering, half.app, half.parent_id = 0, {{internet:String}}, caller.app) AS src,
    if(half.answering, caller.region, half.region) AS src_region,
    if(half.answering, half.app, half.peer) AS dst,
    if(half.answering, half.region, '') AS dst_region,
    half.protocol AS protocol, half.failed AS failed, half.warned AS warned, half.duration_ns AS duration_ns
FROM (
    SELECT {_SPAN_COLUMNS}
    FROM spans FINAL
    WHERE kind IN ('server', 'consumer', 'client', 'producer') AND NOT (kind = 'consumer' AND parent_id = 0)
        AND ts > {_span_time("after")} - toIntervalMillisecond({{step:Int64}}) AND ts <= {_span_time("until")}
) AS half
LEFT ANY JOIN (
    SELECT trace_id, span_id, app, region
    FROM spans FINAL
    WHERE ts > {_span_time("lookback")} AND ts <= {_span_time("lookahead")}
) AS caller ON half.trace_id = caller.trace_id AND half.parent_id = caller.span_id
LEFT ANY JOIN (
    SELECT trace_id, parent_id, 1 AS found
    FROM spans
    WHERE kind IN ('server', 'consumer') AND parent_id != 0
        AND ts > {_span_time("lookback")} AND ts <= {_span_time("lookahead")}
) AS callee ON half.trace_id = callee.trace_id AND half.span_id = callee.parent_id
WHERE src != dst
    AND if(half.answering,
        src != '' OR half.ts_ms <= {{mature:Int64}},
        NOT callee.found AND half.ts <= {_span_time("mature")})"""

_SPANS: Final = f"""\
SELECT ts_ms, src, src_region, dst, dst_region, protocol, {Author.SPANS} AS author, 0 AS lost,
    toFloat64(count()) AS calls, toFloat64(countIf(warned)) AS warnings, toFloat64(countIf(failed)) AS errors,
    sumMap(map({BUCKET.format("duration_ns")}, toFloat64(1))) AS buckets
FROM (
{_CALLS}
)
GROUP BY ts_ms, src, src_region, dst, dst_region, protocol"""

# `best` is the best author that spoke of the pair in this minute or the one before: an idle minute of the servers
# must not hand a pair to its clients.
_FOUND: Final = f"""\
SELECT ts_ms, src, src_region, dst, dst_region, protocol,
    sum(calls) AS calls, sum(warnings) AS warnings, sum(errors) AS errors, sumMap(buckets) AS buckets,
    toUInt8(max(author) = {Author.SPANS}) AS estimated
FROM (
    SELECT *, max(author) OVER (
        PARTITION BY src, dst ORDER BY intDiv(ts_ms + {{window:Int64}} - 1, {{window:Int64}})
        RANGE BETWEEN 1 PRECEDING AND CURRENT ROW
    ) AS best
    FROM (
{_IPC}
UNION ALL
{_SPANS}
    )
)
WHERE ts_ms > {{after:Int64}} AND ts_ms <= {{until:Int64}}
    AND (author = best OR (best = {Author.SERVER} AND author = {Author.CLIENT} AND lost))
GROUP BY ts_ms, src, src_region, dst, dst_region, protocol
HAVING sum(calls) > 0"""

_INSERT: Final = f"""\
INSERT INTO edges (ts, src, src_region, dst, dst_region, protocol,
    calls, warnings, errors, buckets, estimated, ver)
SELECT fromUnixTimestamp64Milli(ts_ms, 'UTC') AS ts, src, src_region, dst, dst_region, protocol,
    sumIf(calls, fresh) AS new_calls, sumIf(warnings, fresh) AS new_warnings, sumIf(errors, fresh) AS new_errors,
    anyIf(buckets, fresh) AS new_buckets, maxIf(estimated, fresh) AS new_estimated,
    greatest(toUInt64({{now:Int64}}), (
        SELECT max(ver) + 1 FROM edges WHERE ts > {_time("after")} AND ts <= {_time("until")}
    )) AS ver
FROM (
    SELECT *, 1 AS fresh FROM (
{_FOUND}
    )
    UNION ALL
    SELECT toUnixTimestamp64Milli(ts) AS ts_ms, src, src_region, dst, dst_region, protocol,
        calls, warnings, errors, buckets, estimated, 0 AS fresh
    FROM edges FINAL
    WHERE ts > {_time("after")} AND ts <= {_time("until")} AND calls > 0
)
GROUP BY ts_ms, src, src_region, dst, dst_region, protocol
HAVING (new_calls, new_warnings, new_errors, new_buckets, new_estimated)
    != (sumIf(calls, NOT fresh), sumIf(warnings, NOT fresh), sumIf(errors, NOT fresh),
        anyIf(buckets, NOT fresh), maxIf(estimated, NOT fresh))
SETTINGS prefer_column_name_to_alias = 1"""
