"""Dirty windows: which parts of what is derived no longer agree with the facts, and must be derived again.

A mark is durable before the fact that it is for can be seen, and it is cleared only after the window was derived from
facts that were read after the mark was. So what has no mark agrees with the facts, whatever crashed.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vedette_storage.clickhouse.layers import Rollup, Signal
from vedette_storage.columns import Block

WINDOW_MS: Final = 60_000
IPC_PREFIX: Final = "ipc."

Milliseconds = np.ndarray[tuple[int], np.dtype[np.int64]]

_SCHEMA: Final = pa.schema(
    [
        ("signal", pa.string()),
        ("window", pa.timestamp("s", tz="UTC")),
        ("mark", pa.uint64()),
        ("cleared", pa.uint8()),
        ("marked", pa.timestamp("s", tz="UTC")),
    ]
)


@dataclass(frozen=True)
class Mark:
    """One writer's word that a window changed. `window_ms` is its end, which belongs to it."""

    signal: Signal
    window_ms: int
    id: int


def of_edges(block: Block, step_ms: int) -> list[tuple[Signal, int]]:
    """The minutes whose edges depend on the facts of this block: its IPC metrics and its spans."""
    windows: list[tuple[Signal, int]] = []
    if block.samples.num_rows:
        ipc = block.samples.filter(pc.starts_with(block.samples["name"], IPC_PREFIX))
        windows += [("samples", window) for window in _ends(_times(ipc), WINDOW_MS)]
    if block.spans.num_rows:
        starts = block.spans["ts"].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
        step_ns = step_ms * 1_000_000
        ends = -(-starts // step_ns) * step_ms  # a span belongs to the step that its start lies in
        windows += [("spans", window) for window in _ends(ends, WINDOW_MS)]
    return windows


def of_rollup(block: Block, rollup: Rollup) -> list[int]:
    """The windows of a rollup that depend on the samples of this block."""
    return _ends(_times(block.samples), rollup.width_ms) if block.samples.num_rows else []


def marks(windows: Iterable[tuple[Signal, int]]) -> list[Mark]:
    """A new mark for each window, told apart from every other by its random id."""
    return [Mark(signal, window, secrets.randbits(64)) for signal, window in windows]


def rows(dirty: Iterable[Mark], cleared: Iterable[Mark] = ()) -> pa.Table:
    """The rows that set some marks and clear others: a cleared mark has the same key, and `cleared` replaces it.

    Inserted at once, they count at once.
    """
    now = int(time.time())
    columns = [
        (mark.signal, mark.window_ms // 1000, mark.id, state, now)
        for state, marks in enumerate((dirty, cleared))
        for mark in marks
    ]
    arrays = [
        pa.array(values, type=field.type)
        for field, values in zip(_SCHEMA, zip(*columns, strict=True) if columns else [()] * 5, strict=True)
    ]
    return pa.table(arrays, schema=_SCHEMA)


def _times(samples: pa.Table) -> Milliseconds:
    """The distinct times of samples."""
    times: Milliseconds = pc.unique(samples["ts"].combine_chunks().cast(pa.int64())).to_numpy(zero_copy_only=False)
    return times


def _ends(times_ms: Milliseconds, width_ms: int) -> list[int]:
    """The ends of the windows that hold these times."""
    return [int(window) for window in np.unique(-(-times_ms // width_ms) * width_ms)]
