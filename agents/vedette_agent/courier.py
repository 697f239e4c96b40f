"""Courier: the thread that carries parcels to the collector, and is patient when it is away."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Sequence
from typing import Final

from vedette_agent.clock import CorrectedClock
from vedette_agent.ledger import METRICS, PARTIAL, REFUSED, STOPPED, Ledger
from vedette_agent.outbox import Outbox
from vedette_agent.transports import Answer, Parcel, Transport, Unreachable

logger = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0
LONGEST_REQUESTED_PAUSE_S: Final = 300.0
_AGAIN: Final = frozenset((408, 425, 429))
"""Statuses below 500 that say nothing against the parcel."""


class Courier:
    """Takes the oldest parcel of the first outbox that has one, and repeats until the collector has answered.

    An answer of 2xx is an end, and so is one that would be the same again (4xx). After anything else it waits, twice as
    long each time, and as long as the collector asks for. It says so once for an outage, not once for a failure.
    """

    def __init__(
        self,
        transport: Transport,
        outboxes: Sequence[Outbox],
        ledger: Ledger,
        clock: CorrectedClock,
        *,
        spread_s: float = 0.0,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._transport = transport
        self._outboxes = outboxes
        self._ledger = ledger
        self._clock = clock
        self._spread_s = spread_s
        self._first_pause_s = first_pause_s
        self._failures = 0
        self._complained = False
        self._stopping = False
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vedette-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def nudge(self) -> None:
        """Something was put into an outbox."""
        self._wake.set()

    def stop(self, timeout_s: float) -> None:
        """Carry what still waits if the collector takes it now, drop and count the rest, and end the thread."""
        with self._lock:
            self._stopping = True
            self._hurry.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        for outbox in self._outboxes:
            while (parcel := outbox.first()) is not None and outbox.done(parcel):
                self._ledger.dropped(parcel, STOPPED)
        if not self._thread.is_alive():
            self._transport.close()

    def flush(self, timeout_s: float) -> bool:
        """Wait until nothing waits; whether that came to pass in time."""
        until = time.monotonic() + timeout_s
        self._hurry.set()
        self._wake.set()
        while any(map(len, self._outboxes)):
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def _run(self) -> None:
        while True:
            found = self._next()
            if found is None:
                if self._stopping:
                    return
                self._wake.wait()
                self._wake.clear()
                # All agents end their step at the same instant; they need not all knock at once.
                self._pause(random.uniform(0, self._spread_s))
                continue
            pause_s = self._carry(*found)
            if pause_s and self._stopping:
                return
            if pause_s:
                self._pause(pause_s)

    def _pause(self, seconds: float) -> None:
        """Wait, unless somebody is in a hurry; who stops the courier is so to the end."""
        self._hurry.wait(seconds)
        with self._lock:
            if not self._stopping:
                self._hurry.clear()

    def _next(self) -> tuple[Outbox, Parcel] | None:
        for outbox in self._outboxes:
            parcel = outbox.first()
            if parcel is not None:
                return outbox, parcel
        return None

    def _carry(self, outbox: Outbox, parcel: Parcel) -> float:
        """Send once; returns how many seconds to wait before the next attempt, 0 if the parcel is done with."""
        asked_ms = self._clock.now_ms()
        try:
            answer = self._transport.send(parcel)
        except Unreachable as error:
            return self._failed(str(error), None)
        except Exception as error:  # a bug here must not end the thread: the parcel goes, the service stays
            outbox.done(parcel)
            self._ledger.dropped(parcel, REFUSED)
            return self._failed(repr(error), None)
        self._compare_clocks(answer, asked_ms)
        if answer.status >= 500 or answer.status in _AGAIN:
            return self._failed(f"status {answer.status}", answer.retry_after_s)
        if outbox.done(parcel):
            self._settle(parcel, answer)
        return 0.0

    def _settle(self, parcel: Parcel, answer: Answer) -> None:
        if not 200 <= answer.status < 300:
            self._ledger.dropped(parcel, REFUSED)
            self._complain("The collector refused a batch of %d items with status %d: %s", parcel, answer)
            return
        lost = min(_error_count(answer), parcel.items)
        self._ledger.sent(parcel, parcel.items - lost)
        if lost:
            self._ledger.lost(METRICS, PARTIAL, lost)
            self._complain("The collector refused part of a batch of %d items with status %d: %s", parcel, answer)
        elif self._complained:
            logger.info("The collector takes batches again")
            self._complained = False
        self._failures = 0

    def _failed(self, why: str, retry_after_s: float | None) -> float:
        self._failures += 1
        if not self._complained:
            self._complained = True
            logger.warning("The collector cannot be reached and will be asked again: %s", why)
        doubled = float(2 ** min(self._failures - 1, 10))
        pause_s = min(self._first_pause_s * doubled, LONGEST_PAUSE_S) * random.uniform(0.5, 1)
        return max(pause_s, min(retry_after_s or 0.0, LONGEST_REQUESTED_PAUSE_S))

    def _complain(self, message: str, parcel: Parcel, answer: Answer) -> None:
        if not self._complained:
            self._complained = True
            logger.warning(message, parcel.items, answer.status, answer.body[:300].decode(errors="replace"))

    def _compare_clocks(self, answer: Answer, asked_ms: int) -> None:
        if answer.date_ms is not None:
            moved_ms = self._clock.observe(answer.date_ms, asked_ms, self._clock.now_ms())
            if abs(moved_ms) > 2_000:
                logger.info("This machine's clock is off by %d ms; the collector's counts", -self._clock.offset_ms)


def _error_count(answer: Answer) -> int:
    """How many items an answer of 202 says were refused; OTLP's own answers are protobuf and say nothing here."""
    if answer.status != 202:
        return 0
    try:
        content = json.loads(answer.body)
    except ValueError:
        return 0
    count = content.get("errorCount", 0) if isinstance(content, dict) else 0
    return max(count, 0) if isinstance(count, int) else 0
