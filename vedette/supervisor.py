"""Keeps a few processes running: starts them, says how far they are, restarts what crashes, ends them in order."""

from __future__ import annotations

import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Final, Literal

from vedette.child import Child
from vedette.screen import Screen

TICK_S: Final = 0.1
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
STABLE_S: Final = 60.0
"""A child that was ready for so long starts again from the shortest wait when it crashes."""

State = Literal["starting", "ready", "waiting", "ended"]


@dataclass
class _Kept:
    """A child and where it stands. Times are of the monotonic clock."""

    child: Child
    state: State = "starting"
    was_ready: bool = False
    ready_at: float = 0.0
    start_at: float = 0.0
    wait_s: float = field(default=FIRST_WAIT_S)

    @property
    def name(self) -> str:
        return self.child.program.name


class Supervisor:
    """Runs `children` in the order given until it is told to end; ends them in the opposite order.

    `first` is asked, once all are ready, until it answers a sentence ("first data from 6 services"), which is shown.
    """

    def __init__(
        self,
        children: Sequence[Child],
        screen: Screen,
        *,
        ready: Callable[[], None],
        first: Callable[[], str | None] | None = None,
    ) -> None:
        self._kept = [_Kept(child) for child in children]
        self._screen = screen
        self._on_ready = ready
        self._first = first
        self._asked = threading.Event()
        self._interrupts = 0

    def run(self) -> int:
        """The exit status: 0 when it was told to end, 1 when a child could not be started at all."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._signalled)
        self._screen.open([kept.name for kept in self._kept])
        began = time.monotonic()
        for kept in self._kept:
            kept.child.start()
        refused = self._watch(began)
        self._screen.attentive = False
        self._screen.close()
        if refused is not None:
            self._screen.error(f"{refused.name} could not start: {refused.child.last_words()}")
        else:
            self._screen.say("Ending; press Ctrl-C again to end at once.")
        self._end_all()
        return 1 if refused is not None else 0

    def _watch(self, began: float) -> _Kept | None:
        """Until told to end (None), or a child ends before it was ever ready (that one)."""
        announced = False
        asking = self._first
        while not self._asked.wait(TICK_S):
            now = time.monotonic()
            for kept in self._kept:
                self._step(kept, now)
                if kept.state == "ended":
                    return kept
            all_ready = all(kept.state == "ready" for kept in self._kept)
            if all_ready and not announced:
                announced = True
                self._screen.close()
                self._screen.attentive = True
                self._screen.say(f"Ready after {now - began:.1f} s.")
                self._on_ready()
            if announced and asking is not None and (sentence := asking()) is not None:
                asking = None
                self._screen.say(f"{sentence} ({time.monotonic() - began:.1f} s after the start).")
        return None

    def _step(self, kept: _Kept, now: float) -> None:
        if kept.state == "waiting":
            if now >= kept.start_at:
                kept.child.start()
                kept.state = "starting"
            return
        if not kept.child.running():
            self._ended(kept, now)
        elif kept.state == "starting":
            self._screen.show(kept.name, kept.child.said)
            if answers(kept.child.program.ready_url):
                kept.state, kept.ready_at = "ready", now
                self._screen.done(kept.name)
                if kept.was_ready:
                    self._screen.say(f"{kept.name} runs again.")
                kept.was_ready = True

    def _ended(self, kept: _Kept, now: float) -> None:
        if not kept.was_ready:
            kept.state = "ended"
            return
        if kept.state == "ready" and now - kept.ready_at >= STABLE_S:
            kept.wait_s = FIRST_WAIT_S
        kept.child.kill()  # what it may have started and left behind
        self._screen.error(
            f"{kept.name} {how(kept.child.end())}; starting it again in {kept.wait_s:g} s. Its log: {kept.child.log}"
        )
        kept.state, kept.start_at = "waiting", now + kept.wait_s
        kept.wait_s = min(2 * kept.wait_s, LONGEST_WAIT_S)

    def _end_all(self) -> None:
        for kept in reversed(self._kept):
            if not kept.child.running():
                continue
            patience = kept.child.program.patience_s
            kept.child.ask_to_end()
            deadline = time.monotonic() + patience
            while kept.child.running() and time.monotonic() < deadline:
                time.sleep(TICK_S / 4)
            if kept.child.running():
                self._screen.error(f"{kept.name} did not end within {patience:g} s; ended by force.")
            kept.child.kill()

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            self._interrupts += 1
        if self._interrupts > 1:
            for kept in self._kept:
                kept.child.kill()
            os._exit(130)
        self._asked.set()


def answers(url: str) -> bool:
    """Whether a GET of `url` is answered with a success, soon."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(200 <= answer.status < 300)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def how(end: int | None) -> str:
    """A process's end in words: `ended with status 1`, `was ended by signal 9 (SIGKILL)`."""
    if end is not None and end < 0:
        try:
            return f"was ended by signal {-end} ({signal.Signals(-end).name})"
        except ValueError:
            return f"was ended by signal {-end}"
    return f"ended with status {end}"
