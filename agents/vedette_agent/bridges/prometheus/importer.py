"""Importer: the samples of anything that collects as prometheus-client does, as our series.

    counter            rate of each sample `x_total`, statistic count
    gauge, info, enum  gauge under the sample's name
    summary            rates of `x`, statistics count and totalAmount, or totalTime where the name ends with `_seconds`;
                       quantiles as gauges with the tag `quantile`
    histogram          the same rates; for each bound a rate with statistic bucket and the tag `le`, of what lies below
                       it as theirs does; and our percentile buckets (see `histograms`)

The first total of a family is where its counting begins. A series that a known family gets later began at zero, and so
did one whose `_created` is younger than the last collection.
"""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from vedette_agent import buckets
from vedette_agent.bridges.prometheus.columns import Columns, Labels
from vedette_agent.bridges.prometheus.families import AnyMetric, AnySample, Collects
from vedette_agent.bridges.prometheus.growth import Growth
from vedette_agent.bridges.prometheus.histograms import shares
from vedette_agent.bridges.prometheus.multiprocess import Turn
from vedette_agent.bridges.prometheus.names import in_seconds
from vedette_agent.cardinality import Limits
from vedette_agent.meters.meter import Measured
from vedette_agent.series import Series

logger = logging.getLogger(__name__)

COLLECT_TIME: Final = "vedette.agent.prometheus.collectTime"
"""Gauge: seconds of the step thread that the last collection took."""
DROPPED: Final = "vedette.agent.prometheus.dropped"
"""Rate: samples without a series, since there are as many as the limit on meters allows."""
_WARN_EACH_S: Final = 60.0


@dataclass
class _Child:
    """The samples of one set of labels of a histogram or a summary."""

    bounds: list[tuple[float, str, float]] = field(default_factory=list)
    count: float | None = None
    total: float | None = None


