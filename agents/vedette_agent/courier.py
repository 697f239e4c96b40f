"""Courier: the thread that carries parcels to the collector, and is patient when it is away."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
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
    """Carries the parcels of each outbox in their order, and repeats one until the collector has answered.

    An answer of 2xx is an end, and so is one that would be the same again (4xx). After anything else that outbox waits,
    twice as long each time, and as long as the collector asks for; the others do not wait for it. An outage is said
    once, not once for a failure.
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
        self._lanes = [_Lane(outbox) for outbox in outboxes]
        self._ledger = ledger
        self._clock = clock
        self._spread_s = spread_s
        self._first_pause_s = first_pause_s
        self._random = random.Random()  # the service may have seeded the global one, for reasons of its own
        self._outage = False
        self._stopping = False
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._lock = threading.Lock()
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
        for lane in self._lanes:
            while (parcel := lane.outbox.first()) is not None and lane.outbox.done(parcel):
                self._ledger.dropped(parcel, STOPPED)
        if not self._thread.is_alive():
            self._transport.close()

    def flush(self, timeout_s: float) -> bool:
        """Wait until nothing waits; whether that came to pass in time."""
        until = time.monotonic() + timeout_s
        self._hurry.set()
        self._wake.set()
        while any(len(lane.outbox) for lane in self._lanes):
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def _run(self) -> None:
        while True:
            lane, parcel = self._next()
            if parcel is not None:
                self._carry(lane, parcel)
                if self._stopping and lane.not_before_s:
                    return
            elif self._stopping:
                return
            else:
                self._rest()

    def _next(self) -> tuple[_Lane, Parcel | None]:
        """The first parcel whose time has come; who is in a hurry does not wait for the time."""
        now_s = time.monotonic()
        hurried = self._hurry.is_set()
        for lane in self._lanes:
            if hurried or lane.not_before_s <= now_s:
                parcel = lane.outbox.first()
                if parcel is not None:
                    return lane, parcel
        return self._lanes[0], None

    def _rest(self) -> None:
        """Wait until something is put into an outbox, or until the time of one that had failed has come."""
        self._forget_hurry()
        waiting = [lane.not_before_s for lane in self._lanes if len(lane.outbox)]
        left_s = max(min(waiting) - time.monotonic(), 0.0) if waiting else None
        if self._wake.wait(left_s) and not waiting:
            # All agents end their step at the same instant; they need not all knock at once.
            self._hurry.wait(self._random.uniform(0, self._spread_s))
        self._wake.clear()

    def _forget_hurry(self) -> None:
        with self._lock:
            if not self._stopping:
                self._hurry.clear()

    def _carry(self, lane: _Lane, parcel: Parcel) -> None:
        """Send once, and note when to send again if that did not do."""
        asked_ms = self._clock.now_ms()
        try:
            answer = self._transport.send(parcel)
        except Unreachable as error:
            self._postpone(lane, f"it cannot be reached, {error}", None)
            return
        except Exception:  # a bug here must not end the thread: the parcel goes, the service stays
            logger.warning("A batch of %d items could not be sent", parcel.items, exc_info=True)
            if lane.outbox.done(parcel):
                self._ledger.dropped(parcel, REFUSED)
            return
        self._compare_clocks(answer, asked_ms)
        if answer.status >= 500 or answer.status in _AGAIN:
            self._postpone(lane, f"it answers with status {answer.status}", answer.retry_after_s)
        else:
            lane.failures, lane.not_before_s = 0, 0.0
            if lane.outbox.done(parcel):
                self._settle(lane, parcel, answer)
            if self._outage and not any(other.failures and len(other.outbox) for other in self._lanes):
                self._outage = False
                logger.info("The collector takes batches again")

    def _settle(self, lane: _Lane, parcel: Parcel, answer: Answer) -> None:
        if not 200 <= answer.status < 300:
            self._ledger.dropped(parcel, REFUSED)
            self._complain(lane, "The collector refused a batch of %d items with status %d: %s", parcel, answer)
            return
        lost = min(_error_count(answer), parcel.items)
        self._ledger.sent(parcel, parcel.items - lost)
        if lost:
            self._ledger.lost(METRICS, PARTIAL, lost)
            self._complain(lane, "The collector refused part of a batch of %d items with status %d: %s", parcel, answer)
        else:
            lane.complained = False

    def _postpone(self, lane: _Lane, why: str, retry_after_s: float | None) -> None:
        if not self._outage:
            self._outage = True
            logger.warning("Batches wait for the collector: %s", why)
        doubled = float(2 ** min(lane.failures, 10))
        lane.failures += 1
        pause_s = min(self._first_pause_s * doubled, LONGEST_PAUSE_S) * self._random.uniform(0.5, 1)
        pause_s = max(pause_s, min(retry_after_s or 0.0, LONGEST_REQUESTED_PAUSE_S))
        lane.not_before_s = time.monotonic() + pause_s
        self._forget_hurry()

    def _complain(self, lane: _Lane, message: str, parcel: Parcel, answer: Answer) -> None:
        if not lane.complained:
            lane.complained = True
            logger.warning(message, parcel.items, answer.status, answer.body[:300].decode(errors="replace"))

    def _compare_clocks(self, answer: Answer, asked_ms: int) -> None:
        if answer.date_ms is not None:
            moved_ms = self._clock.observe(answer.date_ms, asked_ms, self._clock.now_ms())
            if abs(moved_ms) > 2_000:
                logger.info("This machine's clock is off by %d ms; the collector's counts", -self._clock.offset_ms)


@dataclass
class _Lane:
    """One outbox, and how it fares."""

    outbox: Outbox
    failures: int = 0
    not_before_s: float = 0.0
    """On the monotonic clock: when to try again; 0 while nothing has failed."""
    complained: bool = False


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
