"""Which steps a picture of the traffic is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PATIENCE_STEPS: Final = 3
"""How far the newest derived step may lie back before the picture moves on without it, and shows a gap."""

SETTLE_MS: Final = 5_000
"""How long after its end a step is taken to have been reported and derived."""


@dataclass(frozen=True)
class Window:
    """The steps in (start_ms, end_ms], both on the grid."""

    start_ms: int
    end_ms: int
    step_ms: int

    @property
    def seconds(self) -> int:
        return (self.end_ms - self.start_ms) // 1000


def choose(asked_end_ms: int, length_ms: int, step_ms: int, *, complete_ms: int, latest_ms: int | None) -> Window:
    """The last `length_ms` (rounded up to whole steps) up to the time asked, without steps still being filled.

    `complete_ms` is the time before which reports have arrived; `latest_ms` the newest derived step. When derivation
    is a little behind, the window ends where it has got to, so that a step without its edges is no dip in the traffic.
    """
    end = min(asked_end_ms, complete_ms) // step_ms * step_ms
    if latest_ms is not None and latest_ms < end <= latest_ms + PATIENCE_STEPS * step_ms:
        end = latest_ms
    steps = max(1, -(-length_ms // step_ms))
    return Window(end - steps * step_ms, end, step_ms)
