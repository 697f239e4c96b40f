"""A webhook receiver on loopback, which does what a test tells it to: answer, refuse, or hang."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

Answer = tuple[int, Mapping[str, str]] | None
"""Status and headers; None is no answer at all, until the receiver is closed."""

OK: Answer = (200, {})


class Receiver:
    """Keeps what it is sent, in order; answers by `script`, then always 200."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.requests: list[tuple[str, Mapping[str, str], Any, int]] = []  # path, headers, body, status
        self._closing = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver._answer(self, body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/hook", user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.port}{path}"

    def bodies(self, *, taken: bool = True) -> list[Any]:
        """The bodies that were taken (answered with 2xx), or all."""
        return [body for _, _, body, status in self.requests if not taken or 200 <= status < 300]

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler, body: Any) -> None:
        answer = self.script.pop(0) if self.script else OK
        status, headers = answer or (0, {})
        self.requests.append((handler.path, dict(handler.headers), body, status))
        if answer is None:
            self._closing.wait(30)
            return
        handler.send_response(status)
        for key, value in {**headers, "Content-Length": "0"}.items():
            handler.send_header(key, value)
        handler.end_headers()


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()
