"""What breakers report: meters of this process's agent, and one log line for each change of a circuit."""

from __future__ import annotations

import logging
from typing import Final

from vedette_agent import default
from vedette_agent.breaker.bulkhead import Bulkhead
from vedette_agent.breaker.circuit import Circuit, Transition
from vedette_agent.meters import Counter

logger = logging.getLogger(__name__)

MOST_NAMES: Final = 200
"""A name is a constant of the program; with more of them somebody made names of data, and the rest is `other`."""
OTHER: Final = "other"

_names: set[str] = set()


def known_as(name: str) -> str:
    """The name that the meters show."""
    if name not in _names:
        if len(_names) >= MOST_NAMES:
            if OTHER not in _names:
                logger.warning("More than %d names of breakers: %r and further ones are %r", MOST_NAMES, name, OTHER)
                _names.add(OTHER)
            return OTHER
        _names.add(name)
    return name


class Reports:
    """The meters of one breaker. `outcome` of a call: success, failure, timeout, rejected, short_circuited, ignored or
    cancelled; of a fallback: success, failure or missing.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tags = {"id": known_as(name)}
        registry = default.registry()
        self._calls: dict[str, Counter] = {}
        self._fallbacks: dict[str, Counter] = {}
        self.latency = registry.percentile_timer("breaker.latency", self._tags)
        self.concurrency = registry.max_gauge("breaker.concurrency", self._tags)

    def watch(self, circuit: Circuit, bulkhead: Bulkhead | None) -> None:
        """Report the state of the circuit, and how many places the bulkhead has, at each step."""
        registry = default.registry()
        registry.polled_value("breaker.state", circuit, lambda one: float(one.state), self._tags)
        if bulkhead is not None:
            registry.polled_value("breaker.limit", bulkhead, lambda one: float(one.places), self._tags)

    def called(self, outcome: str) -> None:
        """A call has ended, or was not made."""
        self._count(self._calls, "breaker.calls", outcome)

    def fell_back(self, outcome: str) -> None:
        """A fallback has answered, has failed, or there was none."""
        self._count(self._fallbacks, "breaker.fallback", outcome)

    def changed(self, moved: Transition) -> None:
        """The circuit is in another state."""
        tags = {"from": moved.before.name.lower(), "to": moved.after.name.lower(), "reason": moved.reason}
        default.registry().counter("breaker.transitions", {**self._tags, **tags}).increment()
        logger.warning("Circuit %s: %s to %s, %s", self._name, tags["from"], tags["to"], moved.reason)

    def _count(self, counters: dict[str, Counter], name: str, outcome: str) -> None:
        counter = counters.get(outcome)
        if counter is None:
            counter = default.registry().counter(name, {**self._tags, "outcome": outcome})
            counters[outcome] = counter
        counter.increment()
