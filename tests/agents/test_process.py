"""Meters of the process itself."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref

import psutil
import pytest

from tests.agents.readings import by_statistic, measured
from vedette_agent.clock import ManualClock
from vedette_agent.process import watch_loop, watch_process
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


def test_memory_and_files_have_their_limits(registry: Registry) -> None:
    found = values(registry)
    assert found["process.memory.virtual"] >= found["process.memory.resident"]
    assert found["process.memory.peak"] >= found["process.memory.resident"] * 0.5
    assert found["process.files.limit"] >= found["process.files.open"]
    assert found["process.start.time"] == pytest.approx(time.time() - found["process.uptime"], abs=1.0)


def test_it_agrees_with_psutil(registry: Registry) -> None:
    other = psutil.Process()
    found = values(registry)
    assert found["process.start.time"] == pytest.approx(other.create_time(), abs=1.0)
    assert found["process.memory.resident"] == pytest.approx(other.memory_info().rss, rel=0.1)
    assert found["process.memory.virtual"] == pytest.approx(other.memory_info().vms, rel=0.1)
    assert found["process.files.open"] == other.num_fds() - 1  # psutil counts the listing itself


def test_a_loop_that_is_held_up_is_late(registry: Registry) -> None:
    async def service() -> None:
        watch_loop(registry)
        watch_loop(registry)
        await asyncio.sleep(0.3)
        time.sleep(0.6)  # noqa: ASYNC251  # what the probe is for
        await asyncio.sleep(0.05)

    asyncio.run(service())
    found = by_statistic(registry.read(1), "process.eventloop.lag")
    assert 0.2 <= found["max"] < 30
    assert 2 <= found["count"] <= 5


def test_watching_keeps_no_loop_running_and_none_in_memory(registry: Registry) -> None:
    loop = asyncio.new_event_loop()
    watch_loop(registry, loop)
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None
    with pytest.raises(RuntimeError):
        watch_loop(registry)
