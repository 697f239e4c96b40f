"""gRPC with threads and with asyncio: all four kinds of calls, over real channels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.agents.ipc.seen import Seen
from tests.support.ports import free_ports
from vedette_agent.agent import Agent
from vedette_agent.ipc import outcome
from vedette_agent.ipc.hooks import grpc_calls

SERVICE = "/stock.Stock/"


def handlers(behaviours: dict[str, Any]) -> Any:
    """Handlers of bytes for the methods of the service."""
    kinds = {
        "One": grpc.unary_unary_rpc_method_handler,
        "Down": grpc.unary_stream_rpc_method_handler,
        "Up": grpc.stream_unary_rpc_method_handler,
        "Both": grpc.stream_stream_rpc_method_handler,
    }
    methods = {name: kinds[name](behaviour) for name, behaviour in behaviours.items()}
    return grpc.method_handlers_generic_handler("stock.Stock", methods)


def one(request: bytes, context: Any) -> bytes:
    if request == b"abort":
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too much")
    if request == b"set":
        context.set_code(grpc.StatusCode.INVALID_ARGUMENT)
    if request == b"boom":
        raise RuntimeError("boom")
    context.set_trailing_metadata((("own", "kept"),))
    return b"<" + request + b">"


def down(request: bytes, _: Any) -> Iterator[bytes]:
    yield from (request, request)


def up(requests: Iterator[bytes], _: Any) -> bytes:
    return b"".join(requests)


def both(requests: Iterator[bytes], _: Any) -> Iterator[bytes]:
    yield from requests


@contextmanager
def in_threads() -> Iterator[str]:
    with ThreadPoolExecutor(4) as pool:
        server = grpc.server(pool, handlers=(handlers({"One": one, "Down": down, "Up": up, "Both": both}),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(None).wait()


def both_sides(agent: Agent, number: int = 1) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    seen = Seen(agent)
    return seen.some("ipc.client.call", number), seen.some("ipc.server.call", number)


def asking(channel: Any, kind: str) -> Any:
    """What one message, or a stream of two, gives."""
    if kind == "One":
        return channel.unary_unary(f"{SERVICE}One")(b"a")
    if kind == "Future":
        return channel.unary_unary(f"{SERVICE}One").future(b"a").result()
    if kind == "Down":
        return list(channel.unary_stream(f"{SERVICE}Down")(b"a"))
    if kind == "Up":
        return channel.stream_unary(f"{SERVICE}Up")(iter((b"a", b"b")))
    return list(channel.stream_stream(f"{SERVICE}Both")(iter((b"a", b"b"))))


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("One", b"<a>"), ("Future", b"<a>"), ("Down", [b"a", b"a"]), ("Up", b"ab"), ("Both", [b"a", b"b"])],
)
def test_with_threads_both_sides_record_each_call_and_know_each_other(whole: Agent, kind: str, answer: Any) -> None:
    with in_threads() as target, grpc.insecure_channel(target) as channel:
        assert asking(channel, kind) == answer
    [client], [server] = both_sides(whole)
    method = "One" if kind == "Future" else kind
    common = {
        "ipc.endpoint": f"_stock.Stock_{method}", "ipc.protocol": "grpc", "ipc.result": "success",
        "ipc.status": "success",
    }  # fmt: skip
    assert client == common | {
        "ipc.server.app": "whole", "ipc.server.region": "us-east-1", "ipc.attempt": "initial",
        "ipc.attempt.final": "true",
    }  # fmt: skip
    assert server == common | {"ipc.client.app": "whole", "ipc.client.region": "us-east-1"}


@pytest.mark.parametrize(
    ("request_", "status", "detail"),
    [
        (b"abort", "throttled", "RESOURCE_EXHAUSTED"),
        (b"set", "bad_request", "INVALID_ARGUMENT"),
        (b"boom", "unexpected_error", "UNKNOWN"),
    ],
)
def test_how_a_call_ends_is_the_same_on_both_sides(whole: Agent, request_: bytes, status: str, detail: str) -> None:
    with in_threads() as target, grpc.insecure_channel(target) as channel, pytest.raises(grpc.RpcError):
        channel.unary_unary(f"{SERVICE}One")(request_)
    for [call] in both_sides(whole):
        assert (call["ipc.status"], call["ipc.status.detail"]) == (status, detail)


def test_metadata_of_the_service_and_of_its_caller_pass(whole: Agent) -> None:
    with in_threads() as target, grpc.insecure_channel(target) as channel:
        metadata = (("baggage", "user=7,ipc.client.app=edge"), ("x", "1"))
        _, call = channel.unary_unary(f"{SERVICE}One").with_call(b"a", metadata=metadata)
        assert dict(call.trailing_metadata())["own"] == "kept"
    [client], [server] = both_sides(whole)
    assert client["ipc.server.app"] == "whole"
    assert server["ipc.client.app"] == "whole"


def test_a_method_that_is_not_there_has_no_name(whole: Agent) -> None:
    with in_threads() as target, grpc.insecure_channel(target) as channel, pytest.raises(grpc.RpcError):
        channel.unary_unary("/stock.Stock/Nothing")(b"a")
    [_], [server] = both_sides(whole)
    assert (server["ipc.endpoint"], server["ipc.status.detail"]) == ("unknown", "UNIMPLEMENTED")


def test_nobody_there_is_unavailable_and_too_late_is_a_timeout(whole: Agent) -> None:
    [port] = free_ports(1)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError):
        channel.unary_unary(f"{SERVICE}One")(b"a", timeout=5)
    [call] = Seen(whole).some("ipc.client.call", 1)
    assert (call["ipc.status"], call["ipc.server.app"]) == ("unavailable", "127.0.0.1")
    with in_threads() as target, grpc.insecure_channel(target) as channel:
        with pytest.raises(grpc.RpcError):
            list(channel.stream_stream(f"{SERVICE}Both")(_never(), timeout=0.2))
        [call] = Seen(whole).some("ipc.client.call", 1)
    assert call["ipc.status"] == "timeout"


def _never() -> Iterator[bytes]:
    import threading

    threading.Event().wait(1)
    yield b"late"


@asynccontextmanager
async def in_tasks() -> AsyncIterator[str]:
    async def one_async(request: bytes, context: Any) -> bytes:
        if request == b"abort":
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "not you")
        if request == b"boom":
            raise RuntimeError("boom")
        if request == b"slow":
            await asyncio.sleep(5)
        return b"<" + request + b">"

    async def down_async(request: bytes, _: Any) -> AsyncIterator[bytes]:
        yield request
        yield request

    async def both_async(requests: AsyncIterator[bytes], context: Any) -> None:
        async for request in requests:
            await context.write(request)

    behaviours = {"One": one_async, "Down": down_async, "Up": up, "Both": both_async}
    with ThreadPoolExecutor(2) as pool:
        server = grpc.aio.server(pool, handlers=(handlers(behaviours),))
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            await server.stop(None)


def run(ask: Callable[[Any], Awaitable[Any]]) -> Any:
    async def running() -> Any:
        async with in_tasks() as target, grpc.aio.insecure_channel(target) as channel:
            return await ask(channel)

    return asyncio.run(running())


async def asking_async(channel: Any, kind: str) -> Any:
    if kind == "One":
        return await channel.unary_unary(f"{SERVICE}One")(b"a")
    if kind == "Down":
        return [part async for part in channel.unary_stream(f"{SERVICE}Down")(b"a")]
    if kind == "Up":
        return await channel.stream_unary(f"{SERVICE}Up")(iter((b"a", b"b")))
    return [part async for part in channel.stream_stream(f"{SERVICE}Both")(iter((b"a", b"b")))]


@pytest.mark.parametrize(
    ("kind", "answer"), [("One", b"<a>"), ("Down", [b"a", b"a"]), ("Up", b"ab"), ("Both", [b"a", b"b"])]
)
def test_with_tasks_both_sides_record_each_call_and_know_each_other(whole: Agent, kind: str, answer: Any) -> None:
    assert run(lambda channel: asking_async(channel, kind)) == answer
    [client], [server] = both_sides(whole)
    assert (client["ipc.endpoint"], client["ipc.status"]) == (f"_stock.Stock_{kind}", "success")
    assert (client["ipc.server.app"], server["ipc.client.app"]) == ("whole", "whole")
    assert server["ipc.endpoint"] == client["ipc.endpoint"]
    assert server["ipc.protocol"] == client["ipc.protocol"] == "grpc"


@pytest.mark.parametrize(("request_", "status"), [(b"abort", "access_denied"), (b"boom", "unexpected_error")])
def test_with_tasks_failures_are_the_same_on_both_sides(whole: Agent, request_: bytes, status: str) -> None:
    async def ask(channel: Any) -> None:
        with pytest.raises(grpc.aio.AioRpcError):
            await channel.unary_unary(f"{SERVICE}One")(request_)

    run(ask)
    for [call] in both_sides(whole):
        assert call["ipc.status"] == status


def test_with_tasks_a_call_that_is_given_up_is_cancelled(whole: Agent) -> None:
    async def ask(channel: Any) -> None:
        task = asyncio.ensure_future(asking_slow(channel))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def asking_slow(channel: Any) -> bytes:
        return bytes(await channel.unary_unary(f"{SERVICE}One")(b"slow"))

    run(ask)
    for [call] in both_sides(whole):
        assert call["ipc.status"] == "cancelled"


@pytest.mark.parametrize("code", grpc.StatusCode, ids=lambda code: str(code.name))
def test_every_status_has_one_of_ours_by_name_and_by_number(code: Any) -> None:
    assert grpc_calls.code_name(code) == grpc_calls.code_name(code.value[0]) == code.name
    assert outcome.of_grpc(code.name) in {
        *("success", "bad_request", "unexpected_error", "connection_error", "unavailable", "throttled", "timeout"),
        *("cancelled", "access_denied", "application_error"),
    }


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("stock:50051", ("stock", 50051)),
        ("dns:///stock:50051", ("stock", 50051)),
        ("ipv4:10.0.0.1:80", ("10.0.0.1", 80)),
        ("[::1]:80", ("::1", 80)),
        ("stock", ("stock", 0)),
        ("unix:/run/stock.sock", ("unix:/run/stock.sock", 0)),
    ],
)
def test_a_target_has_a_host_and_a_port(target: str, found: tuple[str, int]) -> None:
    assert grpc_calls.address(target) == found
