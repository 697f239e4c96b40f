"""What is asked of the samples: which series, over which steps, combined how; and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vedette_storage.predicate import Predicate

Aggregate = Literal["sum", "count", "min", "max", "all"]
Consolidation = Literal["avg", "sum", "min", "max"]


@dataclass(frozen=True)
class Selection:
    """One data expression over one window.

    Each raw series is first brought to `step_ms` by `consolidation`, then the series are combined by `aggregate`,
    one line for each distinct set of values of `group_by` (series that lack one of the keys are left out).
    `all` keeps every series as a line of its own.

    Point i has the time `start_ms + i * step_ms` and covers the primary steps in `(t - step_ms, t]`.
    `avg` divides by the number of primary steps in the interval, gaps included; min and max ignore gaps;
    `count` counts the series that have a value.
    """

    predicate: Predicate
    aggregate: Aggregate
    consolidation: Consolidation
    start_ms: int
    step_ms: int
    points: int
    group_by: tuple[str, ...] = ()

    @property
    def end_ms(self) -> int:
        """Time of the last point."""
        return self.start_ms + (self.points - 1) * self.step_ms


@dataclass(frozen=True)
class Reading:
    """One statement that was asked for an answer: its `purpose` in a few words, its text, and what it cost.

    `tables` are the tables of facts that it read; `rows_read` and `bytes_read` are 0 where the engine did not tell.
    """

    purpose: str
    sql: str
    parameters: Mapping[str, object]
    tables: tuple[str, ...]
    rows_read: int = 0
    bytes_read: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Lines:
    """The answer to a `Selection`: `values` is [lines, points], NaN where there is nothing.

    `tags` holds, for each line, the group-by keys with their values (all tags with `name` for `all`; nothing for an
    ungrouped aggregate). A line without any value is left out, so there may be none.
    """

    tags: tuple[Mapping[str, str], ...]
    values: NDArray[np.float64]
    readings: tuple[Reading, ...] = field(default=(), compare=False)  # what was asked of the database, in order
