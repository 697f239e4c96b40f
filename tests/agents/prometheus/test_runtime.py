"""The process under prometheus-client's names, beside prometheus-client."""

from __future__ import annotations

import gc

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from tests.agents.prometheus.parsed import both_ways, values
from vedette_agent.bridges.prometheus.runtime import Runtime


def test_every_series_of_theirs_is_there_with_about_their_value() -> None:
    registry = CollectorRegistry()
    GCCollector(registry)
    PlatformCollector(registry)
    ProcessCollector(registry=registry)
    gc.disable()
    try:
        theirs, ours = values(registry.collect()), both_ways(Runtime().collect())
    finally:
        gc.enable()
    assert theirs.keys() <= ours.keys()
    assert {name for name, _ in ours.keys() - theirs.keys()} == {
        "process_peak_resident_memory_bytes",
        "process_threads",
    }
    for series, value in theirs.items():
        near = (
            1.1 if series[0] in ("process_start_time_seconds", "process_open_fds", "process_cpu_seconds_total") else 0
        )
        assert ours[series] == pytest.approx(value, abs=near, rel=0.05 if "memory" in series[0] else 1e-9)


def test_their_types_and_words_are_ours() -> None:
    registry = CollectorRegistry()
    GCCollector(registry)
    PlatformCollector(registry)
    ProcessCollector(registry=registry)
    ours = {family.name: (family.type, family.documentation) for family in Runtime().collect()}
    assert {family.name: (family.type, family.documentation) for family in registry.collect()}.items() <= ours.items()
