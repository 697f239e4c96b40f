"""Window: how many of the latest calls were errors."""

from __future__ import annotations

from typing import NamedTuple


class Tally(NamedTuple):
    """Calls that count, and those of them that were errors."""

    total: int
    errors: int

    @property
    def error_percent(self) -> int:
        """Cut to a whole number, as Hystrix does; 0 without calls."""
        return self.errors * 100 // self.total if self.total else 0


class Window:
    """Calls of the last `width_s` seconds, forgotten bucket by bucket. Not thread-safe; its circuit sees to that."""

    __slots__ = ("_bucket_s", "_buckets", "_errors", "_numbers", "_totals")

    def __init__(self, width_s: float, buckets: int) -> None:
        self._bucket_s = width_s / buckets
        self._buckets = buckets
        self.clear()

    def record(self, now_s: float, *, error: bool) -> None:
        """One call has ended at this time."""
        place = self._place(now_s)
        self._totals[place] += 1
        self._errors[place] += error

    def tally(self, now_s: float) -> Tally:
        """What is in the window at this time."""
        oldest = int(now_s / self._bucket_s) - self._buckets
        recent = [place for place, number in enumerate(self._numbers) if number > oldest]
        return Tally(sum(self._totals[place] for place in recent), sum(self._errors[place] for place in recent))

    def clear(self) -> None:
        """Forget all."""
        self._numbers = [-self._buckets - 1] * self._buckets
        self._totals = [0] * self._buckets
        self._errors = [0] * self._buckets

    def _place(self, now_s: float) -> int:
        number = int(now_s / self._bucket_s)
        place = number % self._buckets
        if self._numbers[place] != number:
            self._numbers[place], self._totals[place], self._errors[place] = number, 0, 0
        return place
