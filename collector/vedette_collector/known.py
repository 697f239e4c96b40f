"""Series that were met before: raw bytes to id without work, and when each must be written to the store again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from vedette_storage.columns import EMPTY_SERIES, SERIES, TAGS
from vedette_storage.series import Series

_NEVER: Final = -1


@dataclass(slots=True, eq=False)
class Mark:
    """Until when a series, or a table of them, need not be registered again."""

    until_ms: int = 0
    generation: int = _NEVER


class Registration:
    """When something must be registered in the store: at first, after a while, and after a block was lost.

    A block that the database refuses takes its new series with it; `renew` then makes every series new again, so that
    later samples are not orphans.
    """

    def __init__(self, every_ms: int) -> None:
        self._every_ms = every_ms
        self.generation = 0

    def renew(self) -> None:
        self.generation += 1

    def due(self, mark: Mark, now_ms: int) -> bool:
        return mark.generation != self.generation or now_ms >= mark.until_ms

    def done(self, marks: Iterable[Mark], now_ms: int, generation: int) -> None:
        """Note that what belongs to these marks is durable since `now_ms`."""
        for mark in marks:
            mark.until_ms = now_ms + self._every_ms
            mark.generation = generation


@dataclass(slots=True, eq=False)
class Known:
    """What is remembered of one series."""

    id: int
    name: str
    gauge: bool
    mark: Mark


def series_table(series: Sequence[Series], ids: Sequence[int], now_ms: int) -> pa.Table:
    """Rows for the `series` table of the store, last seen now."""
    if not series:
        return EMPTY_SERIES
    offsets = np.zeros(len(series) + 1, dtype=np.int32)
    np.cumsum([len(each.tags) for each in series], out=offsets[1:])
    tags = pa.MapArray.from_arrays(
        pa.array(offsets),
        pa.array([key for each in series for key in each.tags], pa.string()),
        pa.array([value for each in series for value in each.tags.values()], pa.string()),
        type=TAGS,
    )
    return pa.Table.from_arrays(
        [
            pa.array(ids, pa.uint64()),
            pa.array([each.name for each in series], pa.string()),
            pa.array([each.kind.value for each in series], pa.string()),
            pa.array([each.app for each in series], pa.string()),
            tags,
            pa.array(np.full(len(series), now_ms // 1000, dtype=np.int64)).view(SERIES.field("last_seen").type),
        ],
        schema=SERIES,
    )
