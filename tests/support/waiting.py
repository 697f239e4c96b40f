"""Waiting for something that happens soon, without guessing how soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(found: Callable[[], T | None], *, seconds: float = 10.0, what: str | Callable[[], str] = "it") -> T:
    """What `found` returns, once that is neither None nor False. An AssertionError when it takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        value = found()
        if value is not None and value is not False:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s for {what() if callable(what) else what}")
        time.sleep(0.02)
