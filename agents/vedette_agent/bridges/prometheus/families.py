"""Families and samples in the shape of prometheus-client, so that either side can collect from the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol


class Exemplar(NamedTuple):
    """One observation among many, and the labels that lead to it (a trace id)."""

    labels: Mapping[str, str]
    value: float
    timestamp: float | None = None
    """Seconds since the epoch."""


class Sample(NamedTuple):
    """One line of an exposition."""

    name: str
    labels: Mapping[str, str]
    value: float
    timestamp: float | None = None
    """Seconds since the epoch; None is the time of the scrape."""
    exemplar: Exemplar | None = None
    native_histogram: None = None


class Metric:
    """A family: samples of one name and type. Named for what prometheus-client calls it."""

    def __init__(self, name: str, documentation: str, typ: str, unit: str = "") -> None:
        self.name = name
        """Without the suffix of its samples: a counter's has no `_total`."""
        self.documentation = documentation
        self.type = typ
        self.unit = unit
        self.samples: list[Sample] = []

    def add(self, suffix: str, labels: Mapping[str, str], value: float, *, exemplar: Exemplar | None = None) -> None:
        self.samples.append(Sample(self.name + suffix, labels, value, None, exemplar))

    def __repr__(self) -> str:
        return f"Metric({self.name!r}, {self.type!r}, {len(self.samples)} samples)"


class AnySample(Protocol):
    """A sample of ours, or of theirs."""

    @property
    def name(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def value(self) -> float: ...
    @property
    def timestamp(self) -> Any: ...
    @property
    def exemplar(self) -> Any: ...


class AnyMetric(Protocol):
    """A family of ours, or of theirs."""

    @property
    def name(self) -> str: ...
    @property
    def documentation(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def samples(self) -> Sequence[AnySample]: ...


class Collects(Protocol):
    """Anything with families: a registry or a collector, ours or theirs."""

    def collect(self) -> Iterable[Any]: ...
