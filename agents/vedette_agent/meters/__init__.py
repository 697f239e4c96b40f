"""The meters: one noun a file."""

from vedette_agent.meters.counter import Counter
from vedette_agent.meters.gauge import Gauge
from vedette_agent.meters.meter import Meter
from vedette_agent.meters.percentile import PercentileDistributionSummary, PercentileTimer
from vedette_agent.meters.summary import DistributionSummary
from vedette_agent.meters.timer import Timer

__all__ = [
    "Counter",
    "DistributionSummary",
    "Gauge",
    "Meter",
    "PercentileDistributionSummary",
    "PercentileTimer",
    "Timer",
]
