"""Meter: what all meters have in common, and how an update reaches its step without a lock.

An update is one `list.append` to the meter's log, which is atomic in CPython with and without the GIL; nothing else
happens on the caller's thread. The step thread drains the log several times a second (which bounds the memory) and at
the boundary of the step: it copies the list and deletes as many items as it copied, so that an append in between stays
for the next time. All arithmetic happens there, in C over whole lists. Only one thread drains at a time (the registry
sees to it), so that the sums of a meter need no lock either.
"""

from __future__ import annotations

import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Final, TypeVar

from vedette_agent.identity import MeterId
from vedette_agent.series import Series

logger = logging.getLogger(__name__)

IDLE_MS: Final = 15 * 60 * 1000
"""A meter without an update for longer than this is no longer reported."""

Measured = Iterable[tuple[Series, float]]


class Closed(list[float]):
    """The log of a meter that nobody drains: it keeps nothing, so that code without a running agent costs no memory."""

    def append(self, _: float) -> None:
        return None


class Meter(ABC):
    """A named thing that is measured. Updates may come from any thread; the rest belongs to the registry."""

    __slots__ = ("__weakref__", "_log", "_updated_ms", "id")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        self.id = meter_id
        self._log: list[float] = []
        self._updated_ms = now_ms

    @property
    def _ttl_ms(self) -> int:
        """How long it is reported without an update."""
        return IDLE_MS

    def drain(self, now_ms: int) -> bool:
        """Take the waiting updates into the sums of the current step; whether there was one that counts."""
        log = self._log
        if not log:
            return False
        values = log[:]
        del log[: len(values)]
        try:
            counted = self._reduce(values)
        except Exception:  # whatever was recorded: it must not cost the other meters their step
            logger.warning("%s: %d updates are dropped", self.id, len(values), exc_info=True)
            return False
        if counted:
            self._updated_ms = now_ms
        return counted

    def expired(self, now_ms: int) -> bool:
        """Whether the last update that counted is longer ago than the meter's time to live."""
        return now_ms - self._updated_ms > self._ttl_ms

    def touch(self, now_ms: int) -> None:
        """Begin the time to live anew."""
        self._updated_ms = now_ms

    def pending(self) -> int:
        """How many updates wait to be drained."""
        return len(self._log)

    def follow(self, other: Meter) -> None:
        """From now on updates of this meter are updates of the other."""
        self._log = other._log

    def close(self) -> None:
        """Forget everything, and keep no update until `open`."""
        self._log = Closed()
        self.reset()

    def open(self, now_ms: int) -> None:
        """Keep updates again after `close`."""
        self._log = []
        self._updated_ms = now_ms

    def reset(self) -> None:
        """Forget what was measured: a forked child must not report what its parent will."""
        self._log.clear()
        for _ in self.measure(1.0):
            pass

    @abstractmethod
    def measure(self, step_s: float) -> Measured:
        """What the step that ends now amounts to (rates are per second), and begin the next."""

    @abstractmethod
    def series(self) -> Iterable[Series]:
        """All series that the meter has reported under."""

    @abstractmethod
    def _reduce(self, values: list[float]) -> bool:
        """Add updates to the sums; whether one of them counted."""


M = TypeVar("M", bound=Meter)


def numbers(values: Iterable[object]) -> list[float]:
    """Those of the values that are finite numbers: what a caller hands in by mistake costs only itself."""
    return [number for number in map(_number, values) if math.isfinite(number)]


def _number(value: object) -> float:
    try:
        return float(value) if hasattr(value, "__float__") else math.nan
    except (TypeError, ValueError, OverflowError):
        return math.nan
