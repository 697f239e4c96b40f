"""Values onto the grid: every sample at the end of a step of the store, one for each series, step and source."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vedette_storage.columns import SAMPLES

Ids = NDArray[np.uint64]
Times = NDArray[np.int64]
Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def step_end(ts_ms: Times, step_ms: int) -> Times:
    """The end of the step that contains each time; t covers (t - step, t]."""
    ends: Times = -(-ts_ms // step_ms) * step_ms
    return ends


def covered_steps(ts_ms: int, length_ms: int, step_ms: int) -> Times:
    """Ends of the store's steps, ascending, that are covered by `length_ms` up to the step of `ts_ms`."""
    last = -(-ts_ms // step_ms) * step_ms
    return np.arange(last - length_ms + step_ms, last + 1, step_ms, dtype=np.int64)


def one_per_step(ids: Ids, ts_ms: Times, values: Values, gauges: Mask) -> tuple[NDArray[np.intp], Values] | None:
    """Settle what one request says twice of a series in one step: the largest of a gauge, the last of a rate.

    Returns the rows to keep with their values, or None when nothing was said twice.
    """
    with np.errstate(over="ignore"):
        keys = ids ^ (ts_ms.astype(np.uint64) * _ODD)
    if np.unique(keys).size == keys.size:  # different keys are different (series, step); equal ones may be chance
        return None
    order = np.lexsort((ts_ms, ids))  # stable: rows of one series and step stay in the order they were sent in
    new_group = np.ones(order.size, dtype=np.bool_)
    new_group[1:] = (np.diff(ids[order]) != 0) | (np.diff(ts_ms[order]) != 0)
    starts = np.flatnonzero(new_group)
    last = order[np.append(starts[1:], order.size) - 1]
    largest = np.maximum.reduceat(values[order], starts)
    kept = np.where(gauges[last], largest, values[last])
    back = np.argsort(last)
    return last[back], kept[back]


def samples(names: pa.Array, ids: Ids, ts_ms: Times, src: int, values: Values) -> pa.Table:
    """Columns of one source as a table of samples; the caller has left out NaN."""
    return pa.Table.from_arrays(
        [
            names,
            pa.array(ids),
            pa.array(ts_ms).view(SAMPLES.field("ts").type),
            pa.array(np.full(ids.size, src, dtype=np.uint32)),
            pa.array(values),
        ],
        schema=SAMPLES,
    )
