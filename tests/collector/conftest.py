"""A running collector in this process: real journal, real application, a writer that keeps all, a clock by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from tests.collector.client import Client
from tests.collector.serve import build
from tests.collector.writers import KeepingWriter
from vedette_collector.app import Collector
from vedette_collector.settings import Settings

NOW = 1_790_000_005_000
"""The clock's first reading: in the middle of a step of 10 s."""


@dataclass
class Clock:
    """A clock that a test sets, in ms."""

    now_ms: int = NOW

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer() -> KeepingWriter:
    return KeepingWriter()


@pytest.fixture
def settings() -> Settings:
    return Settings(segment_age_s=0.01, body_timeout_s=1.0)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def collector(
    writer: KeepingWriter, tmp_path: Path, settings: Settings, clock: Clock, registry: CollectorRegistry
) -> Iterator[Collector]:
    collector = Collector(writer, tmp_path / "journal", settings, now_ms=clock, registry=registry)
    collector.start()
    yield collector
    collector.stop()


@pytest.fixture
def client(collector: Collector, registry: CollectorRegistry) -> Iterator[Client]:
    client = Client(build(collector, registry))
    yield client
    client.close()
