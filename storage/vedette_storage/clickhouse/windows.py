"""Dirty windows: which minutes of derived data no longer agree with the facts, and must be derived again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vedette_storage.columns import Block

Signal = Literal["samples", "spans"]

WINDOW_MS: Final = 60_000
IPC_PREFIX: Final = "ipc."

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
    """One writer's word that a window changed. `window_ms` is the end of the minute (window - 60 s, window]."""

    signal: Signal
    window_ms: int
    id: int


def touched(block: Block, step_ms: int) -> list[tuple[Signal, int]]:
    """The windows whose derived data depends on the facts of this block.

    Of the samples only IPC metrics count: edges are made of them, and nothing else is derived from samples yet.
    """
    windows: list[tuple[Signal, int]] = []
    if block.samples.num_rows:
        ipc = block.samples.filter(pc.starts_with(block.samples["name"], IPC_PREFIX))
        ends = pc.unique(ipc["ts"].combine_chunks().cast(pa.int64())).to_numpy(zero_copy_only=False)
        windows += [("samples", window) for window in _minutes(ends)]
    if block.spans.num_rows:
        starts = block.spans["ts"].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
        step_ns = step_ms * 1_000_000
        ends = -(-starts // step_ns) * step_ms  # a span belongs to the step that its start lies in
        windows += [("spans", window) for window in _minutes(ends)]
    return windows


def marks(windows: Iterable[tuple[Signal, int]]) -> list[Mark]:
    """A new mark for each window, told apart from every other by its random id."""
    return [Mark(signal, window, secrets.randbits(64)) for signal, window in windows]


def rows(marked: Iterable[Mark], *, cleared: bool = False) -> pa.Table:
    """The rows that set these marks, or that clear them: the same key, replaced by `cleared`."""
    now = int(time.time())
    columns = [(mark.signal, mark.window_ms // 1000, mark.id, int(cleared), now) for mark in marked]
    arrays = [
        pa.array(values, type=field.type)
        for field, values in zip(_SCHEMA, zip(*columns, strict=True) if columns else [()] * 5, strict=True)
    ]
    return pa.table(arrays, schema=_SCHEMA)


def _minutes(ends_ms: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[int]:
    return [int(window) for window in np.unique(-(-ends_ms // WINDOW_MS) * WINDOW_MS)]
