"""Timer: how long something takes."""

from __future__ import annotations

from typing import ClassVar

from vedette_agent.meters.distribution import Distribution
from vedette_agent.meters.stopwatch import Stopwatch


class Timer(Distribution):
    """A distribution of durations in seconds, with `statistic=totalTime`."""

    __slots__ = ()

    TOTAL: ClassVar[str] = "totalTime"

    def record(self, seconds: float) -> None:
        """It took so long."""
        self._log.append(seconds)

    def time(self) -> Stopwatch:
        """A context manager that records how long its block takes, or a decorator that does so for each call.

        Works for plain and for `async` functions, and around `await`. A block that raises is recorded as well.
        """
        return Stopwatch(self.record)
