"""The collector, wired: receivers, journal and loader behind three addresses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi import APIRouter
from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response

from vedette_collector import answers, bodies, documentation, garbage, traces
from vedette_collector.accepted import Accepted
from vedette_collector.batch import BatchReceiver
from vedette_collector.errors import RequestError, Stopped
from vedette_collector.journal import Journal
from vedette_collector.known import Registration
from vedette_collector.loading import Loader
from vedette_collector.metrics import Metrics
from vedette_collector.publish import PublishReceiver
from vedette_collector.segments import SegmentDirectory
from vedette_collector.settings import Settings
from vedette_storage.store import BlockWriter

Receive = Callable[[bytes | memoryview, int], Accepted]


def _clock_ms() -> int:
    return time.time_ns() // 1_000_000


class Collector:
    """Bytes in, durable blocks out. `start` before the first request, `stop` after the last."""

    def __init__(
        self,
        writer: BlockWriter,
        journal: Path,
        settings: Settings,
        *,
        now_ms: Callable[[], int] = _clock_ms,
        registry: CollectorRegistry,
    ) -> None:
        self._writer = writer
        self._path = journal
        self._settings = settings
        self._now_ms = now_ms
        self._metrics = Metrics(registry)
        self._registration = Registration(settings.register_every_ms)
        self._publish = PublishReceiver(settings, self._registration)
        self._batch = BatchReceiver(settings, self._registration)
        self._traces = traces.TraceReceiver(settings)
        self._admission = bodies.Admission(settings)
        self._life: _Life | None = None

    def start(self) -> None:
        """Take the journal, load what the last life left in it, and begin.

        Raises JournalOwned when another process has the journal, OSError when it cannot be made.
        """
        self._life = _Life(self._path, self._writer, self._settings, self._metrics, self._registration.renew)

    def stop(self) -> None:
        """Seal, load what can be loaded, and end the threads. What could not be loaded waits for the next start."""
        life, self._life = self._life, None
        if life is not None:
            life.end(self._settings.stop_timeout_s)

    def ready(self) -> str | None:
        """Why no data can be taken now, or None."""
        return self._life.trouble() if self._life is not None else "The collector is not running."

    def router(self) -> APIRouter:
        """The addresses that take data."""
        router = APIRouter(tags=["collect"])
        for path, handler, described in (
            ("/api/v1/publish", self._take_publish, documentation.PUBLISH),
            ("/api/v1/publish-fast", self._take_publish, None),
            ("/api/v1/batch", self._take_batch, documentation.BATCH),
            ("/v1/traces", self._take_traces, documentation.TRACES),
        ):
            router.add_api_route(
                path,
                handler,
                methods=["POST"],
                response_class=Response,
                response_model=None,
                include_in_schema=described is not None,
                summary=described.summary if described else None,
                openapi_extra=described.openapi if described else None,
            )
        return router

    async def _take_publish(self, request: Request) -> Response:
        try:
            self._publish.check_type(_content_type(request))
            accepted = await self._take(request, "publish", self._publish.receive)
        except RequestError as error:
            return self._refused("publish", error, answers.refused(error, self._settings))
        return self._answered("publish", answers.settled(accepted, answers.EMPTY))

    async def _take_batch(self, request: Request) -> Response:
        try:
            self._batch.check_type(_content_type(request))
            accepted = await self._take(request, "batch", self._batch.receive)
        except RequestError as error:
            return self._refused("batch", error, answers.refused(error, self._settings))
        return self._answered("batch", answers.settled(accepted, answers.OBJECT))

    async def _take_traces(self, request: Request) -> Response:
        encoding = traces.JSON  # in which it is told that the encoding is unknown
        try:
            encoding = self._traces.encoding_of(_content_type(request))
            accepted = await self._take(
                request, "traces", lambda body, now_ms: self._traces.receive(encoding, body, now_ms)
            )
        except RequestError as error:
            return self._refused("traces", error, answers.otlp_refused(error, encoding, self._settings))
        return self._answered("traces", answers.otlp(accepted, encoding))

    async def _take(self, request: Request, protocol: str, receive: Receive) -> Accepted:
        """Read, decode, make durable. Raises RequestError."""
        life = self._life
        if life is None:
            raise Stopped("This collector is not running; send the request again in a moment.")
        content_encoding = bodies.encoding_of(request)
        with self._admission.enter() as slot:
            life.journal.check_room()
            raw = await bodies.read(request, slot, self._settings)
            self._metrics.bytes.labels(protocol).inc(len(raw))
            accepted = await life.decoded(self._decode, raw, content_encoding, receive)
            if accepted.block.rows or accepted.block.series.num_rows:
                await asyncio.wrap_future(life.journal.append(accepted.block))
                accepted.on_durable()
        self._metrics.durable(protocol, accepted)
        return accepted

    def _decode(self, raw: bytes, content_encoding: str, receive: Receive) -> Accepted:
        with garbage.paused_for(len(raw)):
            return receive(bodies.inflate(raw, content_encoding, self._settings.max_inflated), self._now_ms())

    def _answered(self, protocol: str, response: Response) -> Response:
        self._metrics.requests.labels(protocol, response.status_code).inc()
        return response

    def _refused(self, protocol: str, error: RequestError, response: Response) -> Response:
        self._metrics.refused.labels(protocol, error.reason).inc()
        return self._answered(protocol, response)


class _Life:
    """What runs between start and stop."""

    def __init__(
        self, path: Path, writer: BlockWriter, settings: Settings, metrics: Metrics, on_lost: Callable[[], None]
    ) -> None:
        self._directory = SegmentDirectory(path)
        self._loader = Loader(self._directory, writer, metrics, on_lost)
        self.journal = Journal(self._directory, settings, metrics, self._loader.add)
        self._decoders = ThreadPoolExecutor(settings.decoders, thread_name_prefix="decode")
        metrics.journal_bytes.set_function(lambda: self._directory.bytes)
        metrics.journal_segments.set_function(lambda: self._directory.count)
        metrics.quarantined.set_function(lambda: len(self._directory.quarantined()))
        self._loader.start()
        self.journal.start()

    async def decoded(self, decode: Callable[..., Accepted], *arguments: object) -> Accepted:
        """Decode on one of the threads for that. Raises Stopped when they have ended."""
        try:
            decoding = asyncio.get_running_loop().run_in_executor(self._decoders, decode, *arguments)
        except RuntimeError as error:
            raise Stopped("This collector is stopping; send the request again in a moment.") from error
        return await decoding

    def end(self, timeout_s: float) -> None:
        self._decoders.shutdown()
        self.journal.stop()
        self._loader.stop(timeout_s)
        self._directory.release()

    def trouble(self) -> str | None:
        if not (self.journal.alive and self._loader.alive):
            return "A thread of the journal has ended; restart the collector."
        try:
            self.journal.check_room()
        except RequestError as error:
            return str(error)
        return self.journal.trouble()


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