class Importer:
    """A source of a registry that reads one of prometheus-client's, on the step thread.

    A collector that raises costs its family and those after it their step; that is a warning once a minute.
    """

    def __init__(
        self,
        collects: Collects,
        limits: Limits | None = None,
        *,
        bounds: bool = True,
        percentiles: bool = True,
        turn: Turn | None = None,
    ) -> None:
        self._collects = collects
        self._columns = Columns(limits or Limits())
        self._growth = Growth()
        self._bounds = bounds
        self._percentiles = percentiles
        self._turn = turn
        self._families: set[str] = set()
        self._collected_s = math.inf
        self._warned_s = -math.inf

    def begin(self) -> None:
        """Collect once: what is counted from now on is reported."""
        if self._turn is None or self._turn.is_mine():
            self._collect(1.0)
            self._columns.clear_step()

    def drain(self, now_ms: int) -> None:
        """Nothing waits."""

    def measure(self, now_ms: int, step_s: float) -> Measured:
        """What theirs have grown by, and what they are now."""
        if self._turn is not None and not self._turn.is_mine():
            self._begin_anew()
            return self._columns.take(now_ms)
        started = time.perf_counter()
        self._collect(step_s)
        self._columns.hold(COLLECT_TIME, (), time.perf_counter() - started)
        if self._columns.dropped:
            self._columns.add(DROPPED, (), "count", self._columns.dropped / step_s)
            self._columns.dropped = 0
        return self._columns.take(now_ms)

    def series(self) -> Iterable[Series]:
        """What is reported now."""
        return self._columns.series()

    def ended(self) -> Iterable[Series]:
        """Series of which theirs are gone, or idle for 15 minutes."""
        return self._columns.ended()

    def reset(self) -> None:
        """A forked child begins with its next collection: to collect here could wait for a lock that nobody holds."""
        self._begin_anew()
        if self._turn is not None:
            self._turn.leave()

    def leave(self) -> None:
        """Publish no longer."""
        if self._turn is not None:
            self._turn.leave()

    def _begin_anew(self) -> None:
        self._growth.clear()
        self._families.clear()
        self._collected_s = math.inf
        self._columns.clear_step()

    def _collect(self, step_s: float) -> None:
        started_s = time.time()
        try:
            for family in self._collects.collect():
                self._read(family, step_s)
        except Exception:  # somebody else's collector: what came before it is good
            self._growth.interrupted()
            if started_s - self._warned_s >= _WARN_EACH_S:
                self._warned_s = started_s
                logger.warning("%r could not be collected to its end", self._collects, exc_info=True)
        else:
            self._growth.collected()
        self._collected_s = started_s

    def _read(self, family: AnyMetric, step_s: float) -> None:
        # What is in the files of the multiprocess mode was counted by meters, which begin at zero.
        known = family.name in self._families or (self._turn is not None and self._collected_s < math.inf)
        self._families.add(family.name)
        born = {
            _labels(sample): known or sample.value >= self._collected_s
            for sample in family.samples
            if sample.name.endswith("_created") and sample.name == f"{family.name}_created"
        }
        if family.type == "counter":
            for sample in family.samples:
                if sample.name != f"{family.name}_created":
                    labels = _labels(sample)
                    grown = self._growth.of((sample.name, labels), sample.value, from_zero=born.get(labels, known))
                    self._columns.add(sample.name, labels, "count", grown / step_s)
        elif family.type in ("histogram", "summary"):
            for labels, child in self._children(family).items():
                self._distribute(family, labels, child, step_s, from_zero=born.get(labels, known))
        else:
            for sample in family.samples:
                if getattr(sample, "native_histogram", None) is None:
                    self._columns.hold(sample.name, _labels(sample), sample.value)

    def _children(self, family: AnyMetric) -> dict[Labels, _Child]:
        """The samples by their labels without `le`. Quantiles are levels, and held at once."""
        children: defaultdict[Labels, _Child] = defaultdict(_Child)
        for sample in family.samples:
            if getattr(sample, "native_histogram", None) is not None:
                continue
            suffix = sample.name[len(family.name) :]
            if suffix == "_bucket":
                bound = sample.labels.get("le", "")
                labels = tuple([pair for pair in sample.labels.items() if pair[0] != "le"])
                children[labels].bounds.append((float(bound or "nan"), bound, sample.value))
            elif suffix == "_count":
                children[_labels(sample)].count = sample.value
            elif suffix == "_sum":
                children[_labels(sample)].total = sample.value
            elif suffix == "":
                self._columns.hold(sample.name, _labels(sample), sample.value)
        return children

    def _distribute(self, family: AnyMetric, labels: Labels, child: _Child, step_s: float, *, from_zero: bool) -> None:
        name, timed = family.name, in_seconds(family.name, family.unit)
        child.bounds.sort()
        count = child.bounds[-1][2] if child.count is None and child.bounds else child.count
        if count is not None:
            grown = self._growth.of((name, labels, "count"), count, from_zero=from_zero)
            self._columns.add(name, labels, "count", grown / step_s)
        if child.total is not None:
            grown = self._growth.of((name, labels, "sum"), child.total, from_zero=from_zero)
            self._columns.add(name, labels, "totalTime" if timed else "totalAmount", grown / step_s)
        low, grown_below = -math.inf, 0.0
        for bound, text, total in child.bounds:
            grown = self._growth.of((name, labels, "le", bound), total, from_zero=from_zero)
            if self._bounds:
                self._columns.add(name, (*labels, ("le", text.replace("+", ""))), "bucket", grown / step_s)
            if self._percentiles and grown > grown_below:
                for index, share in shares(low, bound, timed=timed):
                    tag = buckets.timer_tag(index) if timed else buckets.summary_tag(index)
                    rate = (grown - grown_below) * share / step_s
                    self._columns.add(name, labels, "percentile", rate, tag)
            low, grown_below = bound, max(grown, grown_below)


def _labels(sample: AnySample) -> Labels:
    return tuple(sample.labels.items())
