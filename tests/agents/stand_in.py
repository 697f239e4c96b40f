"""A collector of a kind: a real HTTP server that keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from vedette_agent import wire


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    """As it came."""
    client: tuple[str, int]

    @property
    def content(self) -> bytes:
        assert self.headers["content-encoding"] == "gzip"
        return zlib.decompress(self.body, 31)

    def batch(self) -> wire.Batch:
        return wire.decode(self.content)


@dataclass(frozen=True)
class Reply:
    """How to answer one request."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    """Keep silent until the stand-in stops."""
    hang_up: bool = False
    """Close the connection instead of answering."""
    close_after: bool = False
    """Close the connection after the answer without announcing it, as servers do with idle ones."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of the server's errors."""


class StandIn:
    """The collector; a context manager."""

    def __init__(self, reply: Callable[[Received], Reply] | None = None) -> None:
        self.received: list[Received] = []
        self.reply: Callable[[Received], Reply] = reply or (lambda _: Reply())
        self.stopped = threading.Event()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                stand_in._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                return None

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def batches(self) -> list[wire.Batch]:
        return [received.batch() for received in list(self.received) if received.path == "/api/v1/batch"]

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {key.lower(): value for key, value in handler.headers.items()}
        received = Received(handler.path, headers, body, handler.client_address[:2])
        reply = self.reply(received)
        if reply.hang:
            self.stopped.wait()
        if reply.hang or reply.hang_up:
            handler.close_connection = True
            return
        self.received.append(received)
        handler.send_response_only(reply.status)
        for key, value in ({"Date": handler.date_time_string()} | reply.headers).items():
            handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)
        handler.close_connection = reply.close_after
