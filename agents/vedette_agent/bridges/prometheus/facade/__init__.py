"""Facade: prometheus-client's names on our meters, without prometheus-client."""

from vedette_agent.bridges.prometheus.facade.collectors import REGISTRY, CollectorRegistry, DuplicateTimeseries
from vedette_agent.bridges.prometheus.facade.counter import Counter
from vedette_agent.bridges.prometheus.facade.distributions import Histogram, Summary
from vedette_agent.bridges.prometheus.facade.facts import Enum, Info
from vedette_agent.bridges.prometheus.facade.gauge import Gauge
from vedette_agent.bridges.prometheus.facade.metric import disable_created_metrics, enable_created_metrics

__all__ = [
    "REGISTRY",
    "CollectorRegistry",
    "Counter",
    "DuplicateTimeseries",
    "Enum",
    "Gauge",
    "Histogram",
    "Info",
    "Summary",
    "disable_created_metrics",
    "enable_created_metrics",
]
