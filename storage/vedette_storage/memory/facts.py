"""Raw facts in memory, each under its identity, so that writing one again replaces it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from vedette_storage.columns import Block
from vedette_storage.series import Kind, Series
from vedette_storage.traces import Span, SpanEvent, SpanLink

_COPIED: Final = ("duration_ns", "app", "region", "node", "name", "kind", "status", "status_message", "peer")


class MemoryFacts:
    """A `BlockWriter` that keeps what it is given: series by id, samples by (time, source), spans by identity."""

    def __init__(self) -> None:
        self.series: dict[int, Series] = {}
        self.samples: defaultdict[int, dict[tuple[int, int], float]] = defaultdict(dict)
        self.spans: dict[tuple[str, str, int, str, str], Span] = {}

    def write(self, block: Block) -> None:
        for row in block.series.to_pylist():
            self.series[row["series_id"]] = Series(row["name"], dict(row["tags"]), Kind(row["kind"]))
        times = block.samples["ts"].cast(pa.int64()).to_pylist()
        columns = (block.samples[name].to_pylist() for name in ("series_id", "src", "value"))
        for ts_ms, series_id, src, value in zip(times, *columns, strict=True):
            self.samples[series_id][ts_ms, src] = value
        for span in spans_of(block.spans):
            self.spans[span.app, span.name, span.start_ns, span.trace_id, span.span_id] = span

    def steps(self, series_id: int, first_ms: int, last_ms: int) -> dict[int, float]:
        """The values of a series at its steps in [first, last]: rates add over sources, gauges take the greatest."""
        found: dict[int, list[float]] = defaultdict(list)
        for (ts_ms, _), value in self.samples[series_id].items():
            if first_ms <= ts_ms <= last_ms:
                found[ts_ms].append(value)
        combine = sum if self.series[series_id].kind is Kind.RATE else max
        return {ts_ms: combine(values) for ts_ms, values in found.items()}


def spans_of(table: pa.Table) -> Iterator[Span]:
    """The spans of an Arrow table of the schema `columns.SPANS`."""
    starts = table["ts"].cast(pa.int64()).to_pylist()
    event_times = table["events.ts"].cast(pa.list_(pa.int64())).to_pylist()
    rest = table.drop_columns(["ts", "events.ts"]).to_pylist()
    for start_ns, event_ns, row in zip(starts, event_times, rest, strict=True):
        yield _span(start_ns, event_ns, row)


def _span(start_ns: int, event_ns: list[int], row: Mapping[str, Any]) -> Span:
    events = zip(event_ns, row["events.name"], row["events.attributes"], strict=True)
    links = zip(row["links.trace_id"], row["links.span_id"], row["links.attributes"], strict=True)
    return Span(
        trace_id=row["trace_id"].hex(),
        span_id=f"{row['span_id']:016x}",
        parent_id=f"{row['parent_id']:016x}" if row["parent_id"] else "",
        start_ns=start_ns,
        resource=dict(row["resource"]),
        attributes=dict(row["attributes"]),
        events=tuple(SpanEvent(ts, name, dict(attributes)) for ts, name, attributes in events),
        links=tuple(SpanLink(trace.hex(), f"{span:016x}", dict(attributes)) for trace, span, attributes in links),
        **{name: row[name] for name in _COPIED},
    )
