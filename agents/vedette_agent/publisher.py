"""Publisher: the step thread. It drains the meters, reads them at each boundary, and makes batches of them."""

from __future__ import annotations

import logging
import os
import threading
import zlib
from collections.abc import Callable
from typing import Final

from vedette_agent import wire
from vedette_agent.clock import Clock
from vedette_agent.registry import Registry
from vedette_agent.transports import Parcel

logger = logging.getLogger(__name__)

PATH: Final = "/api/v1/batch"
TICK_MS: Final = 250
"""The logs of the meters are drained this often, which bounds their memory between steps."""
_FASTEST: Final = 1
_PATIENCE_S: Final = 2.0
_GZIP: Final = 31


class Publisher:
    """Publishes one batch a step. Boundaries are multiples of the step on the given clock."""

    def __init__(self, registry: Registry, clock: Clock, post: Callable[[Parcel], None]) -> None:
        self._registry = registry
        self._clock = clock
        self._post = post
        self._step_ms = registry.step_ms
        self._source = _new_source()
        self._sequence = 0
        self._last_end_ms = -1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vedette-step", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and publish what was measured since the last boundary under the end of the present step."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_S)
        self._try(lambda: self.publish(self._end_after(self._clock.now_ms())))

    def publish(self, end_ms: int) -> None:
        """Read all meters as the step that ends at `end_ms`, and post the batch."""
        if end_ms <= self._last_end_ms:
            # The clock was set back. Under the same source this batch would replace the earlier one of that time.
            self._source = _new_source()
        self._last_end_ms = end_ms
        reading = self._registry.read(end_ms)
        if not reading.values:
            return
        body = wire.encode(
            wire.Batch(self._step_ms, end_ms, self._source, self._sequence, reading.table, reading.values)
        )
        self._sequence += 1
        # Counted are values that stand for something: NaN, the only value unlike itself, is "nothing this step".
        samples = sum(value == value for value in reading.values)  # noqa: PLR0124
        self._post(Parcel(PATH, wire.CONTENT_TYPE, zlib.compress(body, _FASTEST, _GZIP), samples))

    def _run(self) -> None:
        while not self._stop.is_set():
            self._try(self._publish_next)

    def _publish_next(self) -> None:
        end_ms = self._wait_for_boundary()
        if end_ms is not None:
            self.publish(end_ms)

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception:  # a bug here must not end the thread or reach the service, nor fill the log
            logger.warning("A step could not be published", exc_info=True)
            self._stop.wait(self._step_ms / 1000)

    def _wait_for_boundary(self) -> int | None:
        """Drain until the present step has ended; returns its end, or None when asked to stop.

        After a long sleep of the machine it is the latest boundary, so that what was measured lands in the present.
        """
        end_ms = self._end_after(self._clock.now_ms())
        while (left_ms := end_ms - self._clock.now_ms()) > 0:
            if left_ms > self._step_ms:  # the clock was set back
                end_ms = self._end_after(self._clock.now_ms())
                continue
            if self._stop.wait(min(left_ms, TICK_MS) / 1000):
                return None
            if left_ms > TICK_MS:
                self._registry.drain()
        return end_ms if -left_ms < self._step_ms else self._end_after(self._clock.now_ms()) - self._step_ms

    def _end_after(self, now_ms: int) -> int:
        return (now_ms // self._step_ms + 1) * self._step_ms


def _new_source() -> int:
    """A name for this process among all that report the same series: never 0, which means none."""
    return int.from_bytes(os.urandom(4), "little") or 1
