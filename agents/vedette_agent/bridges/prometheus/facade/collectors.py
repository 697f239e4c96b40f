"""CollectorRegistry: the metrics of the facade, as an exposition collects them and as an agent reads them."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from vedette_agent import default
from vedette_agent.bridges.prometheus.facade.cells import GaugeCell, draining, settle
from vedette_agent.bridges.prometheus.families import AnyMetric, Collects, Metric
from vedette_agent.bridges.prometheus.names import sample_names
from vedette_agent.meters.meter import Measured, Meter
from vedette_agent.series import Series
from vedette_agent.wire import RATE

logger = logging.getLogger(__name__)


class DuplicateTimeseries(ValueError):
    """Two metrics of one registry would have samples of one name."""


class CollectorRegistry:
    """Collectors by the names of their samples.

    The one called REGISTRY is published by this process's agent, from the first metric on; another one when it is
    given to `publish`. A registry for tests is therefore `CollectorRegistry()`, as in prometheus-client.
    """

    def __init__(
        self, auto_describe: bool = False, target_info: Mapping[str, str] | None = None, *, published: bool = False
    ) -> None:
        self._auto_describe = auto_describe
        self._collectors: dict[Any, set[str]] = {}
        self._target = dict(target_info or {})
        self._lock = threading.Lock()
        self._published = published
        self._reported: dict[Meter, None] = {}
        self._ended: list[Series] = []
        _registries.add(self)

    def register(self, collector: Collects) -> None:
        """Add a collector. Raises DuplicateTimeseries (a ValueError) when a name of its samples is taken."""
        names = self._names(collector)
        with self._lock:
            taken = names & set().union(*self._collectors.values())
            if taken:
                raise DuplicateTimeseries(f"Duplicated timeseries in CollectorRegistry: {', '.join(sorted(taken))}")
            self._collectors[collector] = names
        if self._published:
            default.registry().add_source(self)

    def unregister(self, collector: Collects) -> None:
        """Remove a collector. Raises KeyError for one that is not there."""
        with self._lock:
            del self._collectors[collector]

    def collect(self) -> Iterator[AnyMetric]:
        """All families now."""
        with self._lock:
            collectors, target = list(self._collectors), self._target
        if target:
            metric = Metric("target", "Target metadata", "info")
            metric.add("_info", target, 1.0)
            yield metric
        for collector in collectors:
            yield from collector.collect()

    def restricted_registry(self, names: Iterable[str]) -> Restricted:
        """Something that collects only samples of these names."""
        return Restricted(frozenset(names), self)

    def get_sample_value(self, name: str, labels: Mapping[str, str] | None = None) -> float | None:
        """The value of one sample, None when there is none: for tests."""
        for family in self.collect():
            for sample in family.samples:
                if sample.name == name and sample.labels == (labels or {}):
                    return sample.value
        return None

    def set_target_info(self, labels: Mapping[str, str] | None) -> None:
        """Labels of the whole process."""
        with self._lock:
            self._target = dict(labels or {})

    def get_target_info(self) -> dict[str, str]:
        """Labels of the whole process."""
        return dict(self._target)

    def drain(self, now_ms: int) -> None:
        """Take waiting updates into the sums."""
        with draining.lock:
            for cell in self._cells():
                cell.drain(now_ms)

    def measure(self, now_ms: int, step_s: float) -> Measured:
        """What the step amounted to: cells without an update for 15 minutes are left out, gauges never are."""
        cells = list(self._cells())
        for cell in cells:
            if isinstance(cell, GaugeCell):
                cell.ask()  # somebody else's code: not under the lock
        with draining.lock:
            for cell in cells:
                cell.drain(now_ms)
            active = {cell: None for cell in cells if not cell.expired(now_ms)}
            self._ended = [series for cell in self._reported if cell not in active for series in cell.series()]
            self._reported = active
            return _merged(pair for cell in active for pair in cell.measure(step_s))

    def series(self) -> Iterable[Series]:
        """What was reported last."""
        return [series for cell in self._reported for series in cell.series()]

    def ended(self) -> Iterable[Series]:
        """Series of metrics that were removed, or are idle."""
        ended, self._ended = self._ended, []
        return ended

    def reset(self) -> None:
        """A forked child keeps its totals, as in prometheus-client, and reports nothing that its parent will."""
        _after_fork_in_child()  # who called this may come before those who are told by themselves
        for cell in self._cells():
            settle(cell).reset()

    def renew(self) -> None:
        """Make the locks anew in a forked child: who held one in the parent does not exist there."""
        self._lock = threading.Lock()
        for collector in self._collectors:
            if hasattr(collector, "renew"):
                collector.renew()

    def _cells(self) -> Iterator[Meter]:
        with self._lock:
            collectors = list(self._collectors)
        for collector in collectors:
            if hasattr(collector, "cells"):
                yield from collector.cells()

    def _names(self, collector: Any) -> set[str]:
        describe = getattr(collector, "describe", None)
        if describe is None and self._auto_describe:
            describe = collector.collect
        families = describe() if describe is not None else ()
        return {name for family in families for name in sample_names(family.name, family.type)}


class Restricted:
    """Collects the samples of some names only."""

    def __init__(self, names: frozenset[str], registry: Collects) -> None:
        self._wanted = names
        self._registry = registry

    def collect(self) -> Iterator[AnyMetric]:
        """The families that have such samples."""
        for family in self._registry.collect():
            samples = [sample for sample in family.samples if sample.name in self._wanted]
            if samples:
                metric = Metric(family.name, family.documentation, family.type, family.unit)
                metric.samples = samples
                yield metric


def _merged(pairs: Iterable[tuple[Series, float]]) -> list[tuple[Series, float]]:
    """Each series once: children whose labels differ only in what is not permitted here are one series."""
    found: dict[tuple[object, ...], tuple[Series, float]] = {}
    for series, value in pairs:
        known = found.get(series.key)
        if known is not None:
            first, before = known
            found[series.key] = (first, before + value if first.kind == RATE else max(before, value))
        else:
            found[series.key] = (series, value)
    return list(found.values())


_registries: weakref.WeakSet[CollectorRegistry] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    draining.renew()
    for registry in list(_registries):
        registry.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)

REGISTRY: Final = CollectorRegistry(auto_describe=True, published=True)
"""The registry that metrics join unless told otherwise."""
