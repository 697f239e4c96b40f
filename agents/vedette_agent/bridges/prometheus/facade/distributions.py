"""Summary and Histogram: how large things are, or how long they take, under prometheus-client's names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from vedette_agent.bridges.prometheus.exposition import number
from vedette_agent.bridges.prometheus.facade.blocks import Timer
from vedette_agent.bridges.prometheus.facade.cells import (
    MOST,
    DistributionCell,
    HistogramCell,
    Observed,
    SummaryCell,
    TimedHistogramCell,
    TimedSummaryCell,
    relieve,
    settle,
)
from vedette_agent.bridges.prometheus.facade.collectors import REGISTRY
from vedette_agent.bridges.prometheus.facade.metric import MetricWrapper, add_created, exemplar_labels, now
from vedette_agent.bridges.prometheus.families import Exemplar
from vedette_agent.bridges.prometheus.families import Metric as Family
from vedette_agent.meters.meter import Meter


class _Distribution(MetricWrapper):
    _cell: DistributionCell
    _created: float

    def time(self) -> Timer:
        """A context manager, or a decorator, that observes the seconds that something took."""
        return Timer(self, "observe")

    def _own_cells(self) -> Iterable[Meter]:
        return (self._cell,)


class Summary(_Distribution):
    """Count and sum of amounts. The agent reports it as our distribution summary, or as our timer where the name ends
    with `_seconds`: with the greatest amount of the step, which Prometheus does not know.
    """

    kind = "summary"
    reserved = ("quantile",)

    def observe(self, amount: float) -> None:
        """It was so large, or took so long."""
        log = self._log
        log.append(amount)
        if len(log) > MOST:
            relieve(self._cell)

    def _begin(self) -> None:
        make = TimedSummaryCell if self._is_timed() else SummaryCell
        self._cell = make(self._id()).observing(Observed())
        self._log = self._cell._log
        self._created = now()

    def _add_to(self, family: Family) -> None:
        observed = settle(self._cell).observed
        family.add("_count", self._labels, float(observed.count))
        family.add("_sum", self._labels, observed.sum)
        add_created(family, self._labels, self._created)


class Histogram(_Distribution):
    """Count and sum of amounts, and how many lie below each bound. The agent reports it as our percentile timer where
    the name ends with `_seconds`, else as our percentile distribution summary: percentiles do not depend on the bounds.
    """

    kind = "histogram"
    reserved = ("le",)
    DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, math.inf)

    def __init__(  # noqa: PLR0917  # the signature is prometheus-client's
        self,
        name: str,
        documentation: str,
        labelnames: Iterable[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: Any | None = REGISTRY,
        _labelvalues: None = None,
        buckets: Sequence[float | str] = DEFAULT_BUCKETS,
    ) -> None:
        self._bounds = _bounds(buckets)
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry)

    def observe(self, amount: float, exemplar: dict[str, str] | None = None) -> None:
        """It was so large, or took so long."""
        log = self._log
        log.append(amount)
        if exemplar is not None or len(log) > MOST:
            self._seldom(amount, exemplar)

    def _seldom(self, amount: float, exemplar: dict[str, str] | None) -> None:
        relieve(self._cell)
        if exemplar:
            bound = next((bound for bound in self._bounds if amount <= bound), math.inf)
            self._exemplars[bound] = Exemplar(exemplar_labels(exemplar), amount, now())

    def _begin(self) -> None:
        make = TimedHistogramCell if self._is_timed() else HistogramCell
        self._cell = make(self._id()).observing(Observed(self._bounds))
        self._log = self._cell._log
        self._exemplars: dict[float, Exemplar] = {}
        self._created = now()

    def _add_to(self, family: Family) -> None:
        observed = settle(self._cell).observed
        counts = accumulate(observed.tallies[place] for place in range(len(self._bounds)))
        for bound, count in zip(self._bounds, counts, strict=True):
            labels = {**self._labels, "le": number(bound)}
            family.add("_bucket", labels, float(count), exemplar=self._exemplars.get(bound))
        family.add("_count", self._labels, float(observed.count))
        if self._bounds[0] >= 0:
            family.add("_sum", self._labels, observed.sum)
        add_created(family, self._labels, self._created)


def _bounds(buckets: Sequence[float | str]) -> tuple[float, ...]:
    bounds = [float(bound) for bound in buckets]
    if bounds != sorted(bounds):
        raise ValueError("Buckets not in sorted order")
    if bounds and bounds[-1] != math.inf:
        bounds.append(math.inf)
    if len(bounds) < 2:
        raise ValueError("Must have at least two buckets")
    return tuple(bounds)
