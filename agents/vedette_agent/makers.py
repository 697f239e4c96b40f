"""One method for each kind of meter: what a registry can be asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sized
from typing import Any, TypeVar

from vedette_agent.bucketing import BucketFunction
from vedette_agent.family import Family
from vedette_agent.identity import MeterId
from vedette_agent.meters import (
    AgeGauge,
    Bucketed,
    Counter,
    DistributionSummary,
    Gauge,
    InFlight,
    IntervalCounter,
    LongTaskTimer,
    MaxGauge,
    MonotonicCounter,
    MonotonicCounterUint,
    PercentileDistributionSummary,
    PercentileTimer,
    Polled,
    Timer,
)
from vedette_agent.meters.meter import IDLE_MS, M

Tags = Mapping[str, str] | None
T = TypeVar("T")


class MeterMaker(ABC):
    """Meters by name and tags. Asking for the same again gives the same meter; any thread may ask."""

    def counter(self, name: str, tags: Tags = None) -> Counter:
        """How often something happened."""
        return self._get(Counter, name, tags)

    def monotonic_counter(self, name: str, tags: Tags = None) -> MonotonicCounter:
        """How fast a total grows that somebody else counts."""
        return self._get(MonotonicCounter, name, tags)

    def monotonic_counter_uint(self, name: str, tags: Tags = None) -> MonotonicCounterUint:
        """The same for totals of 64 bits, which wrap."""
        return self._get(MonotonicCounterUint, name, tags)

    def interval_counter(self, name: str, tags: Tags = None) -> IntervalCounter:
        """How often something happened, and how long ago it last did."""
        return self._get(IntervalCounter, name, tags)

    def gauge(self, name: str, tags: Tags = None, *, ttl_seconds: float | None = None) -> Gauge:
        """How much there is of something now; forgotten when not set for `ttl_seconds` (default 15 minutes)."""
        ttl_ms = IDLE_MS if ttl_seconds is None else int(ttl_seconds * 1000)
        return self._get(Gauge, name, tags, lambda meter_id, now_ms: Gauge(meter_id, now_ms, ttl_ms=ttl_ms))

    def max_gauge(self, name: str, tags: Tags = None) -> MaxGauge:
        """The most there was of something during the step."""
        return self._get(MaxGauge, name, tags)

    def age_gauge(self, name: str, tags: Tags = None) -> AgeGauge:
        """How long ago something last went well."""
        return self._get(AgeGauge, name, tags)

    def in_flight(self, name: str, tags: Tags = None) -> InFlight:
        """How many of something are under way."""
        return self._get(InFlight, name, tags)

    def timer(self, name: str, tags: Tags = None) -> Timer:
        """How long something takes."""
        return self._get(Timer, name, tags)

    def long_task_timer(self, name: str, tags: Tags = None) -> LongTaskTimer:
        """How many long tasks run now, and for how long already."""
        return self._get(LongTaskTimer, name, tags)

    def distribution_summary(self, name: str, tags: Tags = None) -> DistributionSummary:
        """How large something is."""
        return self._get(DistributionSummary, name, tags)

    def percentile_timer(self, name: str, tags: Tags = None) -> PercentileTimer:
        """How long something takes, with buckets from which percentiles can be told: some tens of series."""
        return self._get(PercentileTimer, name, tags)

    def percentile_distribution_summary(self, name: str, tags: Tags = None) -> PercentileDistributionSummary:
        """How large something is, with buckets from which percentiles can be told: some tens of series."""
        return self._get(PercentileDistributionSummary, name, tags)

    def bucket_counter(self, name: str, function: BucketFunction, tags: Tags = None) -> Bucketed[Counter]:
        """A counter for each bucket, told by the tag `bucket`; see `vedette_agent.bucketing` for functions."""
        return Bucketed(function, lambda bucket: self.counter(name, _bucket(tags, bucket)), _once)

    def bucket_timer(self, name: str, function: BucketFunction, tags: Tags = None) -> Bucketed[Timer]:
        """A timer for each bucket; the function sees nanoseconds, as in Spectator, `record` takes seconds."""
        return Bucketed(
            lambda seconds: function(seconds * 1e9),
            lambda bucket: self.timer(name, _bucket(tags, bucket)),
            Timer.record,
        )

    def bucket_distribution_summary(
        self, name: str, function: BucketFunction, tags: Tags = None
    ) -> Bucketed[DistributionSummary]:
        """A distribution summary for each bucket."""
        return Bucketed(
            function,
            lambda bucket: self.distribution_summary(name, _bucket(tags, bucket)),
            DistributionSummary.record,
        )

    def polled_value(self, name: str, subject: T, function: Callable[[T], float], tags: Tags = None) -> T:
        """A gauge of `function(subject)`, asked on the step thread and summed over all subjects of this id.

        The subject is not kept alive where Python can refer to it weakly; it is returned, for assignment.
        """
        self._get(Polled, name, tags).watch(subject, function)
        return subject

    def polled_size(self, name: str, collection: Sized, tags: Tags = None) -> Sized:
        """A gauge of how many items a collection holds. A list or a dict is kept alive by this."""
        return self.polled_value(name, collection, len, tags)

    def family(self, make: Callable[[str, dict[str, str]], M], name: str, *keys: str) -> Family[M]:
        """Meters of one name by the values of these tags, in this order: the fast way to a tagged meter.

        requests = registry.family(registry.counter, "requests", "method", "status")
        requests["GET", "200"].increment()
        """
        return Family(make, name, keys)

    @abstractmethod
    def _get(self, kind: type[M], name: str, tags: Tags, make: Callable[[MeterId, int], M] | None = None) -> M: ...


def _bucket(tags: Tags, bucket: str) -> dict[str, str]:
    return {**(tags or {}), "bucket": bucket}


def _once(counter: Counter, _: Any) -> None:
    counter.increment()
