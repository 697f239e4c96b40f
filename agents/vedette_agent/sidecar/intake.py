"""Intake: from the bytes of packets to meters, as fast as Python can.

A service sends the same few subjects again and again, so what a line updates is remembered by the bytes before its last
colon; of a known one only the number is read. Everything else goes through the parser.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Final

from vedette_agent.meters import Gauge
from vedette_agent.registry import Registry
from vedette_agent.sidecar.lines import Line, LineError, Subject, parse

logger = logging.getLogger(__name__)

Record = Callable[[float], None]

_REMEMBERED: Final = 100_000
"""Subjects that are remembered; when there are more, remembering begins anew."""
_LEAST_TTL_S: Final = 5
_QUIET_S: Final = 60.0
"""Wrong lines are logged no more often than this."""


class Intake:
    """Takes packets, from one thread at a time. Counts `spectatord.parsedCount` and `spectatord.parseErrors`."""

    def __init__(self, registry: Registry, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = registry
        self._clock = clock
        self._known: dict[bytes, Record] = {}
        self._parsed = registry.counter("spectatord.parsedCount")
        self._errors = registry.counter("spectatord.parseErrors")
        self._logged_s = -math.inf

    def packet(self, data: bytes) -> None:
        """The lines of one packet; a line that cannot be understood costs only itself."""
        good = bad = 0
        known = self._known
        for line in data.split(b"\n"):
            subject, _, number = line.rpartition(b":")
            record = known.get(subject)
            if record is not None:
                try:
                    record(float(number))
                    good += 1
                    continue
                except ValueError:
                    pass  # a number with something behind it: the parser knows what to make of it
            if not line.strip():
                continue
            try:
                self._first(line, subject)
                good += 1
            except LineError as error:
                bad += 1
                self._tell(error)
        if good:
            self._parsed.increment(good)
        if bad:
            self._errors.increment(bad)

    def _first(self, line: bytes, subject: bytes) -> None:
        parsed = parse(line.decode("utf-8", "replace").rstrip("\r"))
        record = recorder(self._registry, parsed.subject)
        record(parsed.number)
        if _plain(line, subject, parsed):
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[subject] = record

    def _tell(self, error: LineError) -> None:
        now_s = self._clock()
        if now_s - self._logged_s >= _QUIET_S:
            self._logged_s = now_s
            logger.warning("A line is dropped: %s", error)


def _plain(line: bytes, subject: bytes, parsed: Line) -> bool:
    """Whether the bytes before the last colon say all about the subject, so that they may stand for it.

    Whole numbers of 64 bits are never taken for floats, so they are parsed each time.
    """
    if parsed.subject.type == "U":
        return False
    try:
        return float(line[len(subject) + 1 :]) == parsed.number
    except ValueError:
        return False


def recorder(registry: Registry, subject: Subject) -> Record:
    """What to call with the number of a line of this subject."""
    name, tags = subject.name, {key: value for key, value in subject.tags if key and value}
    match subject.type:
        case "c":
            return registry.counter(name, tags).add
        case "C":
            return registry.monotonic_counter(name, tags).set
        case "U":
            return registry.monotonic_counter_uint(name, tags).set
        case "d":
            return _not_negative(registry.distribution_summary(name, tags).record)
        case "D":
            return _not_negative(registry.percentile_distribution_summary(name, tags).record)
        case "t":
            return _not_negative(registry.timer(name, tags).record)
        case "T":
            return _not_negative(registry.percentile_timer(name, tags).record)
        case "m":
            return registry.max_gauge(name, tags).set
        case "A":
            return registry.age_gauge(name, tags).set
        case "X":
            return _nothing  # the daemon parses these, and does not measure them
        case _:
            return _gauge(registry.gauge(name, tags), subject.option)


def _not_negative(record: Record) -> Record:
    """The daemon drops negative amounts, where a registry counts them."""

    def take(amount: float) -> None:
        if amount >= 0:
            record(amount)

    return take


def _gauge(gauge: Gauge, ttl_s: int | None) -> Record:
    """A line with an option sets the time to live, a line without keeps the one there is."""
    if ttl_s is None:
        return gauge.set

    def take(value: float) -> None:
        gauge.keep_for(max(ttl_s, _LEAST_TTL_S) * 1000)
        gauge.set(value)

    return take


def _nothing(_: float) -> None:
    return None
