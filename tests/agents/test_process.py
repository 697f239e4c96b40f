"""Meters of the process itself."""

from __future__ import annotations

import gc
import threading
import time

import pytest

from tests.agents.readings import measured
from vedette_agent.clock import ManualClock
from vedette_agent.process import watch_process
from vedette_agent.registry import Registry


@pytest.fixture
def registry() -> Registry:
    registry = Registry(1_000, clock=ManualClock())
    watch_process(registry)
    return registry


def values(registry: Registry) -> dict[str, float]:
    """What is measured, by name and the one tag that tells the series apart."""
    found = {}
    for (name, *pairs), value in measured(registry.read(1)).items():
        tags = dict(pairs)
        found[f"{name} {tags.get('id', tags.get('generation', ''))}".strip()] = value
    return found


def test_a_busy_process_uses_the_processor_and_has_memory_threads_and_files(registry: Registry) -> None:
    registry.read(0)
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    found = values(registry)
    assert 0.05 <= found["process.cpu.time user"] + found["process.cpu.time system"] < 5
    assert 5e6 < found["process.memory.resident"] < 5e9
    assert found["process.threads"] == threading.active_count()
    assert found["process.files.open"] >= 3
    assert found["process.uptime"] >= 0.1


def test_garbage_collections_are_counted(registry: Registry) -> None:
    registry.read(0)
    cycles = [[] for _ in range(10)]  # type: list[list[object]]
    for cycle in cycles:
        cycle.append(cycle)
    del cycles, cycle
    gc.collect()
    found = values(registry)
    assert found["process.gc.collections 2"] >= 1
    assert found["process.gc.collected 2"] >= 10
    assert "process.gc.collections 0" in found


def test_an_idle_process_reports_zeros(registry: Registry) -> None:
    registry.read(0)
    gc.disable()
    try:
        registry.read(0)
        assert values(registry)["process.gc.collections 2"] == 0
    finally:
        gc.enable()
