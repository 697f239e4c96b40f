"""Who waits for an answer, and may leave before there is one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from vedette_storage.errors import Exceeded, Gone

Clock = Callable[[], float]


@dataclass(frozen=True)
class Estimate:
    """What a read would take, known before it is made: the `series` that match, the `samples` (rows of facts) they may
    have in its window at most, and the `lines` and `points` of its answer.
    """

    series: int
    samples: int
    lines: int
    points: int


class Asker:
    """Somebody who waits for an answer, at most `seconds` from now (None: as long as it takes), by the `clock`.

    Whoever works for the asker calls `check` between two pieces of work; what cannot look up from its work, such as a
    statement in the database, says by `interrupting` how it is stopped. Any thread may call anything.
    """

    def __init__(self, seconds: float | None = None, *, clock: Clock = time.monotonic) -> None:
        self.seconds: Final = seconds
        self._clock = clock
        self._until = None if seconds is None else clock() + seconds
        self._gone = False
        self._guard = threading.Lock()
        self._cancels: list[Callable[[], None]] = []
        self._listeners: list[Callable[[Estimate], None]] = []

    @property
    def gone(self) -> bool:
        """Whether the asker has left. One whose time is over has not: the refusal is still heard."""
        return self._gone

    @property
    def remaining(self) -> float | None:
        """Seconds that are left, never below 0; None without a limit."""
        return None if self._until is None else max(0.0, self._until - self._clock())

    def check(self) -> None:
        """Raise `Gone` when the asker has left, `Exceeded` when its time is over; else nothing."""
        if self._gone:
            raise Gone("Whoever asked has left before there was an answer.")
        if self.remaining == 0.0:
            limit = f"{self.seconds:g} s"
            raise Exceeded("time", f"The answer took longer than the {limit} that it may take.", limit=limit)

    def expect(self, estimate: Estimate) -> None:
        """Hear, from a reader, what it is about to read. Raises what a listener raises to refuse it, and as `check`."""
        self.check()
        for listen in self._listeners:
            listen(estimate)

    @contextmanager
    def hearing(self, listen: Callable[[Estimate], None]) -> Iterator[None]:
        """While inside, `listen` is told of every read before it is made, and may raise in place of it."""
        self._listeners.append(listen)
        try:
            yield
        finally:
            self._listeners.remove(listen)

    def leave(self) -> None:
        """Wait no longer: what runs for this asker is cancelled, what has not begun never starts. Does not block."""
        with self._guard:
            if self._gone:
                return
            self._gone = True
            cancels, self._cancels = self._cancels, []
        for cancel in cancels:
            threading.Thread(target=cancel, name="vedette-cancel").start()

    @contextmanager
    def interrupting(self, cancel: Callable[[], None]) -> Iterator[None]:
        """While inside, `cancel` is called, once and in a thread of its own, if the asker leaves.

        Raises `Gone` or `Exceeded` in place of entering, as `check` does.
        """
        with self._guard:
            self.check()
            self._cancels.append(cancel)
        try:
            yield
        finally:
            with self._guard:
                if cancel in self._cancels:
                    self._cancels.remove(cancel)
