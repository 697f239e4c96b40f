"""Rules: when a circuit opens and closes. The names say what Hystrix's properties mean, the defaults are its own."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """Times are seconds of a steady clock. Raises ValueError for what cannot be."""

    window_s: float = 10.0
    """How far back calls count (`metrics.rollingStats.timeInMilliseconds`)."""
    buckets: int = 10
    """The window forgets in so many steps."""
    volume: int = 20
    """With fewer calls in the window the circuit stays closed (`circuitBreaker.requestVolumeThreshold`)."""
    error_percent: int = 50
    """It opens at this share of errors, cut to a whole number (`circuitBreaker.errorThresholdPercentage`)."""
    sleep_s: float = 5.0
    """How long an open circuit refuses before it tries once (`circuitBreaker.sleepWindowInMilliseconds`)."""
    snapshot_s: float = 0.5
    """The window is looked at no more often than this (`metrics.healthSnapshot.intervalInMilliseconds`)."""
    trial_s: float = 30.0
    """A trial without a verdict for so long is given up. A time-out of the call comes sooner."""

    def __post_init__(self) -> None:
        _require(1 <= self.error_percent <= 100, f"error_percent is between 1 and 100, not {self.error_percent}")
        _require(self.volume >= 1, f"volume is at least 1, not {self.volume}")
        for name in ("window_s", "sleep_s", "trial_s"):
            value = getattr(self, name)
            _require(math.isfinite(value) and value > 0, f"{name} is above zero, not {value}")
        _require(math.isfinite(self.snapshot_s) and self.snapshot_s >= 0, f"snapshot_s is not {self.snapshot_s}")
        window_ms = round(self.window_s * 1000)
        _require(
            self.buckets >= 1 and window_ms % self.buckets == 0,
            f"buckets divide the window of {window_ms} ms; {self.buckets} do not",
        )


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise ValueError(text)
