"""Delivers what waits in the outbox: one message at a time for each receiver, several receivers at once."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from vedette_query.alerting.delivery import MakeClient, attempt, http_client
from vedette_query.alerting.errors import StateLost
from vedette_query.alerting.meters import Meters
from vedette_query.alerting.outbox import Outbox, Waiting
from vedette_query.alerting.retry import GIVE_UP_MS, Answer, Delivered, Later, Refused, wait_ms
from vedette_query.alerting.rules import Webhook
from vedette_query.alerting.secrecy import THREAD_PREFIX, hush

logger = logging.getLogger(__name__)

AT_ONCE: Final = 4
"""Receivers that are talked to at one time: one that hangs does not stop the others."""

LOOK_S: Final = 1.0
"""How often the outbox is looked at when nobody calls."""

UNWRITTEN_S: Final = 30.0
"""How long a receiver is left alone when the outbox cannot be written."""

PRUNE_EVERY: Final = 3_600
"""Looks between two prunings: about an hour."""


class Sender:
    """A thread that looks into the outbox, and a few that talk to receivers.

    `webhooks` names the receivers; None while the rule file has not been read yet, and everything waits.
    """

    def __init__(
        self,
        outbox: Outbox,
        webhooks: Callable[[], Mapping[str, Webhook] | None],
        meters: Meters,
        *,
        now_ms: Callable[[], int],
        make_client: MakeClient = http_client,
        chance: Callable[[], float] = random.random,
        look_s: float = LOOK_S,
    ) -> None:
        self._outbox = outbox
        self._webhooks = webhooks
        self._meters = meters
        self._now_ms = now_ms
        self._chance = chance
        self._look_s = look_s
        self._client = make_client()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=THREAD_PREFIX)
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vedette-outbox", daemon=True)
        hush()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look now: there is something new."""
        self._wake.set()

    def stop(self) -> None:
        """Begin no more attempts; those that run are waited for as long as their timeouts say."""
        self._ended.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def _run(self) -> None:
        looks = 0
        while not self._ended.is_set():
            try:
                if looks % PRUNE_EVERY == 0:
                    self._outbox.prune(now_ms=self._now_ms())
                self._look()
            except StateLost as failure:
                logger.error("alert messages cannot be looked up: %s", failure)
            looks += 1
            self._wake.wait(self._look_s)
            self._wake.clear()

    def _look(self) -> None:
        webhooks = self._webhooks()
        if webhooks is None:
            return
        with self._lock:
            busy = frozenset(self._busy)
        for message in self._outbox.due(self._now_ms(), busy):
            with self._lock:
                self._busy.add(message.receiver)
            self._pool.submit(self._deliver, message, webhooks.get(message.receiver))

    def _deliver(self, message: Waiting, webhook: Webhook | None) -> None:
        try:
            answer: Answer = Refused("the rule file names this receiver no more")
            if webhook is not None:
                answer = attempt(self._client, webhook, message.body, now_ms=self._now_ms())
            self._settle(message, answer)
        except Exception:
            # Its fate could not be written down, so it would be sent again at once: leave the receiver in peace.
            logger.exception("message %s to %s is left for later", message.id, message.receiver)
            self._ended.wait(UNWRITTEN_S)
        finally:
            with self._lock:
                self._busy.discard(message.receiver)
            self._wake.set()

    def _settle(self, message: Waiting, answer: Answer) -> None:
        now = self._now_ms()
        if isinstance(answer, Later) and now - message.created_at >= GIVE_UP_MS:
            answer = Refused(f"given up after a day: {answer.reason}")
        match answer:
            case Delivered():
                self._outbox.delivered(message, now_ms=now)
                self._meters.sent(message.receiver, "delivered")
            case Refused(reason):
                logger.warning("message %s to %s is given up: %s", message.id, message.receiver, reason)
                self._outbox.dead(message, reason, now_ms=now)
                self._meters.sent(message.receiver, "dead")
            case Later(reason, asked_ms):
                wait = wait_ms(message.attempts, asked_ms, self._chance())
                if message.attempts == 0:  # one warning for an outage, not one for each attempt
                    logger.warning("message %s to %s waits: %s", message.id, message.receiver, reason)
                self._outbox.postponed(message, reason, due_at=now + wait)
                self._meters.sent(message.receiver, "postponed")
