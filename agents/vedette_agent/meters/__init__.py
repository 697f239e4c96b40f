"""The meters: one noun a file."""

from vedette_agent.meters.age_gauge import AgeGauge
from vedette_agent.meters.bucketed import Bucketed
from vedette_agent.meters.counter import Counter
from vedette_agent.meters.gauge import Gauge
from vedette_agent.meters.in_flight import InFlight
from vedette_agent.meters.interval_counter import IntervalCounter
from vedette_agent.meters.long_task import LongTaskTimer
from vedette_agent.meters.max_gauge import MaxGauge
from vedette_agent.meters.meter import Meter
from vedette_agent.meters.monotonic import MonotonicCounter, MonotonicCounterUint
from vedette_agent.meters.percentile import PercentileDistributionSummary, PercentileTimer
from vedette_agent.meters.polled import Polled
from vedette_agent.meters.summary import DistributionSummary
from vedette_agent.meters.timer import Timer

__all__ = [
    "AgeGauge",
    "Bucketed",
    "Counter",
    "DistributionSummary",
    "Gauge",
    "InFlight",
    "IntervalCounter",
    "LongTaskTimer",
    "MaxGauge",
    "Meter",
    "MonotonicCounter",
    "MonotonicCounterUint",
    "PercentileDistributionSummary",
    "PercentileTimer",
    "Polled",
    "Timer",
]
