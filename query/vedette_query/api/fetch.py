"""GET /api/v2/fetch: the lines of a graph as a stream of server-sent events, chunk by chunk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from vedette_query.api.errors import as_response
from vedette_query.api.parameters import query_parameters
from vedette_query.errors import Busy
from vedette_query.request import graph_request, wall_clock_ms
from vedette_query.settings import Settings
from vedette_query.stream import Message, Stream, Streams
from vedette_query.workers import Workers
from vedette_storage.asker import Asker

PARAMETERS: Final = query_parameters(
    q="The expression (required).",
    cq="A query that is joined by and to every query of the expression.",
    s="Start: e-3h, now-1d, epoch seconds or ms, or 2026-11-22T00:00. Default e-3h.",
    e="End (exclusive), in the same forms. Default now.",
    tz="Time zone for times without one. May repeat.",
    step="The shortest step wanted, such as 1m. Default the store's own.",
    hints="presentation-metadata: tell of the chart and its axes first, with what the graph's parameters say of them.",
)

HEARTBEAT_S: Final = 10.0
"""Seconds from one sign of life to the next."""

_HEARTBEAT: Final[Message] = {"type": "info", "message": "heartbeat"}
_CLOSE: Final[Message] = {"type": "close", "message": "operation complete"}


class OpenStreams:
    """Counts the streams that are open, and lets no more in than there is room for."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.count = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while inside. Raises `Busy` when there is none."""
        if self.count >= self._limit:
            raise Busy(self.count)
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1


class EventStream(StreamingResponse):
    """Server-sent events that end when their reader has gone, whatever they were waiting for, and then let go."""

    def __init__(self, events: AsyncGenerator[bytes], held: ExitStack) -> None:
        super().__init__(events, headers={"Cache-Control": "no-cache"}, media_type="text/event-stream")
        self._events = events
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._events.aclose()
            self._held.close()


def router(
    streams: Streams, workers: Workers, settings: Settings, room: OpenStreams, heartbeat_s: float = HEARTBEAT_S
) -> APIRouter:
    """The fetch API."""
    routes = APIRouter(tags=["graph"])

    @routes.get("/api/v2/fetch", openapi_extra=PARAMETERS, response_model=None)
    async def get_fetch(request: Request) -> Response:
        """Lines that an expression evaluates to, as events: timeseries, info, error, and close at the end."""
        held = ExitStack()
        try:
            asked = graph_request(request.query_params.multi_items(), settings, wall_clock_ms())
            held.enter_context(room.place())
            stream = await workers.run(streams.open, asked)
        except Exception as error:  # what fails before the first event is answered in JSON
            held.close()
            return as_response(error)
        return EventStream(events(stream, workers, heartbeat_s), held)

    return routes


async def events(stream: Stream, workers: Workers, heartbeat_s: float) -> AsyncGenerator[bytes]:
    """All events of a stream.

    A chunk is computed once the one before was taken: a slow reader holds one chunk in memory, and no worker.
    """
    clock = asyncio.get_running_loop().time
    due = clock() + heartbeat_s
    asker = Asker()
    chunk: asyncio.Future[list[bytes] | None] | None = None
    try:
        while True:
            chunk = asyncio.ensure_future(_next(stream, workers, asker))
            while not (await asyncio.wait((chunk,), timeout=max(0.0, due - clock())))[0]:
                yield _event(_HEARTBEAT)
                due = clock() + heartbeat_s
            said = chunk.result()
            if said is None:
                break
            for event in said:
                yield event
    except Exception as error:  # the answer has begun: what fails now is an event of it
        yield b"data: " + bytes(as_response(error).body) + b"\n\n"
    finally:
        asker.leave()
        if chunk is not None:
            chunk.cancel()
    yield _event(_CLOSE)


async def _next(stream: Stream, workers: Workers, asker: Asker) -> list[bytes] | None:
    """The events of the next chunk, computed in the pool; where that is full, a stream waits for its turn."""

    def work() -> list[bytes] | None:
        asker.check()
        messages = stream.next(asker)
        return None if messages is None else [_event(message) for message in messages]

    while True:
        try:
            return await workers.run(work)
        except Busy as busy:
            await asyncio.sleep(busy.retry_after_s)


def _event(message: Message) -> bytes:
    return b"data: " + orjson.dumps(message) + b"\n\n"
