"""Listening sockets with errors for people, and a uvicorn server that ends without a second signal."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from vedette.errors import CannotStart


def listen(host: str, port: int, what: str) -> socket.socket:
    """A bound socket (port 0: any free one). Raises `CannotStart` with the reason and what would help.

    `what` names the port in that sentence, for example "the API (--port)".
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
        server.listen(
            1
        )  # without it two processes that both set SO_REUSEADDR could bind; uvicorn sets the real backlog
    except OSError as error:
        server.close()
        raise CannotStart(_sentence(error, host, port, what)) from error
    server.setblocking(False)
    return server


def _sentence(error: OSError, host: str, port: int, what: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host}, wanted for {what}, is in use; end who uses it, or choose another port."
    if error.errno == errno.EACCES:
        return f"Port {port}, wanted for {what}, may only be opened by root; choose one above 1023."
    return f"Cannot listen on {host}:{port} for {what}: {error.strerror or error}."


class Server(uvicorn.Server):
    """Ends at the first SIGINT or SIGTERM, then returns from `run` as if nothing had happened.

    uvicorn raises the signal again once it has shut down; here the caller still has a journal to seal.
    """

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {which: signal.signal(which, self.handle_exit) for which in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            # Both stay ignored: what follows is an orderly end, and the one who waits for it knows how long.
            for which in before:
                signal.signal(which, signal.SIG_IGN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = True


def configured(app: Any, **options: Any) -> uvicorn.Config:
    """uvicorn as every process here runs it: no access log, our log format, a bounded goodbye."""
    defaults: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "lifespan": "off",
        "server_header": False,
        "timeout_graceful_shutdown": 3,
        "timeout_keep_alive": 75,
    }
    return uvicorn.Config(app, **{**defaults, **options})


class Hosted:
    """A server inside a running event loop, beside others; started and stopped by its owner, deaf to signals."""

    def __init__(self, app: Any, listener: socket.socket) -> None:
        self._server = _Deaf(configured(app, timeout_graceful_shutdown=1))
        self._listener = listener
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns once it listens."""
        self._task = asyncio.create_task(self._server.serve([self._listener]))
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait((self._task, listening), return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """Stop listening, let running requests end (a second at most), close."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task


class _Deaf(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
