"""The machine's metrics: against what the machine says itself, and control groups of both versions from files."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.agents.readings import by_statistic, measured
from vedette_agent.clock import ManualClock
from vedette_agent.host import watch_host
from vedette_agent.host.container import Container, read, watch_container
from vedette_agent.host.pressure import watch_pressure
from vedette_agent.registry import Registry


@pytest.fixture
def registry() -> Registry:
    return Registry(10_000, clock=ManualClock(1_000_000))


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_the_machine_is_reported(registry: Registry) -> None:
    watch_host(registry)
    registry.read(1)
    spent = sum(i * i for i in range(300_000))
    found = measured(registry.read(2))
    assert spent
    shares = [value for (name, *_), value in found.items() if name == "sys.cpu.utilization"]
    assert sum(shares) == pytest.approx(100)
    assert found["sys.cpu.numProcessors", ("statistic", "gauge")] == psutil.cpu_count()
    memory = psutil.virtual_memory()
    assert found["mem.totalReal", ("statistic", "gauge")] == memory.total
    assert found["mem.availReal", ("statistic", "gauge")] == pytest.approx(memory.available, rel=0.5)
    assert found["net.iface.bytes", ("id", "in"), ("iface", "lo"), ("statistic", "count")] >= 0
    names = {name for name, *_ in found}
    assert {"sys.load", "sys.files.open", "disk.bytesUsed", "disk.bytesMax", "net.tcp.connections"} <= names
    assert all(value >= 0 for value in found.values())


SECOND = {
    "cgroup.controllers": "cpu memory",
    "cpu.stat": "usage_usec 12500000\nuser_usec 1\nthrottled_usec 500000\n",
    "cpu.max": "150000 100000\n",
    "memory.current": "1048576\n",
    "memory.max": "2097152\n",
}
FIRST = {
    "cpu/cpu.cfs_quota_us": "-1\n",
    "cpu/cpu.cfs_period_us": "100000\n",
    "cpu/cpu.stat": "nr_periods 3\nthrottled_time 250000000\n",
    "cpuacct/cpuacct.usage": "7000000000\n",
    "memory/memory.usage_in_bytes": "4096\n",
    "memory/memory.limit_in_bytes": "9223372036854771712\n",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (SECOND, Container(12.5, 1048576, 1.5, 2097152, 0.5)),
        (SECOND | {"cpu.max": "max 100000", "memory.max": "max"}, Container(12.5, 1048576, None, None, 0.5)),
        (FIRST, Container(7.0, 4096, None, None, 0.25)),
        (FIRST | {"cpu/cpu.cfs_quota_us": "50000"}, Container(7.0, 4096, 0.5, None, 0.25)),
        ({"cgroup.controllers": "cpu"}, None),
        ({}, None),
    ],
    ids=["second", "second-unlimited", "first", "first-limited", "silent", "none"],
)
def test_a_container_is_understood(tmp_path: Path, files: dict[str, str], expected: Container | None) -> None:
    assert read(write(tmp_path, files)) == expected


def test_a_container_is_reported(tmp_path: Path, registry: Registry) -> None:
    poll = watch_container(registry, write(tmp_path, SECOND))
    assert poll is not None
    poll()
    write(tmp_path, {"cpu.stat": "usage_usec 22500000\nthrottled_usec 1500000\n"})
    poll()
    reading = registry.read(1)
    assert by_statistic(reading, "cgroup.cpu.processingTime") == {"count": 1.0}
    assert by_statistic(reading, "cgroup.cpu.throttledTime") == {"count": 0.1}
    assert by_statistic(reading, "cgroup.cpu.processingCapacity") == {"gauge": 1.5}
    assert by_statistic(reading, "cgroup.mem.limit") == {"gauge": 2097152}


def test_pressure_is_a_rate_of_waiting(tmp_path: Path, registry: Registry) -> None:
    line = "some avg10=0.00 avg60=0.00 avg300=0.00 total={}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total={}\n"
    poll = watch_pressure(registry, write(tmp_path, {"memory": line.format(1_000_000, 0)}))
    assert poll is not None
    poll()
    write(tmp_path, {"memory": line.format(3_000_000, 500_000)})
    poll()
    found = measured(registry.read(1))
    assert found["sys.pressure.some", ("id", "memory"), ("statistic", "count")] == pytest.approx(0.2)
    assert found["sys.pressure.full", ("id", "memory"), ("statistic", "count")] == pytest.approx(0.05)
    assert watch_pressure(registry, tmp_path / "nowhere") is None
