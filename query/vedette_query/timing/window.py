"""The window of a request: resolved times, rounded to the step, and the one hidden point before the first shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from vedette_query.errors import require
from vedette_query.timing.dates import is_relative, parse_date
from vedette_query.timing.steps import effective_step


@dataclass(frozen=True)
class Window:
    """What is evaluated: points at `start_ms`, `start_ms + step_ms`, ...; the first one is not shown.

    A point covers the step that ends at its time. `points` counts the hidden one.
    """

    start_ms: int
    step_ms: int
    points: int

    @property
    def end_ms(self) -> int:
        """Exclusive end: one step after the last point."""
        return self.start_ms + self.points * self.step_ms

    @property
    def shown_start_ms(self) -> int:
        return self.start_ms + self.step_ms

    @property
    def times_ms(self) -> NDArray[np.int64]:
        """The times of all points."""
        return self.start_ms + self.step_ms * np.arange(self.points, dtype=np.int64)


def resolve(start: str, end: str, zone: tzinfo, now_ms: int) -> tuple[int, int]:
    """Start and end in epoch ms; one of them may be relative to the other. Raises `BadRequest`."""
    if is_relative(start) or start == "e":
        require(not is_relative(end), "start and end are both relative")
        end_ms = parse_date(end, zone, {}, now_ms)
        start_ms = parse_date(start, zone, {"e": end_ms}, now_ms)
    else:
        start_ms = parse_date(start, zone, {}, now_ms)
        end_ms = parse_date(end, zone, {"s": start_ms}, now_ms)
    require(end_ms >= start_ms, "end time is before start time")
    return start_ms, end_ms


def window(start_ms: int, end_ms: int, primary_ms: int, step_ms: int | None, datapoints: int) -> Window:
    """Choose the step and round both ends down to it; an empty window becomes one step long."""
    step = effective_step(primary_ms, step_ms, end_ms - start_ms, datapoints)
    first, last = start_ms // step * step, end_ms // step * step
    if first == last:
        first -= step
    return Window(first, step, (last - first) // step + 1)
