"""Large decodes without the cyclic garbage collector, which would look at every new object again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

_LARGE: Final = 64 * 1024
_one_at_a_time: Final = Lock()


@contextmanager
def paused_for(size: int) -> Iterator[None]:
    """Pause the collector while a body of `size` bytes is decoded, if it is large.

    Only one thread pauses at a time, so that the collector runs between decodes however many threads there are.
    """
    if size < _LARGE or not gc.isenabled() or not _one_at_a_time.acquire(blocking=False):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _one_at_a_time.release()
