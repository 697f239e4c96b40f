"""gRPC with asyncio: interceptors for the channels and the servers of `grpc.aio`."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from types import ModuleType
from typing import Any

import grpc
import grpc.aio

from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.hooks import grpc_calls, grpc_threads
from vedette_agent.ipc.hooks.grpc_calls import Answering, Asked
from vedette_agent.ipc.hooks.grpc_threads import rebuilt
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of

logger = logging.getLogger(__name__)


class _Client:
    """What the four kinds of interceptors do alike: gRPC takes each by its class, and only one class of each."""

    def __init__(self, calls: Callable[[], Calls | None], target: str) -> None:
        self._calls = calls
        self._target = target

    async def _ask(self, continuation: Any, details: Any, request: Any) -> Any:
        asked = Asked.begin(self._calls(), details.method, self._target)
        if asked is None:
            return await continuation(details, request)
        try:
            named = details._replace(metadata=grpc.aio.Metadata(*asked.metadata(details.metadata)))
            call = await continuation(named, request)
        except BaseException as error:
            asked.end(_code(error))
            raise
        _when_done(call, asked)
        return call


class UnaryUnary(_Client, grpc.aio.UnaryUnaryClientInterceptor):
    """One message asked, one answered."""

    intercept_unary_unary = _Client._ask


class UnaryStream(_Client, grpc.aio.UnaryStreamClientInterceptor):
    """One message asked, many answered."""

    intercept_unary_stream = _Client._ask


class StreamUnary(_Client, grpc.aio.StreamUnaryClientInterceptor):
    """Many messages asked, one answered."""

    intercept_stream_unary = _Client._ask


class StreamStream(_Client, grpc.aio.StreamStreamClientInterceptor):
    """Many messages asked, many answered."""

    intercept_stream_stream = _Client._ask


def client_interceptors(calls: Callable[[], Calls | None], target: str) -> list[Any]:
    """Those that measure the calls of a channel to this target."""
    return [kind(calls, target) for kind in (UnaryUnary, UnaryStream, StreamUnary, StreamStream)]


class ServerInterceptor(grpc.aio.ServerInterceptor):
    """Measures what the server that it is given to answers. It belongs before the others."""

    def __init__(self, calls: Callable[[], Calls | None]) -> None:
        self._calls = calls

    async def intercept_service(self, continuation: Any, details: Any) -> Any:
        """The handler of the call, measured."""
        handler = await continuation(details)
        calls = self._calls()
        if calls is None:
            return handler
        client = grpc_calls.caller(details)
        if handler is None:
            grpc_calls.unknown(calls, grpc_calls.text(details.method), client)
            return None
        return _measured(handler, lambda context: Answering(calls, details.method, client, context))


def both(module: ModuleType, current: Current) -> None:
    """For `grpc`, which imports `grpc.aio` itself, but can be used only when it has."""
    grpc_threads.channels(module, current)
    channels(module.aio, current)


def channels(module: ModuleType, current: Current) -> None:
    """For `grpc.aio`: every channel that is opened, and every server that is made."""

    def measured_channel(open_one: Any) -> Any:
        @wraps(open_one)
        def opening(target: str, *args: Any, **options: Any) -> Any:
            given = inspect.signature(open_one).bind(target, *args, **options)
            ours = client_interceptors(lambda: calls_of(current), target)
            given.arguments["interceptors"] = [*(given.arguments.get("interceptors") or ()), *ours]
            return open_one(*given.args, **given.kwargs)

        return opening

    def measured_server(make: Any) -> Any:
        @wraps(make)
        def making(pool: Any = None, handlers: Any = None, interceptors: Any = None, *args: Any, **options: Any) -> Any:
            pool = options.pop("migration_thread_pool", pool)
            ours = ServerInterceptor(lambda: calls_of(current))
            return make(pool, handlers, (ours, *(interceptors or ())), *args, **options)

        return making

    around(module, "insecure_channel", measured_channel)
    around(module, "secure_channel", measured_channel)
    around(module, "server", measured_server)


def _when_done(call: Any, asked: Asked) -> None:
    def done(_: Any) -> None:
        try:
            asked.end(_ready(call.code()), _ready(call.trailing_metadata()))
        except Exception:
            logger.debug("How a call ended was not seen", exc_info=True)
            asked.end(grpc_calls.UNKNOWN)

    try:
        call.add_done_callback(done)
    except Exception:  # an answer that an interceptor below gave by itself
        logger.debug("The end of a call was not seen", exc_info=True)
        asked.end(0)


def _ready(answer: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine returns that has nothing to wait for any more: a callback cannot await."""
    try:
        answer.send(None)
    except StopIteration as returned:
        return returned.value
    answer.close()
    raise RuntimeError("a call that has ended has no status")


def _code(error: BaseException) -> Any:
    if isinstance(error, grpc.aio.AioRpcError):
        return error.code()
    return grpc_calls.CANCELLED if isinstance(error, asyncio.CancelledError) else grpc_calls.UNKNOWN


def _measured(handler: Any, answering: Callable[[Any], Answering]) -> Any:
    """The handler with its behaviour measured, which stays of its kind: gRPC looks whether it is a coroutine function,
    a generator of one, or a plain function for a thread.
    """

    def wrap(behaviour: Any) -> Any:
        if inspect.isasyncgenfunction(behaviour):

            @wraps(behaviour)
            async def streaming(request: Any, context: Any) -> AsyncIterator[Any]:
                with answering(context):
                    async for message in behaviour(request, context):
                        yield message

            return streaming
        if inspect.iscoroutinefunction(behaviour):

            @wraps(behaviour)
            async def answering_one(request: Any, context: Any) -> Any:
                with answering(context):
                    return await behaviour(request, context)

            return answering_one
        return None

    def one(behaviour: Any) -> Any:
        @wraps(behaviour)
        def in_thread(request: Any, context: Any) -> Any:
            with answering(context):
                return behaviour(request, context)

        return wrap(behaviour) or in_thread

    def stream(behaviour: Any) -> Any:
        @wraps(behaviour)
        def in_thread(request: Any, context: Any) -> Iterator[Any]:
            with answering(context):
                yield from behaviour(request, context)

        return wrap(behaviour) or in_thread

    return rebuilt(handler, one, stream)
