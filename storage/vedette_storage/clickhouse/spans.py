"""Finds and reads traces in ClickHouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.condition import Conditions
from vedette_storage.errors import Refused
from vedette_storage.traces import Span, SpanEvent, SpanLink, TraceSearch, TraceSummary

_ATTRIBUTES: Final = "arrayMap((k, v) -> concat(k, '=', v), mapKeys(attributes), mapValues(attributes))"
"""Exactly the expression of the text index of `spans`: any other spelling would read every row."""

_COPIED: Final = (
    *("trace_id", "span_id", "parent_id", "start_ns", "duration_ns", "app", "region", "node"),
    *("name", "kind", "status", "status_message", "peer"),
)

# Times that `ts` is compared with have its nine digits. With fewer the engine rounds the times of a part to compare
# them, and passes over parts whose spans lie within a second, or a millisecond, of the bound.
_WINDOW: Final = """\
toStartOfMinute(ts) >= toStartOfMinute({start})
    AND toStartOfMinute(ts) <= toStartOfMinute({end})
    AND ts >= {start} AND ts <= {end}"""

_SUMMARIES: Final = """\
SELECT lower(hex(trace_id)) AS id,
    argMin(tuple(app, name), tuple(parent_id != 0, ts)) AS root,
    toInt64(toUnixTimestamp64Nano(min(ts))) AS start_ns,
    toInt64(max(toUnixTimestamp64Nano(ts) + duration_ns)) - start_ns AS duration,
    count() AS spans,
    countIf(status = 'error') AS errors,
    arraySort(groupUniqArray(toString(app))) AS apps
FROM spans FINAL
WHERE trace_id IN ({found})
    AND ts >= (SELECT toDateTime64(min(ts_min), 9, 'UTC') FROM traces WHERE trace_id IN ({found}))
    AND ts < (SELECT toDateTime64(max(ts_max) + 1, 9, 'UTC') FROM traces WHERE trace_id IN ({found}))
GROUP BY trace_id
ORDER BY start_ns DESC"""

_TRACE: Final = """\
SELECT lower(hex(trace_id)) AS trace_id, lower(leftPad(hex(span_id), 16, '0')) AS span_id,
    if(parent_id = 0, '', lower(leftPad(hex(parent_id), 16, '0'))) AS parent_id,
    toInt64(toUnixTimestamp64Nano(ts)) AS start_ns, toInt64(duration_ns) AS duration_ns,
    toString(app) AS app, toString(region) AS region, toString(node) AS node, toString(name) AS name,
    toString(kind) AS kind, toString(status) AS status, status_message, toString(peer) AS peer,
    resource, attributes,
    arrayMap(t -> toInt64(toUnixTimestamp64Nano(t)), `events.ts`) AS event_ns, `events.name` AS event_names,
    `events.attributes` AS event_attributes,
    arrayMap(t -> lower(hex(t)), `links.trace_id`) AS link_traces,
    arrayMap(s -> lower(leftPad(hex(s), 16, '0')), `links.span_id`) AS link_spans, `links.attributes` AS link_attributes
FROM spans FINAL
WHERE spans.trace_id = unhex({id:String})
    AND ts >= (SELECT toDateTime64(min(ts_min), 9, 'UTC') FROM traces WHERE trace_id = unhex({id:String}))
    AND ts < (SELECT toDateTime64(max(ts_max) + 1, 9, 'UTC') FROM traces WHERE trace_id = unhex({id:String}))
