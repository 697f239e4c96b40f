"""A bounded pool for work that blocks: at most `threads` run, at most `waiting` wait, the rest is refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from vedette_query.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")


class Workers:
    """Runs blocking functions off the event loop, and says no before it drowns."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="vedette-query")
        self._room = threads + waiting
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Calls that run or wait now."""
        return self._taken

    async def run(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call `fn` in the pool and await its answer. Raises `Busy` when the pool and its queue are full.

        A caller that is cancelled gives up its place in the queue. A thread is taken until `fn` returns: it cannot be
        interrupted, so what runs long looks up now and then whether anybody waits (`Asker`).
        """
        with self._lock:
            if self._taken >= self._room:
                raise Busy(self._taken)
            self._taken += 1
        try:
            future = self._pool.submit(fn, *args, **kwargs)
        except BaseException:
            self._release()
            raise
        future.add_done_callback(lambda _: self._release())
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Take no more work, drop what waits, and join what runs."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _release(self) -> None:
        with self._lock:
            self._taken -= 1
