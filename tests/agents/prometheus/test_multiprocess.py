"""Many processes that count into one directory: one of them publishes the sums."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vedette_agent.bridges.prometheus.multiprocess import LOCK, Turn

WORKER = """
import sys
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from tests.agents.readings import measured
from vedette_agent.bridges.prometheus.publish import publish
from vedette_agent.registry import Registry

requests = Counter("requests", "R", ["code"])
busy = Gauge("busy", "B", multiprocess_mode="livesum")
wait = Histogram("wait_seconds", "W", buckets=(0.1, 1))
ours = Registry(1_000)
publish(to=ours)
for line in sys.stdin:
    what, amount = line.split()
    if what == "work":
        requests.labels("200").inc(float(amount))
        busy.set(float(amount))
        wait.observe(0.05)
        print("done", flush=True)
    elif what == "read":
        found = {
            ".".join([series[0], *(value for key, value in series[1:])]): value
            for series, value in measured(ours.read(1)).items()
            if series[0] in ("requests_total", "busy") or ("statistic", "count") in series
        }
        print(sorted(found.items()), flush=True)
"""


class Worker:
    """A process that counts, and reads what it would publish."""

    def __init__(self, directory: Path) -> None:
        environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
        )

    def ask(self, what: str, amount: float = 0) -> str:
        """The worker's answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{what} {amount}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_one_of_the_processes_publishes_the_sums_and_another_when_it_has_died(tmp_path: Path) -> None:
    workers = [Worker(tmp_path)]
    try:
        assert workers[0].ask("work", 3) == "done"
        workers.append(Worker(tmp_path))
        assert workers[1].ask("work", 4) == "done"
        assert workers[1].ask("read") == "[]"
        sums = "[('busy.gauge', 7.0), ('requests_total.200.count', 7.0), ('wait_seconds.count', 2.0)]"
        assert workers[0].ask("read") == sums
        workers[0].end()
        workers[1].ask("read")  # from now on it is the one, and begins to count
        workers[1].ask("work", 5)
        again = "[('busy.gauge', 8.0), ('requests_total.200.count', 5.0), ('wait_seconds.count', 1.0)]"
        assert workers[1].ask("read") == again
    finally:
        for worker in workers:
            worker.end()


def test_a_turn_is_one_processs_until_it_leaves(tmp_path: Path) -> None:
    one, other = Turn(str(tmp_path)), Turn(str(tmp_path))
    assert one.is_mine()
    assert not other.is_mine()
    assert one.is_mine()
    one.leave()
    assert other.is_mine()
    assert (tmp_path / LOCK).exists()


def test_a_forked_child_does_not_take_its_parents_turn_away(tmp_path: Path) -> None:
    turn = Turn(str(tmp_path))
    assert turn.is_mine()
    child = os.fork()
    if child == 0:
        turn.leave()
        os._exit(1 if turn.is_mine() else 0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not Turn(str(tmp_path)).is_mine()


def test_a_directory_that_is_not_there_is_nobodys_turn(tmp_path: Path) -> None:
    assert not Turn(str(tmp_path / "missing")).is_mine()


def test_multiprocess_mode_without_a_directory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from prometheus_client import CollectorRegistry

    from vedette_agent.bridges.prometheus.publish import publish

    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    with pytest.raises(ValueError, match="PROMETHEUS_MULTIPROC_DIR"):
        publish(CollectorRegistry(), multiprocess_mode=True)
