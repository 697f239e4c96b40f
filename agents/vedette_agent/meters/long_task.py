"""LongTaskTimer: how many long tasks run now, and for how long already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from time import perf_counter_ns

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE

_tasks = count(1)
"""Numbers of tasks, each used once in the process: a timer may take over those of another."""


class LongTaskTimer(Meter):
    """Reports `activeTasks`, and `duration`: the seconds that all running tasks have taken up to now, together.

    A timer tells of a task when it is over; this one tells while it runs, so that one that hangs can be seen.
    """

    __slots__ = ("_active_series", "_duration_series", "_started")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._active_series = Series(GAUGE, meter_id, "activeTasks")
        self._duration_series = Series(GAUGE, meter_id, "duration")
        self._started: dict[int, int] = {}

    def start(self) -> int:
        """A task begins; the number is for `stop`."""
        task = next(_tasks)
        self._started[task] = perf_counter_ns()
        return task

    def stop(self, task: int) -> int:
        """The task is over: how many nanoseconds it took, -1 when no such task runs."""
        started = self._started.pop(task, None) if isinstance(task, int) else None
        return -1 if started is None else perf_counter_ns() - started

    def duration(self, task: int | None = None) -> float:
        """The seconds that a task has taken up to now (-1 when it does not run), or all running ones together."""
        now = perf_counter_ns()
        if task is None:
            return sum(now - started for started in list(self._started.values())) / 1e9
        started = self._started.get(task) if isinstance(task, int) else None
        return -1.0 if started is None else (now - started) / 1e9

    @property
    def active(self) -> int:
        """How many tasks run now."""
        return len(self._started)

    @contextmanager
    def running(self) -> Iterator[None]:
        """A task for as long as the block takes."""
        task = self.start()
        try:
            yield
        finally:
            self.stop(task)

    def expired(self, now_ms: int) -> bool:
        """Never by age: a task may take days."""
        return False

    def follow(self, other: Meter) -> None:
        super().follow(other)
        if isinstance(other, LongTaskTimer):
            other._started.update(self._started)
            self._started = other._started

    def reset(self) -> None:
        """A forked child runs none of its parent's tasks."""
        super().reset()
        self._started.clear()

    def measure(self, step_s: float) -> Measured:
        return ((self._active_series, float(self.active)), (self._duration_series, self.duration()))

    def series(self) -> Iterable[Series]:
        return (self._active_series, self._duration_series)

    def _reduce(self, values: list[float]) -> bool:
        return bool(values)
