"""Agent: wires settings, registry, publisher, courier, calls and tracing together."""

from __future__ import annotations

import atexit
import logging
import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from vedette_agent import default, instrumentation
from vedette_agent import settings as settings_module
from vedette_agent.clock import Clock, CorrectedClock, SystemClock
from vedette_agent.courier import Courier
from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.manual import Call
from vedette_agent.ledger import OVERFLOW, Ledger
from vedette_agent.outbox import Outbox
from vedette_agent.process import watch_process
from vedette_agent.publisher import Publisher
from vedette_agent.registry import Registry
from vedette_agent.settings import NOWHERE, Settings
from vedette_agent.transports import HttpTransport, NoopTransport, Parcel, Transport
from vedette_agent.wire import CONTENT_TYPE

if TYPE_CHECKING:
    from vedette_agent.tracing import Tracing

logger = logging.getLogger(__name__)

STOP_SECONDS: Final = 3.0
_MOST_SPREAD_S: Final = 0.3


class Agent:
    """One service's agent. A process may hold several, each with its own registry and tracer provider.

    It measures no calls until something is instrumented, and sends nothing before `start`. As a context manager it
    starts and stops.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        transport: Transport | None = None,
        clock: Clock | None = None,
        everywhere: bool = False,
    ) -> None:
        self.settings = settings or settings_module.from_environment()
        self.clock = CorrectedClock(clock or SystemClock())
        self._given_transport = transport
        self.registry = Registry(
            self.settings.step_ms,
            clock=self.clock,
            common_tags=self.settings.common_tags(),
            limits=self.settings.limits,
        )
        self.ledger = Ledger(self.registry)
        """What was sent and what was lost."""
        self.calls = Calls(self.registry, self.settings)
        """The metrics of calls between services."""
        if self.settings.process_metrics:
            watch_process(self.registry)
        self._build_way_out()
        self.tracing: Tracing | None = self._trace(everywhere) if self.settings.tracing else None
        """Set when the extra `otel` is installed and tracing is not switched off."""
        self._state = "new"

    def start(self) -> Agent:
        """Begin to publish. A second call is a warning, and so is one after `stop`."""
        if self._state != "new":
            logger.warning("This agent of %s has been started before; nothing is done", self.settings.app)
            return self
        self._state = "running"
        default.began(self)
        self._publisher.start()
        self._courier.start()
        atexit.register(self.stop)
        logger.info(
            "Vedette's agent of %s sends to %s each %d ms", self.settings.app, self.settings.url, self.settings.step_ms
        )
        return self

    def stop(self, timeout_s: float = STOP_SECONDS) -> None:
        """Publish what was measured up to now, send it if the collector takes it at once, and end all threads."""
        if self._state != "running":
            return
        self._state = "stopped"
        atexit.unregister(self.stop)
        if self.tracing is not None:
            self.tracing.stop()
        self._publisher.stop()
        self._courier.stop(timeout_s)
        self.registry.close()
        default.ended(self)

    def flush(self, timeout_s: float = STOP_SECONDS) -> bool:
        """Wait until all closed steps and all ended spans are sent; whether that came to pass in time."""
        if self.tracing is not None:
            self.tracing.flush()
        return self._courier.flush(timeout_s)

    def instrument_app(self, app: Any) -> Any:
        """Measure and trace an application of ASGI, WSGI or aiohttp; returns what to serve, where it can be itself."""
        return instrumentation.instrument_app(app, self.calls, self.tracing)

    def instrument_client(self, client: Any) -> Any:
        """Measure and trace a client of httpx, requests or aiohttp; returns the client."""
        return instrumentation.instrument_client(client, self.calls, self.tracing)

    def call(self, server: str, endpoint: str, *, region: str = "", protocol: str = "", method: str = "") -> Call:
        """A context manager around one call that no hook sees, such as a query of a data store."""
        return Call(self.calls, (server, region), endpoint, protocol, method)

    def __enter__(self) -> Agent:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _build_way_out(self) -> None:
        """From the meters to the collector. Metrics go first: they are small, and name the minute they belong to."""
        most, most_bytes = self.settings.max_unsent_batches, self.settings.max_unsent_bytes
        self._batches = Outbox(most, most_bytes, self._overflow)
        self._spans = Outbox(most, most_bytes, self._overflow)
        spread_s = min(_MOST_SPREAD_S, self.settings.step_ms / 1000 * 0.03)
        self._courier = Courier(
            self._transport(), (self._batches, self._spans), self.ledger, self.clock, spread_s=spread_s
        )
        self._publisher = Publisher(self.registry, self.clock, self._post)

    def _transport(self) -> Transport:
        if self._given_transport is not None:
            return self._given_transport
        return NoopTransport() if self.settings.url == NOWHERE else HttpTransport(self.settings.url)

    def _post(self, parcel: Parcel) -> None:
        (self._batches if parcel.content_type == CONTENT_TYPE else self._spans).put(parcel)
        self._courier.nudge()

    def _overflow(self, parcel: Parcel) -> None:
        self.ledger.dropped(parcel, OVERFLOW)

    def _trace(self, everywhere: bool) -> Tracing | None:
        if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
            return None
        try:
            from vedette_agent.tracing import Tracing  # noqa: PLC0415  # needs the extra `otel`
        except ImportError as error:
            logger.info("Tracing is off: %s. `pip install vedette-agent[otel]` switches it on", error)
            return None
        return Tracing(self.settings, self.calls, self._post, self.ledger, everywhere=everywhere)

    def _after_fork(self) -> None:
        """The child has no threads, and what the parent measured or has not sent is the parent's."""
        self.registry.reset()
        if self._given_transport is not None:
            self._given_transport.close()  # the child's copy of a connection: the parent's stays open
        self._build_way_out()
        self._publisher.start()
        self._courier.start()


def _after_fork_in_child() -> None:
    for agent in list(default.running):
        try:
            agent._after_fork()
        except Exception:
            logger.warning("The agent of %s does not run in this child", agent.settings.app, exc_info=True)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
