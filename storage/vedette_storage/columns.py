"""The Arrow schemas of what is stored: the shape that the collector fills and the journal keeps.

A block of raw facts is made of these tables and nothing else. Times are UTC; a sample's time is the end of its
step; ids are unsigned 64-bit integers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

TAGS: Final = pa.map_(pa.string(), pa.string())

SERIES: Final = pa.schema(
    [
        ("series_id", pa.uint64()),
        ("name", pa.string()),
        ("kind", pa.string()),  # a `series.Kind`
        ("app", pa.string()),
        ("tags", TAGS),  # without the name
        ("last_seen", pa.timestamp("s", tz="UTC")),
    ]
)

SAMPLES: Final = pa.schema(
    [
        ("name", pa.string()),
        ("series_id", pa.uint64()),
        ("ts", pa.timestamp("ms", tz="UTC")),  # end of the step, always on the grid
        ("src", pa.uint32()),  # hash of the process it comes from; 0 where the protocol names none
        ("value", pa.float64()),  # never NaN: a missing row is "no data"
    ]
)

SPANS: Final = pa.schema(
    [
        ("trace_id", pa.binary(16)),
        ("span_id", pa.uint64()),
        ("parent_id", pa.uint64()),  # 0 for a root
        ("ts", pa.timestamp("ns", tz="UTC")),  # start
        ("duration_ns", pa.uint64()),
        ("app", pa.string()),  # service.name
        ("region", pa.string()),  # cloud.region
        ("node", pa.string()),  # service.instance.id
        ("name", pa.string()),  # the operation
        ("kind", pa.string()),  # unspecified, internal, server, client, producer, consumer
        ("status", pa.string()),  # unset, ok, error
        ("status_message", pa.string()),
        ("peer", pa.string()),  # who was called, as the caller named it; empty if unknown
        ("trace_state", pa.string()),
        ("resource", TAGS),
        ("attributes", TAGS),
        ("events.ts", pa.list_(pa.timestamp("ns", tz="UTC"))),
        ("events.name", pa.list_(pa.string())),
        ("events.attributes", pa.list_(TAGS)),
        ("links.trace_id", pa.list_(pa.binary(16))),
        ("links.span_id", pa.list_(pa.uint64())),
        ("links.attributes", pa.list_(TAGS)),
    ]
)

EMPTY_SERIES: Final[pa.Table] = SERIES.empty_table()
EMPTY_SAMPLES: Final[pa.Table] = SAMPLES.empty_table()
EMPTY_SPANS: Final[pa.Table] = SPANS.empty_table()


@dataclass(frozen=True)
class Block:
    """What is inserted at once: new series first, then the facts. Writing it again changes nothing."""

    series: pa.Table = field(default_factory=lambda: EMPTY_SERIES)
    samples: pa.Table = field(default_factory=lambda: EMPTY_SAMPLES)
    spans: pa.Table = field(default_factory=lambda: EMPTY_SPANS)

    @property
    def rows(self) -> int:
        """Facts in the block (series are not counted)."""
        return int(self.samples.num_rows + self.spans.num_rows)
