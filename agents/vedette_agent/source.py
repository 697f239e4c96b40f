"""Source: series that somebody else measures, such as the meters of another library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from vedette_agent.meters.meter import Measured
from vedette_agent.series import Series


class Source(Protocol):
    """Is asked on the step thread, never by two threads at once. One that raises costs only its own step."""

    def drain(self, now_ms: int) -> None:
        """Take waiting updates into the sums; called several times a second."""

    def measure(self, now_ms: int, step_s: float) -> Measured:
        """What the step that ends now amounts to, each series once (rates are per second), and begin the next."""

    def series(self) -> Iterable[Series]:
        """All series that were measured and have not ended."""

    def ended(self) -> Iterable[Series]:
        """The series that are reported no longer, told once."""

    def reset(self) -> None:
        """Forget what was measured in this step: a forked child must not report what its parent will."""
