"""The engine owner's gate: it answers from the first moment, and lets requests in once there is somebody behind it.

Opening a store takes seconds, and a journal left by a crash more. Meanwhile agents are told to come again in a second,
where a refused connection would make them wait longer and longer, and `/readyz` says what is being done.
"""

from __future__ import annotations

import gc
import json
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final

from vedette.errors import CannotStart
from vedette.server import Server, configured, listen
from vedette.settings import EngineSettings

if TYPE_CHECKING:
    from vedette.engine import Engine

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

RETRY_AFTER_S: Final = 1


class Gate:
    """An ASGI application in front of another one that is still being made."""

    def __init__(self) -> None:
        self.behind: Application | None = None
        self.doing = "starting"
        """What keeps it closed, for people."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.behind is not None:
            await self.behind(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope["path"], send)

    async def _answer(self, path: str, send: Send) -> None:
        status, document = self._said(path)
        body = json.dumps(document).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"retry-after", b"%d" % RETRY_AFTER_S),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _said(self, path: str) -> tuple[int, dict[str, Any]]:
        if path == "/healthz":
            return 200, {"status": "ok"}
        if path == "/readyz":
            return 503, {"status": "not ready", "reasons": {"engine": f"It is starting: {self.doing}."}}
        return 503, {"type": "error", "message": f"Vedette is starting: {self.doing}. Come again in a second."}


class Opening(threading.Thread):
    """Makes the engine while the gate answers. Afterwards there is an `engine`, or the `error` that prevented it."""

    def __init__(self, settings: EngineSettings, gate: Gate, server: Server) -> None:
        super().__init__(name="vedette-open", daemon=True)
        self._settings = settings
        self._gate = gate
        self._server = server
        self.engine: Engine | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.engine = self._opened()
        except BaseException as error:  # handed on to whoever waits for this thread
            self.error = error
            self._server.should_exit = True

    def _opened(self) -> Engine:
        self._say("loading its parts")
        # The database and all that is around it: a second of imports, during which the gate answers already.
        from vedette.engine import Engine  # noqa: PLC0415

        engine = Engine(self._settings, self._say)
        engine.start()
        # What was made up to here lives as long as the process: no collection need look at it again (and none stops
        # the event loop for the tenth of a second that looking at it takes).
        gc.collect()
        gc.freeze()
        self._gate.behind = engine.app
        logger.info("Serving on port %d and, for OpenTelemetry, %d.", self._settings.port, self._settings.otlp_port)
        return engine

    def _say(self, doing: str) -> None:
        self._gate.doing = doing
        logger.info("%s.", doing[0].upper() + doing[1:])


def run(settings: EngineSettings) -> None:
    """Serve an engine until SIGINT or SIGTERM. Raises `CannotStart`."""
    api = listen(settings.host, settings.port, "the API (--port)")
    otlp = listen(settings.host, settings.otlp_port, "OpenTelemetry (--otlp-port)")
    gate = Gate()
    server = Server(configured(gate))
    opening = Opening(settings, gate, server)
    opening.start()
    try:
        server.run([api, otlp])
    finally:
        opening.join()
        if opening.engine is not None:
            logger.info("Sealing the journal and closing the store.")
            opening.engine.stop()
    if isinstance(opening.error, CannotStart):
        raise CannotStart(str(opening.error)) from opening.error
    if opening.error is not None:
        raise opening.error
