"""Native: the meters of a registry as families of Prometheus.

    counter, monotonic counter     counter `name_total`
    timer                          summary `name_seconds`, gauge `name_seconds_max`
    distribution summary           summary `name`, gauge `name_max`
    percentile timer, summary      a histogram of fixed bounds in place of the summary
    gauges                         gauge `name`; of other statistics `name_max`, `name_active_tasks`, ...

The sum of squares has no place in Prometheus and is left out. Common tags are the labels of `target_info`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from vedette_agent.bridges.prometheus.families import Metric
from vedette_agent.bridges.prometheus.names import labels_of, metric_name
from vedette_agent.bridges.prometheus.shelf import Distribution, Labels, Shelf
from vedette_agent.registry import Registry
from vedette_agent.series import Series
from vedette_agent.wire import RATE

_GAUGE_SUFFIXES: Final = {"gauge": "", "duration": "_duration_seconds", "activeTasks": "_active_tasks"}
_BUCKET: Final = re.compile(r"[TD][0-9A-F]{4}")


@dataclass
class _Meter:
    """What one meter amounts to."""

    rates: dict[str, float] = field(default_factory=dict)
    levels: dict[str, float] = field(default_factory=dict)
    tallies: dict[int, float] = field(default_factory=dict)


def families(registry: Registry, without: frozenset[str] = frozenset()) -> list[Metric]:
    """All meters of the registry as they are now, but for those of these names.

    The first call is where its counters begin.
    """
    meters: defaultdict[tuple[str, Labels], _Meter] = defaultdict(_Meter)
    for series, value in registry.totals():
        if series.name not in without:
            _take(meters, series, value)
    shelf = Shelf()
    for (name, tags), meter in sorted(meters.items(), key=lambda item: item[0]):
        _place(shelf, name, labels_of(tags), meter)
    return [*_target(registry.common_tags), *shelf.families()]


def _take(meters: defaultdict[tuple[str, Labels], _Meter], series: Series, value: float) -> None:
    tags = series.tags
    statistic = tags.pop("statistic")
    if statistic == "percentile" and _BUCKET.fullmatch(tags.get("percentile", "")):
        index = int(tags.pop("percentile")[1:], 16)
        meters[series.name, tuple(sorted(tags.items()))].tallies[index] = value
    else:
        meter = meters[series.name, tuple(sorted(tags.items()))]
        (meter.rates if series.kind == RATE else meter.levels)[statistic] = value


def _target(common: Mapping[str, str]) -> Iterable[Metric]:
    if common:
        target = Metric("target", "Tags of every series of this process.", "info")
        target.add("_info", labels_of(common.items()), 1.0)
        yield target


def _place(shelf: Shelf, name: str, labels: dict[str, str], meter: _Meter) -> None:
    exposed = metric_name(name)
    total = "totalTime" if "totalTime" in meter.rates else "totalAmount"
    if total in meter.rates and meter.rates.get("count", 0.5).is_integer():
        if total == "totalTime" and not exposed.endswith("_seconds"):
            exposed += "_seconds"
        count, amount = meter.rates.pop("count"), meter.rates.pop(total)
        meter.rates.pop("totalOfSquares", None)
        if count:  # before anything was recorded nobody knows whether it will be a histogram
            shelf.distribution(exposed, name, labels, Distribution(count, amount, meter.tallies, total == "totalTime"))
    for statistic, value in meter.rates.items():
        suffix = "" if statistic == "count" else f"_{metric_name(statistic)}"
        shelf.counter((exposed + suffix).removesuffix("_total") or "_", name, labels, value)
    for statistic, value in meter.levels.items():
        shelf.gauge(exposed + _GAUGE_SUFFIXES.get(statistic, f"_{metric_name(statistic)}"), name, labels, value)
