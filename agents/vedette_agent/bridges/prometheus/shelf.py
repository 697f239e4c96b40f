"""Shelf: families in the making, by the name and type under which they are exposed.

Two meters may become one series there (`a.b` and `a_b`): their counts add up, of their gauges the greatest counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from vedette_agent import buckets
from vedette_agent.bridges.prometheus.exposition import number
from vedette_agent.bridges.prometheus.families import Metric
from vedette_agent.bridges.prometheus.names import Claims

Labels = tuple[tuple[str, str], ...]
_NANOSECOND: Final = 1e-9


def _grid(powers: range) -> tuple[int, ...]:
    """Indices of every third bucket of these powers of four: bounds at most 2 times apart."""
    firsts = [buckets.BOUNDS.index(4**power) for power in powers]
    return tuple(first + step for first in firsts for step in (0, 3, 6))


TIMER_GRID: Final = _grid(range(7, 19))
"""The buckets whose bounds are exposed of a timer: 16 us to 3 minutes."""
SUMMARY_GRID: Final = _grid(range(2, 16))
"""The same of amounts: 16 to 3.2 thousand million."""


@dataclass
class Distribution:
    """How many amounts there were, and of what size."""

    count: float = 0.0
    total: float = 0.0
    tallies: Mapping[int, float] = field(default_factory=dict)
    """How many fell into each of Spectator's buckets; empty when none are kept."""
    timed: bool = False
    """Whether the buckets are of nanoseconds."""

    def __add__(self, other: Distribution) -> Distribution:
        indices = {**self.tallies, **other.tallies}
        tallies = {index: self.tallies.get(index, 0.0) + other.tallies.get(index, 0.0) for index in indices}
        return Distribution(self.count + other.count, self.total + other.total, tallies, self.timed)


class Shelf:
    """Takes what meters amount to, and makes families of it."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], dict[Labels, float]] = {}
        self._distributions: dict[str, dict[Labels, Distribution]] = {}
        self._meters: dict[str, str] = {}

    def counter(self, name: str, meter: str, labels: Mapping[str, str], value: float) -> None:
        """A total of this meter; the name is without `_total`."""
        self._meters.setdefault(name, meter)
        values, key = self._values.setdefault((name, "counter"), {}), tuple(labels.items())
        values[key] = values.get(key, 0.0) + value

    def gauge(self, name: str, meter: str, labels: Mapping[str, str], value: float) -> None:
        """A level of this meter."""
        self._meters.setdefault(name, meter)
        values, key = self._values.setdefault((name, "gauge"), {}), tuple(labels.items())
        values[key] = max(value, values.get(key, value))

    def distribution(self, name: str, meter: str, labels: Mapping[str, str], amounts: Distribution) -> None:
        """What was recorded with this meter."""
        self._meters.setdefault(name, meter)
        many, key = self._distributions.setdefault(name, {}), tuple(labels.items())
        many[key] = many[key] + amounts if key in many else amounts

    def families(self) -> Iterator[Metric]:
        """Families in the order of their names, none of which takes a sample's name from another."""
        claims = Claims()
        claims.claim("target", "info")
        kinds = {
            name: "histogram" if any(one.tallies for one in many.values()) else "summary"
            for name, many in self._distributions.items()
        }
        for name, kind in sorted([*self._values, *kinds.items()]):
            claimed = claims.claim(name, kind)
            unit = "seconds" if claimed.endswith("_seconds") else ""
            metric = Metric(claimed, f"The meter {self._meters[name]} of this process.", kind, unit)
            if kind in ("counter", "gauge"):
                for labels, value in sorted(self._values[name, kind].items()):
                    metric.add("_total" if kind == "counter" else "", dict(labels), value)
            else:
                for labels, one in sorted(self._distributions[name].items(), key=lambda item: item[0]):
                    _add_distribution(metric, dict(labels), one)
            yield metric


def _add_distribution(metric: Metric, labels: dict[str, str], one: Distribution) -> None:
    if metric.type == "histogram":
        indices = sorted(one.tallies)
        sums = [0.0]
        for index in indices:
            sums.append(sums[-1] + one.tallies[index])
        for index in TIMER_GRID if one.timed else SUMMARY_GRID:
            bound = buckets.BOUNDS[index] * (_NANOSECOND if one.timed else 1.0)
            metric.add("_bucket", {**labels, "le": number(bound)}, sums[bisect_right(indices, index)])
        metric.add("_bucket", {**labels, "le": "+Inf"}, one.count)
    metric.add("_count", labels, one.count)
    metric.add("_sum", labels, one.total)
