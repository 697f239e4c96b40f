"""When a group is evaluated: on multiples of its interval plus an offset of its own, which spreads the load.

Alignment follows the wall clock, so that results are reproducible; waiting and the count of missed slots follow the
monotonic clock, so that a wall clock that is set does neither hurry nor stall anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b


def offset_ms(group: str, interval_ms: int) -> int:
    """Where within its interval a group is evaluated: always the same for one name."""
    return int.from_bytes(blake2b(group.encode(), digest_size=8).digest(), "big") % interval_ms


def slot_at(now_ms: int, interval_ms: int, offset: int) -> int:
    """The latest slot that is not in the future."""
    return (now_ms - offset) // interval_ms * interval_ms + offset


@dataclass(frozen=True)
class Turn:
    """A group's place in time. `due` is on the monotonic clock, in milliseconds; so is `last`, when it last ran."""

    interval_ms: int
    offset: int
    due: float
    last: float | None = None
    missed: int = 0

    @classmethod
    def first(cls, group: str, interval_ms: int, *, now_ms: int, monotonic_ms: float) -> Turn:
        """The first turn of a group: its next slot."""
        turn = cls(interval_ms, offset_ms(group, interval_ms), monotonic_ms)
        return replace(turn, due=monotonic_ms + turn._wait_ms(now_ms))

    def slot(self, now_ms: int) -> int:
        """The time stamp of an evaluation that begins now."""
        return slot_at(now_ms, self.interval_ms, self.offset)

    def elapsed_ms(self, monotonic_ms: float) -> int:
        """Time since the group last ran; one interval at its first run, since that is all that is known."""
        return self.interval_ms if self.last is None else round(monotonic_ms - self.last)

    def after(self, *, now_ms: int, started_ms: float, monotonic_ms: float) -> Turn:
        """The turn after a run that began at `started_ms`: slots that went by meanwhile are counted and skipped."""
        missed = 0
        if self.last is not None:
            missed = max(0, round((started_ms - self.last) / self.interval_ms) - 1)
        due = monotonic_ms + self._wait_ms(now_ms)
        return replace(self, due=due, last=started_ms, missed=self.missed + missed)

    def _wait_ms(self, now_ms: int) -> int:
        return self.slot(now_ms) + self.interval_ms - now_ms
