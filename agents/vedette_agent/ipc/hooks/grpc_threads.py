"""gRPC with threads: interceptors for the channels and the servers of `grpc`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from types import ModuleType
from typing import Any, NamedTuple

import grpc

from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.hooks import grpc_calls
from vedette_agent.ipc.hooks.grpc_calls import Answering, Asked
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of

logger = logging.getLogger(__name__)


class _Fields(NamedTuple):
    method: Any
    timeout: Any
    metadata: Any
    credentials: Any
    wait_for_ready: Any
    compression: Any


class _Details(_Fields, grpc.ClientCallDetails):
    """What a channel is told of a call."""


class ClientInterceptor(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Measures the calls of the channel that it is given to, whose target it is told."""

    def __init__(self, calls: Callable[[], Calls | None], target: str) -> None:
        self._calls = calls
        self._target = target

    def _ask(self, continuation: Any, details: Any, request: Any) -> Any:
        asked = Asked.begin(self._calls(), details.method, self._target)
        if asked is None:
            return continuation(details, request)
        try:
            call = continuation(_named(details, asked), request)
        except BaseException as error:
            asked.end(error.code() if hasattr(error, "code") else grpc_calls.UNKNOWN)
            raise
        _when_done(call, asked)
        return call

    intercept_unary_unary = _ask
    intercept_unary_stream = _ask
    intercept_stream_unary = _ask
    intercept_stream_stream = _ask


class ServerInterceptor(grpc.ServerInterceptor):
    """Measures what the server that it is given to answers. It belongs before the others."""

    def __init__(self, calls: Callable[[], Calls | None]) -> None:
        self._calls = calls

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        """The handler of the call, measured."""
        handler = continuation(details)
        calls = self._calls()
        if calls is None:
            return handler
        client = grpc_calls.caller(details)
        if handler is None:
            grpc_calls.unknown(calls, grpc_calls.text(details.method), client)
            return None
        return _measured(handler, lambda context: Answering(calls, details.method, client, context))


def channels(module: ModuleType, current: Current) -> None:
    """For `grpc`: every channel that is opened, and every server that is made."""

    def measured_channel(open_one: Any) -> Any:
        @wraps(open_one)
        def opening(target: str, *args: Any, **options: Any) -> Any:
            channel = open_one(target, *args, **options)
            return module.intercept_channel(channel, ClientInterceptor(lambda: calls_of(current), target))

        return opening

    def measured_server(make: Any) -> Any:
        @wraps(make)
        def making(thread_pool: Any, handlers: Any = None, interceptors: Any = None, *args: Any, **options: Any) -> Any:
            ours = ServerInterceptor(lambda: calls_of(current))
            return make(thread_pool, handlers, (ours, *(interceptors or ())), *args, **options)

        return making

    around(module, "insecure_channel", measured_channel)
    around(module, "secure_channel", measured_channel)
    around(module, "server", measured_server)


def _named(details: Any, asked: Asked) -> _Details:
    return _Details(
        details.method,
        details.timeout,
        asked.metadata(details.metadata),
        details.credentials,
        getattr(details, "wait_for_ready", None),
        getattr(details, "compression", None),
    )


def _when_done(call: Any, asked: Asked) -> None:
    """End it when the call ends: now, or when its stream or its future does."""

    def done(*_: Any) -> None:
        try:
            asked.end(call.code(), call.trailing_metadata())
        except Exception:
            logger.debug("How a call ended was not seen", exc_info=True)
            asked.end(grpc_calls.UNKNOWN)

    try:
        if hasattr(call, "add_done_callback"):
            call.add_done_callback(done)
        elif not call.add_callback(done):
            done()
    except Exception:  # an answer that an interceptor below gave by itself
        logger.debug("The end of a call was not seen", exc_info=True)
        asked.end(0)


def _measured(handler: Any, answering: Callable[[Any], Answering]) -> Any:
    """The handler with its behaviour measured; a stream until it is exhausted."""

    def one(behaviour: Any) -> Any:
        @wraps(behaviour)
        def measuring(request: Any, context: Any) -> Any:
            with answering(context):
                return behaviour(request, context)

        return measuring

    def stream(behaviour: Any) -> Any:
        @wraps(behaviour)
        def measuring(request: Any, context: Any) -> Iterator[Any]:
            with answering(context):
                yield from behaviour(request, context)

        return measuring

    return rebuilt(handler, one, stream)


def rebuilt(handler: Any, one: Callable[[Any], Any], stream: Callable[[Any], Any]) -> Any:
    """The same kind of handler, its behaviour wrapped in `one` or, where it answers a stream, in `stream`."""
    kinds = {
        (False, False): ("unary_unary", one, grpc.unary_unary_rpc_method_handler),
        (False, True): ("unary_stream", stream, grpc.unary_stream_rpc_method_handler),
        (True, False): ("stream_unary", one, grpc.stream_unary_rpc_method_handler),
        (True, True): ("stream_stream", stream, grpc.stream_stream_rpc_method_handler),
    }
    name, wrap, make = kinds[bool(handler.request_streaming), bool(handler.response_streaming)]
    return make(wrap(getattr(handler, name)), handler.request_deserializer, handler.response_serializer)
