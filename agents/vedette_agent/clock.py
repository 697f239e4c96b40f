"""Time as a port: the system's, a manual one for tests, and one that is corrected by the server's."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        ...


class SystemClock:
    """The time of day of this machine."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now_ms: int = 0) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def set(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def advance(self, ms: int) -> None:
        self._now_ms += ms


class CorrectedClock:
    """A clock plus an offset that is learnt from what another machine says its time is.

    A `Date` header is cut to whole seconds and was written at some moment between question and answer; together these
    bound the offset from both sides. The offset moves only when it lies outside, and then no further than to the bound,
    so that machines whose clocks agree within a second are never shifted about.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset_ms = 0

    def now_ms(self) -> int:
        return self._clock.now_ms() + self.offset_ms

    def observe(self, date_ms: int, asked_ms: int, answered_ms: int) -> int:
        """Take note that the other's clock showed `date_ms`, cut to the second, between two readings of this clock.

        `asked_ms` and `answered_ms` are results of `now_ms`. Returns by how much the clock was moved, in milliseconds.
        """
        least = date_ms - answered_ms
        most = date_ms + 999 - asked_ms
        move = max(least, 0) or min(most, 0)
        self.offset_ms += move
        return move
