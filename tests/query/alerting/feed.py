"""Samples for a store, a line at a time."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from vedette_storage.columns import SAMPLES, SERIES, Block
from vedette_storage.series import Series
from vedette_storage.store import BlockWriter


def feed(writer: BlockWriter, name: str, tags: Mapping[str, str], points: Mapping[int, float]) -> None:
    """Write a rate with its values by the end of their step (ms)."""
    series = Series(name, tags)
    first = pa.scalar(0, pa.timestamp("s", tz="UTC"))
    writer.write(
        Block(
            series=pa.Table.from_pylist(
                [
                    {
                        "series_id": series.id,
                        "name": name,
                        "kind": series.kind.value,
                        "app": series.app,
                        "tags": list(tags.items()),
                        "last_seen": first.as_py(),
                    }
                ],
                schema=SERIES,
            ),
            samples=pa.table(
                {
                    "name": [name] * len(points),
                    "series_id": pa.array([series.id] * len(points), pa.uint64()),
                    "ts": pa.array(list(points), pa.int64()).cast(pa.timestamp("ms", tz="UTC")),
                    "src": pa.array([1] * len(points), pa.uint32()),
                    "value": list(points.values()),
                },
                schema=SAMPLES,
            ),
        )
    )
