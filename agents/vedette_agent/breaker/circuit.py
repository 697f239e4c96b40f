"""Circuit: whether a call may be made. Hystrix's state machine, with the verdict tied to the trial that it is about.

CLOSED    calls are made; on a snapshot of the window with enough calls and errors it opens
OPEN      calls are refused; after more than the sleep window the next caller's call is the trial
HALF_OPEN the trial runs, all others are refused; its success closes the circuit and empties the window, its failure
          opens it anew, and so does a trial that was cancelled or refused elsewhere, or says nothing for too long.
          One that ended in an error that is ignored was none: the next caller's call is the trial

In Hystrix any call that ends while the circuit is half open decides for the trial, and a trial that never ends holds it
half open for ever. Here only the trial's own permit counts, and it expires.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from vedette_agent.breaker.rules import Rules
from vedette_agent.breaker.window import Tally, Window


class State(IntEnum):
    """The value is what the gauge `breaker.state` shows."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


@dataclass(frozen=True)
class Permit:
    """Leave to make one call. `era` tells which closing of the circuit it belongs to."""

    trial: bool
    era: int


@dataclass(frozen=True)
class Transition:
    """The circuit changed its state, and why."""

    before: State
    after: State
    reason: str


class Circuit:
    """One circuit; any thread may use it. A permit is settled once, by `succeed`, `fail`, `withdraw` or `ignore`."""

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        changed: Callable[[Transition], None] = lambda _: None,
    ) -> None:
        """`clock` gives seconds that never go back; `changed` is told of each transition, outside of the lock."""
        self.rules = rules or Rules()
        self._clock = clock
        self._changed = changed
        self._lock = threading.Lock()
        self._window = Window(self.rules.window_s, self.rules.buckets)
        self._state = State.CLOSED
        self._forced: State | None = None
        self._era = 0
        self._opened_s = self._tried_s = self._looked_s = clock()
        self._trial: Permit | None = None

    @property
    def state(self) -> State:
        """What the circuit is now; a forced state hides the other."""
        return self._forced if self._forced is not None else self._state

    def tally(self) -> Tally:
        """The calls of the window."""
        with self._lock:
            return self._window.tally(self._clock())

    def force(self, state: State | None) -> None:
        """Hold the circuit open or closed whatever happens; None lets it go its own way again."""
        if state is State.HALF_OPEN:
            raise ValueError("a circuit can be held open or closed, not half open")
        self._forced = state

    def admit(self) -> Permit | None:
        """Leave for one call, or None when the circuit refuses it."""
        with self._lock:
            now_s = self._clock()
            moved = self._look(now_s)
            permit, more = self._decide(now_s)
        self._tell(moved, more)
        return permit

    def succeed(self, permit: Permit) -> None:
        """The call went well."""
        self._settle(permit, error=False)

    def fail(self, permit: Permit) -> None:
        """The call failed, timed out, or found no place to run."""
        self._settle(permit, error=True)

    def withdraw(self, permit: Permit, reason: str = "trial cancelled") -> None:
        """The call was cancelled, or found no place: of a trial nothing is known, and the next is not now."""
        with self._lock:
            moved = self._open(self._clock(), reason) if permit is self._trial else None
        self._tell(moved)

    def ignore(self, permit: Permit) -> None:
        """The call ended in an error of the caller's own: of a trial nothing is known, and the next may be at once."""
        with self._lock:
            moved = None
            if permit is self._trial:
                self._trial = None
                moved = self._move(State.OPEN, "trial ignored")
        self._tell(moved)

    def _decide(self, now_s: float) -> tuple[Permit | None, Transition | None]:
        if self._forced is not None:
            return (None if self._forced is State.OPEN else Permit(False, self._era)), None
        if self._state is State.CLOSED:
            return Permit(False, self._era), None
        if self._state is State.HALF_OPEN:
            late = now_s - self._tried_s > self.rules.trial_s
            return None, self._open(now_s, "trial gave no answer") if late else None
        if now_s - self._opened_s > self.rules.sleep_s:
            self._trial, self._tried_s = Permit(True, self._era), now_s
            return self._trial, self._move(State.HALF_OPEN, "trial")
        return None, None

    def _settle(self, permit: Permit, *, error: bool) -> None:
        with self._lock:
            now_s = self._clock()
            moved: Transition | None
            if permit is self._trial:
                moved = self._open(now_s, "trial failed") if error else self._close(now_s)
            else:
                # A call from before the circuit last closed tells of a time that is over.
                if permit.era == self._era and not permit.trial:
                    self._window.record(now_s, error=error)
                moved = self._look(now_s)
        self._tell(moved)

    def _look(self, now_s: float) -> Transition | None:
        """Open the circuit if the window says so; looked at no more often than the rules say."""
        if self._state is not State.CLOSED or now_s - self._looked_s < self.rules.snapshot_s:
            return None
        self._looked_s = now_s
        tally = self._window.tally(now_s)
        if tally.total < self.rules.volume or tally.error_percent < self.rules.error_percent:
            return None
        return self._open(now_s, "too many errors")

    def _open(self, now_s: float, reason: str) -> Transition:
        self._trial = None
        self._opened_s = now_s
        return self._move(State.OPEN, reason)

    def _close(self, now_s: float) -> Transition:
        self._trial = None
        self._era += 1
        self._window.clear()
        self._looked_s = now_s
        return self._move(State.CLOSED, "trial succeeded")

    def _move(self, after: State, reason: str) -> Transition:
        before, self._state = self._state, after
        return Transition(before, after, reason)

    def _tell(self, *moved: Transition | None) -> None:
        for one in moved:
            if one is not None:
                self._changed(one)
