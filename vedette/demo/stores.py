"""Data stores: the smallest HTTP servers that can be, without any instrumentation, as a database has none of ours."""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import suppress
from typing import Final

from vedette.demo.spread import spread_s
from vedette.demo.topology import STORE_WORK_MS

_BODY: Final = b'{"rows":[]}'
_ANSWER: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
    len(_BODY),
    _BODY,
)
_LONGEST_HEAD: Final = 16 << 10


class DataStore:
    """Answers every request alike, after the time its kind takes. It knows GET, and keeps connections open."""

    def __init__(self, name: str, listener: socket.socket, chance: random.Random) -> None:
        self._work_ms = STORE_WORK_MS[name]
        self._listener = listener
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._listener, limit=_LONGEST_HEAD)

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for writer in list(self._open):
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        # The other side may close, or send nonsense, at any time: both end the connection and nothing else.
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(spread_s(self._work_ms, self._chance))
                writer.write(_ANSWER)
                await writer.drain()
        self._open.discard(writer)
        writer.close()
