"""Agents for these tests: of an asking and of an answering service, and one that is the process's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import vedette_agent
from tests.agents.services import agent_of
from vedette_agent import default
from vedette_agent.agent import Agent
from vedette_agent.instrumentation import instrument_process
from vedette_agent.transports import MemoryTransport


@pytest.fixture
def server() -> Iterator[Agent]:
    agent = agent_of("catalog", "us-west-2", tracing=False)
    yield agent
    agent.stop()


@pytest.fixture
def client() -> Iterator[Agent]:
    agent = agent_of("api", "us-east-1", tracing=False)
    yield agent
    agent.stop()


@pytest.fixture
def whole() -> Iterator[Agent]:
    """The agent of the process, with everything instrumented that is imported. It does not publish by itself."""
    agent = agent_of("whole", "us-east-1", tracing=False)
    default.began(agent)
    instrument_process(default.agent)
    yield agent
    default.ended(agent)


@pytest.fixture
def traced() -> Iterator[Agent]:
    """The same through the front door, with tracing; its step is so long that only the test reads it."""
    agent = vedette_agent.start(
        app="whole", region="us-east-1", transport=MemoryTransport(), step_ms=3_600_000, process_metrics=False
    )
    yield agent
    vedette_agent.stop()
