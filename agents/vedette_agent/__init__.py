"""Vedette's agent: dimensional metrics, metrics of calls, and traces from inside a Python service.

    import vedette_agent

    vedette_agent.start(app="checkout")                      # the one line a service adds
    orders = vedette_agent.counter("orders", {"kind": "express"})
    orders.increment()

`start` measures every application and client of the process that it knows (FastAPI, Starlette, Flask, Django, aiohttp,
grpc; httpx, requests, urllib3, urllib, databases), and traces them where the extra `otel` is installed. Nothing in here
raises into the service, blocks it, or grows without a bound.
"""

from __future__ import annotations

import logging
from typing import Any

from vedette_agent import default
from vedette_agent.agent import Agent
from vedette_agent.clock import Clock, ManualClock, SystemClock
from vedette_agent.family import Family
from vedette_agent.identity import MeterId
from vedette_agent.instrumentation import instrument_process
from vedette_agent.ipc.manual import Call
from vedette_agent.ipc.server import IpcMiddleware
from vedette_agent.ipc.wsgi import IpcWsgiMiddleware
from vedette_agent.makers import Tags
from vedette_agent.meters import (
    AgeGauge,
    Counter,
    DistributionSummary,
    Gauge,
    InFlight,
    IntervalCounter,
    LongTaskTimer,
    MaxGauge,
    MonotonicCounter,
    MonotonicCounterUint,
    PercentileDistributionSummary,
    PercentileTimer,
    Timer,
)
from vedette_agent.registry import Registry
from vedette_agent.settings import Settings, from_environment
from vedette_agent.transports import HttpTransport, MemoryTransport, NoopTransport, Transport

__version__ = "0.1.0"

__all__ = [
    "AgeGauge",
    "Agent",
    "Call",
    "Clock",
    "Counter",
    "DistributionSummary",
    "Family",
    "Gauge",
    "HttpTransport",
    "InFlight",
    "IntervalCounter",
    "IpcMiddleware",
    "IpcWsgiMiddleware",
    "LongTaskTimer",
    "ManualClock",
    "MaxGauge",
    "MemoryTransport",
    "MeterId",
    "MonotonicCounter",
    "MonotonicCounterUint",
    "NoopTransport",
    "PercentileDistributionSummary",
    "PercentileTimer",
    "Registry",
    "Settings",
    "SystemClock",
    "Timer",
    "Transport",
    "agent",
    "counter",
    "distribution_summary",
    "from_environment",
    "gauge",
    "percentile_distribution_summary",
    "percentile_timer",
    "registry",
    "start",
    "stop",
    "timer",
]

logger = logging.getLogger(__name__)


def start(app: str | None = None, *, transport: Transport | None = None, **overrides: Any) -> Agent:
    """Start this process's agent, and measure its applications and clients; call it once, early.

    The settings come from the environment (see `vedette_agent.settings`), what is given here wins: `app`, and any field
    of `Settings`, such as `region="us-east-1"`. Raises ValueError or TypeError for what cannot be. When the process has
    an agent already that one is returned, with a warning.
    """
    present = default.agent()
    if present is not None:
        logger.warning("This process has an agent, of %s; it is not started again", present.settings.app)
        return present
    if app is not None:
        overrides["app"] = app
    started = Agent(from_environment(**overrides), transport=transport, everywhere=True).start()
    instrument_process(default.agent)
    return started


def stop() -> None:
    """Stop this process's agent; what was measured up to now is sent. Without one nothing happens."""
    present = default.agent()
    if present is not None:
        present.stop()


def agent() -> Agent | None:
    """This process's agent: the first that was started, None while none runs."""
    return default.agent()


def registry() -> Registry:
    """This process's meters: those of its agent, or closed ones that an agent will take over when it starts."""
    return default.registry()


def counter(name: str, tags: Tags = None) -> Counter:
    """How often something happened."""
    return default.registry().counter(name, tags)


def gauge(name: str, tags: Tags = None, *, ttl_seconds: float | None = None) -> Gauge:
    """How much there is of something now."""
    return default.registry().gauge(name, tags, ttl_seconds=ttl_seconds)


def timer(name: str, tags: Tags = None) -> Timer:
    """How long something takes."""
    return default.registry().timer(name, tags)


def distribution_summary(name: str, tags: Tags = None) -> DistributionSummary:
    """How large something is."""
    return default.registry().distribution_summary(name, tags)


def percentile_timer(name: str, tags: Tags = None) -> PercentileTimer:
    """How long something takes, with buckets from which percentiles can be told."""
    return default.registry().percentile_timer(name, tags)


def percentile_distribution_summary(name: str, tags: Tags = None) -> PercentileDistributionSummary:
    """How large something is, with buckets from which percentiles can be told."""
    return default.registry().percentile_distribution_summary(name, tags)
