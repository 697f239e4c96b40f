"""The agent as a service sees it: one line to start, several in a process, and no harm when something fails."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

import vedette_agent
from tests.agents.services import served
from tests.agents.stand_in import Reply, StandIn
from tests.support.waiting import until
from vedette_agent import wire
from vedette_agent.agent import Agent
from vedette_agent.settings import Settings
from vedette_agent.transports import MemoryTransport

AGENTS = Path(__file__).parents[2] / "agents"


def counts(stand_in: StandIn, name: str) -> dict[str, float]:
    """How often it was counted, by source process, as a store would add it up."""
    found: dict[str, float] = {}
    for batch in stand_in.batches():
        for series, value in zip(wire.parse_table(batch.table), batch.values, strict=True):
            if series.name == name and series.tags["statistic"] == "count" and value == value:  # noqa: PLR0124  # no NaN
                found[str(batch.src)] = found.get(str(batch.src), 0) + value * batch.step_ms / 1000
    return found


def quiet(app: str, url: str = "none", step_ms: int = 200) -> Settings:
    return Settings(app=app, url=url, step_ms=step_ms, process_metrics=False, tracing=False)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture(autouse=True)
def no_agent_is_left() -> Iterator[None]:
    yield
    vedette_agent.stop()
    assert vedette_agent.agent() is None


def run(code: str, stand_in: StandIn, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a service of a few lines in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | {"VEDETTE_URL": stand_in.url, "VEDETTE_STEP": "200ms", "PYTHONPATH": str(AGENTS)} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_start_is_one_line_and_a_second_one_is_a_warning(stand_in: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    early = vedette_agent.counter("orders")
    early.increment(100)
    agent = vedette_agent.start(app="checkout", region="us-east-1", url=stand_in.url, step_ms=200, tracing=False)
    assert vedette_agent.start(app="other") is agent
    assert vedette_agent.agent() is agent
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    early.increment(2)
    vedette_agent.counter("orders").increment(3)
    for meter in (vedette_agent.timer("t"), vedette_agent.percentile_timer("p")):
        meter.record(0.1)
    for summary in (
        vedette_agent.distribution_summary("s"),
        vedette_agent.percentile_distribution_summary("ps"),
    ):
        summary.record(10)
    vedette_agent.gauge("g", ttl_seconds=60).set(3)
    vedette_agent.stop()
    assert sum(counts(stand_in, "orders").values()) == pytest.approx(5), "what came before the start is not counted"
    names = {series.name for batch in stand_in.batches() for series in wire.parse_table(batch.table)}
    assert {"orders", "t", "p", "s", "ps", "g", "process.cpu.time", "process.memory.resident"} <= names
    tags = wire.parse_table(stand_in.batches()[0].table)[0].tags
    assert (tags["app"], tags["region"]) == ("checkout", "us-east-1")


def test_a_mistake_in_the_arguments_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="URL"):
        vedette_agent.start(app="a", url="collector")
    with pytest.raises(TypeError):
        vedette_agent.start(app="a", colour="red")


def test_a_handle_outlives_its_agent(stand_in: StandIn) -> None:
    kept = vedette_agent.counter("kept")
    for amount in (1, 2):
        with Agent(quiet("a", stand_in.url)):
            kept.increment(amount)
        kept.increment(100)
        assert kept.pending() == 0
    assert sorted(counts(stand_in, "kept").values()) == pytest.approx([1, 2])


def test_the_first_that_was_started_is_the_default_and_each_has_its_own_meters() -> None:
    transports = [MemoryTransport(), MemoryTransport()]
    first, second = (Agent(quiet(name), transport=sent) for name, sent in zip("ab", transports, strict=True))
    with second, first:
        assert vedette_agent.agent() is second
        vedette_agent.counter("m").increment()
        first.registry.counter("m").increment()
        assert vedette_agent.counter("m") is second.registry.counter("m")
        assert first.registry.counter("m") is not second.registry.counter("m")
    assert vedette_agent.agent() is None


def test_when_the_default_stops_the_next_takes_its_place() -> None:
    first, second = Agent(quiet("a")).start(), Agent(quiet("b")).start()
    handle = vedette_agent.counter("m")
    first.stop()
    assert vedette_agent.agent() is second
    assert vedette_agent.counter("m") is handle
    second.stop()


def test_start_and_stop_may_be_repeated_without_harm(caplog: pytest.LogCaptureFixture) -> None:
    agent = Agent(quiet("a"))
    agent.stop()
    agent.start()
    agent.start()
    agent.stop()
    agent.stop()
    agent.start()
    assert len(caplog.records) == 2


def test_after_stop_no_thread_is_left() -> None:
    import threading

    before = set(threading.enumerate())
    agent = Agent(Settings(app="a", url="none")).start()
    assert len(set(threading.enumerate()) - before) >= 2
    agent.stop()
    until(lambda: set(threading.enumerate()) <= before)


def test_a_collector_that_is_away_does_not_hold_up_the_service() -> None:
    with StandIn(lambda _: Reply(hang=True)) as stand_in:
        agent = Agent(quiet("a", stand_in.url)).start()
        started = time.monotonic()
        for _ in range(10_000):
            agent.registry.counter("c").increment()
        assert time.monotonic() - started < 2
        until(lambda: len(agent._batches) > 0)
        started = time.monotonic()
        agent.stop(0.2)
        assert time.monotonic() - started < 2


def test_the_whole_process_is_measured_whatever_is_imported_first(stand_in: StandIn) -> None:
    """FastAPI is imported before the start, httpx after it, and a client and an application exist already."""
    done = run(
        """
        import sys
        from fastapi import FastAPI
        app = FastAPI()
        import vedette_agent
        vedette_agent.start(app="checkout", region="us-east-1")
        assert "httpx" not in sys.modules, "the agent imports nothing that the service does not"
        import httpx
        from tests.agents.services import served

        @app.get("/hello/{name}")
        def hello(name: str) -> str:
            return name

        with served(app) as url:
            assert httpx.get(f"{url}/hello/you").headers["vedette-peer"] == "app=checkout;region=us-east-1"
        vedette_agent.stop()
        """,
        stand_in,
        PYTHONPATH=f"{AGENTS}{os.pathsep}{AGENTS.parent}",
    )
    assert done.returncode == 0, done.stderr
    assert sum(counts(stand_in, "ipc.server.call").values()) == pytest.approx(1)
    assert sum(counts(stand_in, "ipc.client.call").values()) == pytest.approx(1)
    spans = [one for one in stand_in.received if one.path == "/v1/traces"]
    assert b"GET /hello/{name}" in b"".join(one.content for one in spans)


def test_applications_and_clients_are_let_go_when_the_default_agent_stops() -> None:
    sent = MemoryTransport()
    agent = vedette_agent.start(app="a", transport=sent, tracing=False)
    app = FastAPI()
    with served(app) as url:
        assert "vedette-peer" in httpx.get(f"{url}/").headers
        agent.stop()
    with served(FastAPI()) as url:
        assert "vedette-peer" not in httpx.get(f"{url}/").headers
        assert "baggage" not in httpx.get(f"{url}/").request.headers


def test_what_was_measured_is_sent_at_the_end_of_the_process(stand_in: StandIn) -> None:
    done = run(
        """
        import vedette_agent
        vedette_agent.start(app="batch", step_ms=3_600_000)
        vedette_agent.counter("jobs").increment(7)
        """,
        stand_in,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sum(counts(stand_in, "jobs").values()) == pytest.approx(7)


def test_a_forked_child_reports_for_itself_and_nothing_twice(stand_in: StandIn) -> None:
    done = run(
        """
        import os, vedette_agent
        agent = vedette_agent.start(app="workers", step_ms=3_600_000)
        jobs = vedette_agent.counter("jobs")
        jobs.increment(5)
        children = []
        for amount in (10, 20):
            child = os.fork()
            if not child:
                jobs.increment(amount)
                agent.stop()
                os._exit(0)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
        """,
        stand_in,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(counts(stand_in, "jobs").values()) == pytest.approx([5, 10, 20])


def test_a_killed_process_leaves_what_its_last_step_told(stand_in: StandIn) -> None:
    code = """
    import time, vedette_agent
    vedette_agent.start(app="killed", process_metrics=False, tracing=False)
    vedette_agent.counter("jobs").increment(3)
    time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | {"VEDETTE_URL": stand_in.url, "VEDETTE_STEP": "200ms", "PYTHONPATH": str(AGENTS)},
    ) as process:
        until(lambda: sum(counts(stand_in, "jobs").values()) == pytest.approx(3), seconds=20)
        process.send_signal(signal.SIGKILL)
