"""StatsD and DogStatsD lines, as spectatord takes them.

    name:value|type[|@rate][|#key:value,marker]

c counts (divided by the rate), g sets a gauge (`+3` and `-3` change it), ms and h are durations in milliseconds and
amounts, recorded once for each that the rate stands for, a thousand times at most; s (sets) is not taken. A tag without
a value is `1`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Final

from vedette_agent.registry import Registry

logger = logging.getLogger(__name__)

_MOST_REPEATS: Final = 1_000
"""A sampled duration stands for no more than so many: a rate of 1e-9 is a mistake."""
_QUIET_S: Final = 60.0


class StatsdError(ValueError):
    """A line that cannot be understood."""


class StatsdIntake:
    """Takes packets, from one thread at a time. Counts as the line protocol does, with `id=statsd`."""

    def __init__(self, registry: Registry, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = registry
        self._clock = clock
        self._gauges: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        self._parsed = registry.counter("spectatord.parsedCount", {"id": "statsd"})
        self._errors = registry.counter("spectatord.parseErrors", {"id": "statsd"})
        self._logged_s = -math.inf

    def packet(self, data: bytes) -> None:
        """The lines of one packet; a line that cannot be understood costs only itself."""
        for line in data.decode("utf-8", "replace").splitlines():
            if not line.strip():
                continue
            try:
                self._line(line.strip())
                self._parsed.increment()
            except ValueError as error:
                self._errors.increment()
                self._tell(line, error)

    def _line(self, line: str) -> None:
        subject, *parts = line.split("|")
        name, colon, values = subject.partition(":")
        if not (name and colon and values and parts):
            raise StatsdError("it has no name, value and type")
        kind, rate, tags = parts[0], 1.0, {}
        for part in parts[1:]:
            if part.startswith("@"):
                rate = _rate(part[1:])
            elif part.startswith("#"):
                tags = _tags(part[1:])
        for value in values.split(":"):  # DogStatsD packs several values
            self._update(kind, name, tags, value, rate)

    def _update(self, kind: str, name: str, tags: dict[str, str], value: str, rate: float) -> None:
        number = float(value)
        if not math.isfinite(number):
            raise StatsdError("its value is no finite number")
        match kind:
            case "c":
                self._registry.counter(name, tags).add(number / rate)
            case "g":
                self._gauge(name, tags, number, relative=value[0] in "+-")
            case "ms":
                timer = self._registry.timer(name, tags)
                for _ in range(_repeats(rate)):
                    timer.record(number / 1000)
            case "h" | "d":
                summary = self._registry.distribution_summary(name, tags)
                for _ in range(_repeats(rate)):
                    summary.record(number)
            case _:
                raise StatsdError(f"its type is {kind!r}; there are c, g, ms, h and d")

    def _gauge(self, name: str, tags: dict[str, str], number: float, *, relative: bool) -> None:
        key = (name, tuple(sorted(tags.items())))
        value = self._gauges.get(key, 0.0) + number if relative else number
        if key in self._gauges or len(self._gauges) < self._registry.limits.meters:
            self._gauges[key] = value
        self._registry.gauge(name, tags).set(value)

    def _tell(self, line: str, error: ValueError) -> None:
        now_s = self._clock()
        if now_s - self._logged_s >= _QUIET_S:
            self._logged_s = now_s
            logger.warning("A StatsD line is dropped, %s: %r", error, line[:200])


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate <= 1:
        raise StatsdError("its rate is not between 0 and 1")
    return rate


def _tags(text: str) -> dict[str, str]:
    pairs = (tag.partition(":") for tag in text.split(",") if tag)
    return {key: value or "1" for key, _, value in pairs if key}


def _repeats(rate: float) -> int:
    return min(round(1 / rate), _MOST_REPEATS)
