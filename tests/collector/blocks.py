"""Small blocks with known rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from vedette_collector import grid
from vedette_collector.known import series_table
from vedette_storage.columns import Block
from vedette_storage.series import Series


def samples_of(values: Sequence[float], *, name: str = "n", ts_ms: int = 1_790_000_000_000, src: int = 0) -> pa.Table:
    """One sample for each value, of as many series."""
    ids = np.array([Series(name, {"i": str(i)}).id for i in range(len(values))], dtype=np.uint64)
    times = np.full(len(values), ts_ms, dtype=np.int64)
    return grid.samples(
        pa.array([name] * len(values), pa.string()), ids, times, src, np.array(values, dtype=np.float64)
    )


def block_of(*values: float, name: str = "n", ts_ms: int = 1_790_000_000_000, src: int = 0) -> Block:
    """A block of samples with their series."""
    series = [Series(name, {"i": str(i)}) for i in range(len(values))]
    return Block(
        series=series_table(series, [each.id for each in series], ts_ms),
        samples=samples_of(values, name=name, ts_ms=ts_ms, src=src),
    )


def values_in(blocks: Sequence[Block]) -> list[float]:
    """All values of some blocks, in order."""
    return [value for block in blocks for value in block.samples["value"].to_pylist()]
