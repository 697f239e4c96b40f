"""The deriving job's rhythm: every few seconds edges and the like are made from the newest facts, on an own thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from vedette_storage.errors import StorageError, Unavailable

logger = logging.getLogger(__name__)

EVERY_S: Final = 5.0
PHASE_S: Final = 2.5
"""How long after a multiple of the rhythm a run begins: steps end on such multiples, and what agents send at the end of
a step is stored within two seconds. So the graph is as new as it can be, and no run looks just too early."""
LATE_S: Final = 60.0
"""Without success for so long, the process says that it is not ready."""


class Deriving:
    """Calls `derive(now_ms)` every few seconds until it is stopped. A failure is logged, counted, and tried again."""

    def __init__(
        self,
        derive: Callable[[int], int],
        *,
        registry: CollectorRegistry,
        every_s: float = EVERY_S,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._derive = derive
        self._every_s = every_s
        self._now_ms = now_ms
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vedette-derive", daemon=True)
        self._succeeded = time.monotonic()
        self._failing = ""
        self._seconds = Histogram("vedette_derive_seconds", "Time of one run of the deriving job.", registry=registry)
        self._windows = Counter("vedette_derive_windows_total", "Windows derived.", registry=registry)
        self._failures = Counter("vedette_derive_failures_total", "Runs that failed.", registry=registry)
        self._last = Gauge("vedette_derive_last_success_seconds", "Unix time of the last good run.", registry=registry)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Wait for the run that is under way, then derive once more what came in since."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
            self._once()

    def ready(self) -> str | None:
        """Why what is derived is out of date, or None."""
        late = time.monotonic() - self._succeeded
        return f"nothing was derived for {late:.0f} s: {self._failing}" if self._failing and late > LATE_S else None

    def _run(self) -> None:
        while not self._stop.wait(self._pause_s()):
            self._once()

    def _pause_s(self) -> float:
        return self._every_s - (self._now_ms() / 1000 - PHASE_S) % self._every_s

    def _once(self) -> None:
        began = time.perf_counter()
        try:
            windows = self._derive(self._now_ms())
        except Exception as error:
            # Whatever it was, the facts are safe, and the job must be there for the next ones.
            self._failed(error)
            return
        self._seconds.observe(time.perf_counter() - began)
        self._windows.inc(windows)
        self._last.set_to_current_time()
        self._succeeded = time.monotonic()
        if self._failing:
            logger.info("Deriving works again.")
            self._failing = ""

    def _failed(self, error: Exception) -> None:
        self._failures.inc()
        if self._failing != str(error):  # the same failure every five seconds is said once
            self._failing = str(error)
            if isinstance(error, StorageError | Unavailable):
                logger.warning("Deriving failed, and is tried again every %g s: %s", self._every_s, error)
            else:
                logger.exception("Deriving failed, and is tried again every %g s.", self._every_s)
