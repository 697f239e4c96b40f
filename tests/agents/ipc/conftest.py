"""Agents for these tests: of an asking and of an answering service, and one that is the process's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import vedette_agent
from tests.agents.services import agent_of
from vedette_agent.agent import Agent
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
    """The agent of the process, which measures all that is imported."""
    yield from started(tracing=False)


@pytest.fixture
def traced() -> Iterator[Agent]:
    """The same with tracing."""
    yield from started(tracing=True)


def started(*, tracing: bool) -> Iterator[Agent]:
    """By the one line that a service has. Its step is so long that only the test reads it."""
    yield vedette_agent.start(
        app="whole",
        region="us-east-1",
        transport=MemoryTransport(),
        step_ms=3_600_000,
        process_metrics=False,
        tracing=tracing,
    )
    vedette_agent.stop()
