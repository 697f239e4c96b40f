"""Clients with keep-alive that ask one server at the same time, each as soon as it was answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Timed:
    """How long one answer took, in seconds, and its status and size."""

    seconds: float
    status: int
    size: int


async def ask(base: str, paths: Sequence[str], clients: int, each: int) -> list[Timed]:
    """The times of `clients` x `each` requests, that go through the paths in turn."""
    parts = urlsplit(base)
    asked = (_client(parts.hostname or "", parts.port or 80, paths[one % len(paths) :], each) for one in range(clients))
    return [timed for client in await asyncio.gather(*asked) for timed in client]


async def _client(host: str, port: int, paths: Sequence[str], each: int) -> list[Timed]:
    reader, writer = await asyncio.open_connection(host, port)
    found = []
    for number in range(each):
        start = time.perf_counter()
        writer.write(f"GET {paths[number % len(paths)]} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = int(head.partition("content-length:")[2].split("\r\n")[0])
        await reader.readexactly(size)
        found.append(Timed(time.perf_counter() - start, int(head.split()[1]), size))
    writer.close()
    return found
