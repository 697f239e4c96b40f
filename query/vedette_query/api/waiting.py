"""Working for a request in the worker pool, for as long as its client waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from fastapi import Request

from vedette_query.allowance import too_long
from vedette_query.workers import Workers
from vedette_storage.asker import Asker
from vedette_storage.errors import Gone

R = TypeVar("R")

GRACE_S: Final = 1.0
"""How much longer than its time a request waits: who works for it knows better what was too much."""


async def answered(request: Request, workers: Workers, seconds: float, work: Callable[[Asker], R]) -> R:
    """What `work` returns, called in the pool for the client of a request.

    When the client disconnects, the asker that `work` is given leaves, and `Gone` is raised. A call that still waits in
    the pool then never starts. Raises `TooMuch` when `seconds` have passed, `Busy`, and what `work` raises.
    """
    async with leaving(request, seconds) as (asker, left):

        def start() -> R:
            asker.check()
            return work(asker)

        answer = asyncio.ensure_future(workers.run(start))
        try:
            await asyncio.wait((answer, left), return_when=asyncio.FIRST_COMPLETED, timeout=seconds + GRACE_S)
            if answer.done():
                return answer.result()
            if left.done():
                raise Gone("The client has left before there was an answer.")
            raise too_long(seconds)
        finally:
            answer.cancel()  # which takes a call that has not begun out of the queue


@asynccontextmanager
async def leaving(request: Request, seconds: float) -> AsyncIterator[tuple[Asker, asyncio.Future[None]]]:
    """An asker that leaves when the request's client does, or when the block ends; and a future that is done then."""
    asker = Asker(seconds)
    left = asyncio.ensure_future(_disconnected(request))
    left.add_done_callback(lambda _: asker.leave())
    try:
        yield asker, left
    finally:
        asker.leave()
        left.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass  # the body of the request, which nobody reads
