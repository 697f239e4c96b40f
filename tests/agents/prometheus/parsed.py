"""Expositions as prometheus-client's own parsers read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from prometheus_client.parser import text_string_to_metric_families as plain_families

from vedette_agent.bridges.prometheus.exposition import openmetrics, plain

Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def values(families: Iterable[Any]) -> Values:
    """Values by the sample's name and sorted labels; no sample is there twice."""
    found: Values = {}
    for family in families:
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            found[key] = sample.value
    return found


def read_openmetrics(text: str) -> Values:
    return values(openmetrics_families(text))  # type: ignore[no-untyped-call]  # theirs has no types


def both_ways(families: Iterable[Any]) -> Values:
    """What the families say, after the parsers of both formats have read the same in what we wrote of them."""
    families = list(families)
    from_plain = values(plain_families(plain(families)))
    from_openmetrics = read_openmetrics(openmetrics(families))
    assert from_plain == from_openmetrics
    return from_openmetrics
