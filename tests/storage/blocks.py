"""Builds blocks of raw facts for tests, with as few words as the test needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from vedette_storage.columns import SAMPLES, SERIES, SPANS, Block
from vedette_storage.series import Kind, Series

T0: Final = 1_790_000_040_000
"""A fixed whole minute, in ms; points of tests lie after it."""


def rate(name: str, **tags: str) -> Series:
    """A rate. Underscores in tag keys stand for points: `ipc_client_app` is `ipc.client.app`."""
    return Series(name, {key.replace("_", "."): value for key, value in tags.items()}, Kind.RATE)


def gauge(name: str, **tags: str) -> Series:
    return Series(name, {key.replace("_", "."): value for key, value in tags.items()}, Kind.GAUGE)


def series_rows(series: Iterable[Series], last_seen: int = T0 // 1000) -> pa.Table:
    rows = [(one.id, one.name, one.kind.value, one.app, list(one.tags.items()), last_seen) for one in series]
    return _table(rows, SERIES)


@dataclass(frozen=True)
class Sample:
    """One value; `at` counts primary steps after T0."""

    series: Series
    at: int
    value: float
    src: int = 1


def samples_block(samples: Iterable[Sample], step_ms: int = 10_000) -> Block:
    """A block with the samples and the series that they belong to."""
    samples = list(samples)
    rows = [(one.series.name, one.series.id, T0 + one.at * step_ms, one.src, one.value) for one in samples]
    series = {one.series.id: one.series for one in samples}
    return Block(series=series_rows(series.values()), samples=_table(rows, SAMPLES))


@dataclass(frozen=True)
class SpanFact:
    """One span; ids are small numbers, `at_ms` counts from T0."""

    trace: int
    span: int
    parent: int
    app: str
    kind: str
    at_ms: int = 0
    duration_ms: float = 10.0
    name: str = "op"
    region: str = "r1"
    status: str = "ok"
    peer: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    events: tuple[tuple[int, str, Mapping[str, str]], ...] = ()
    links: tuple[tuple[int, int, Mapping[str, str]], ...] = ()

    @property
    def start_ns(self) -> int:
        return (T0 + self.at_ms) * 1_000_000

    @property
    def row(self) -> tuple[object, ...]:
        ids = (self.trace.to_bytes(16), self.span, self.parent, self.start_ns, round(self.duration_ms * 1_000_000))
        names = (self.app, self.region, f"{self.app}-1", self.name, self.kind, self.status, "", self.peer, "")
        tags = ([("host", "h1")], list(self.attributes.items()))
        events = ([e[0] for e in self.events], [e[1] for e in self.events], [list(e[2].items()) for e in self.events])
        links = (
            [trace.to_bytes(16) for trace, _, _ in self.links],
            [span for _, span, _ in self.links],
            [list(attributes.items()) for _, _, attributes in self.links],
        )
        return (*ids, *names, *tags, *events, *links)


def spans_block(spans: Iterable[SpanFact]) -> Block:
    return Block(spans=_table([span.row for span in spans], SPANS))


def _table(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    rows = list(rows)
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = [pa.array(values, type=part.type) for values, part in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)