ORDER BY start_ns, span_id"""


class ClickHouseSpans:
    """A `SpanReader` over ClickHouse. `traces` bounds the time of a trace, so that only its day is read."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def search(self, search: TraceSearch) -> list[TraceSummary]:
        """Traces with a span that meets every condition, in the order asked for. Raises `Refused`, `Unavailable`."""
        conditions = Conditions()
        rank = "max(duration_ns)" if search.slowest else "max(ts)"
        found = f"""\
SELECT trace_id FROM spans FINAL
WHERE {criteria(search, conditions)}
GROUP BY trace_id ORDER BY {rank} DESC, trace_id
LIMIT {conditions.bind("UInt64", search.limit)}"""
        table = self._connections.query(found, conditions.parameters)
        ids = [bytes(id_).hex() for id_ in table["trace_id"].to_pylist()]
        if not ids:
            return []
        wanted = "SELECT unhex(arrayJoin({ids:Array(String)}))"
        rows = self._connections.query(_SUMMARIES.replace("{found}", wanted), {"ids": ids}).to_pylist()
        summaries = [_summary(row) for row in rows]
        return sorted(summaries, key=lambda one: ids.index(one.trace_id)) if search.slowest else summaries

    def trace(self, trace_id: str) -> list[Span]:
        if len(trace_id) != 32 or not set(trace_id.lower()) <= set("0123456789abcdef"):
            raise Refused(f"{trace_id!r} is not a trace id: it has 32 hexadecimal digits.")
        return [_span(row) for row in self._connections.query(_TRACE, {"id": trace_id}).to_pylist()]

    def operations(self, app: str, start_ms: int, end_ms: int) -> list[str]:
        conditions = Conditions()
        text = f"""\
SELECT DISTINCT toString(name) AS operation FROM spans
WHERE app = {conditions.bind("String", app)}
    AND {_window(start_ms, end_ms, conditions)}
ORDER BY operation"""
        table: pa.Table = self._connections.query(text, conditions.parameters)
        return [str(name) for name in table["operation"].to_pylist()]


def criteria(search: TraceSearch, conditions: Conditions) -> str:
    clauses = [_window(search.start_ms, search.end_ms, conditions)]
    if search.app:
        clauses.append(f"app = {conditions.bind('String', search.app)}")
    if search.region:
        clauses.append(f"region = {conditions.bind('String', search.region)}")
    if search.operation:
        clauses.append(f"name = {conditions.bind('String', search.operation)}")
    if search.min_duration_ns:
        clauses.append(f"duration_ns >= {conditions.bind('UInt64', search.min_duration_ns)}")
    if search.max_duration_ns:
        clauses.append(f"duration_ns <= {conditions.bind('UInt64', search.max_duration_ns)}")
    if search.error is not None:
        clauses.append(f"status {'=' if search.error else '!='} 'error'")
    for key, value in search.attributes.items():
        clauses.append(f"has({_ATTRIBUTES}, {conditions.bind('String', f'{key}={value}')})")
        # 'a=b' with 'c' and 'a' with 'b=c' read the same in the index.
        clauses.append(f"attributes[{conditions.bind('String', key)}] = {conditions.bind('String', value)}")
    return "\n    AND ".join(clauses)


def _window(start_ms: int, end_ms: int, conditions: Conditions) -> str:
    start = f"fromUnixTimestamp64Nano({conditions.bind('Int64', start_ms * 1_000_000)}, 'UTC')"
    end = f"fromUnixTimestamp64Nano({conditions.bind('Int64', end_ms * 1_000_000)}, 'UTC')"
    return _WINDOW.format(start=start, end=end)


def _summary(row: Mapping[str, Any]) -> TraceSummary:
    app, operation = row["root"].values() if isinstance(row["root"], dict) else row["root"]
    return TraceSummary(
        trace_id=row["id"],
        root_app=app,
        root_operation=operation,
        start_ns=row["start_ns"],
        duration_ns=row["duration"],
        spans=row["spans"],
        errors=row["errors"],
        apps=tuple(row["apps"]),
    )


def _span(row: Mapping[str, Any]) -> Span:
    events = zip(row["event_ns"], row["event_names"], row["event_attributes"], strict=True)
    links = zip(row["link_traces"], row["link_spans"], row["link_attributes"], strict=True)
    return Span(
        **{name: row[name] for name in _COPIED},
        resource=_map(row["resource"]),
        attributes=_map(row["attributes"]),
        events=tuple(SpanEvent(ts, name, _map(attributes)) for ts, name, attributes in events),
        links=tuple(SpanLink(trace, span, _map(attributes)) for trace, span, attributes in links),
    )


def _map(pairs: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    return dict(pairs)
