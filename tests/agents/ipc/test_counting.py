"""Calls from many threads: none is lost, and what is in flight comes back to nothing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from tests.agents.ipc.seen import Seen
from tests.agents.readings import by_statistic
from vedette_agent.agent import Agent
from vedette_agent.ipc import peer
from vedette_agent.ipc.calls import ServerCall


@pytest.fixture
def hasty() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty")
def test_what_is_in_flight_does_not_drift(server: Agent) -> None:
    call = ServerCall("_a", "GET", "http_1", 200, "success", peer.NOBODY)

    def work() -> None:
        for _ in range(2_000):
            server.calls.server_begins()
            server.calls.server_ends(call, 0.001)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Seen(server).calls("ipc.server.call")) == 16_000
    server.calls.server_begins()
    server.calls.server_ends(call, 0.001)
    server.registry.read(0)
    server.calls.server_begins()
    assert by_statistic(server.registry.read(0), "ipc.server.inflight")["max"] == 1
