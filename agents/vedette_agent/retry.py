"""Retry: calls that are made again when they fail, with growing waits that no two callers share.

    @retry("payments.charge", attempts=3, on=(ConnectionError,))
    async def charge(order): ...

Put it inside of a breaker, so that the breaker sees the call once; a refused or ignored call is not made again.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, ParamSpec, TypeVar, cast

from vedette_agent import default
from vedette_agent.breaker.errors import BulkheadFull, CircuitOpenError

P = ParamSpec("P")
T = TypeVar("T")

_NEVER = (CircuitOpenError, BulkheadFull)
"""Refusals: to ask again at once is what they are there to prevent."""


class Retry:
    """How often, on which errors, and after which waits a call is made again. Raises ValueError for what cannot be."""

    def __init__(
        self,
        name: str,
        *,
        attempts: int = 3,
        first_wait: float = 0.1,
        longest_wait: float = 5.0,
        on: tuple[type[Exception], ...] = (Exception,),
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`attempts` in all. Waits are seconds between nothing and `first_wait`, twice that, four times that, ...
        no longer than `longest_wait` (full jitter). `chance` gives numbers from 0 to 1.
        """
        if not (isinstance(attempts, int) and attempts >= 1):
            raise ValueError(f"attempts is at least 1, not {attempts!r}")
        for what, wait in (("first_wait", first_wait), ("longest_wait", longest_wait)):
            if not (math.isfinite(wait) and wait >= 0):
                raise ValueError(f"{what} is a number of seconds from 0, not {wait!r}")
        if not all(isinstance(kind, type) and issubclass(kind, Exception) for kind in on):
            raise ValueError(f"on is a tuple of classes of exceptions, not {on!r}")
        self._name = name
        self._attempts = attempts
        self._first_wait = first_wait
        self._longest_wait = longest_wait
        self._on = on
        self._chance = chance

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """The function, made to try again, with its signature; plain and `async` functions alike."""
        if iscoroutinefunction(function):
            coroutine = cast("Callable[P, Awaitable[Any]]", function)

            @wraps(function)
            async def patient_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                for attempt in range(1, self._attempts + 1):
                    try:
                        return await coroutine(*args, **kwargs)
                    except Exception as error:
                        await asyncio.sleep(self._wait(attempt, error))
                raise AssertionError("the last attempt raises or returns")

            return cast("Callable[P, T]", patient_async)

        @wraps(function)
        def patient(*args: P.args, **kwargs: P.kwargs) -> T:
            for attempt in range(1, self._attempts + 1):
                try:
                    return function(*args, **kwargs)
                except Exception as error:
                    time.sleep(self._wait(attempt, error))
            raise AssertionError("the last attempt raises or returns")

        return patient

    def _wait(self, attempt: int, error: Exception) -> float:
        """Seconds until the next attempt. Raises the error when there is none."""
        if attempt == self._attempts or isinstance(error, _NEVER) or not isinstance(error, self._on):
            raise error
        tags = {"id": self._name, "attempt": "second" if attempt == 1 else "third_up"}
        default.registry().counter("retry.attempts", tags).increment()
        return self._chance() * min(self._first_wait * 2.0 ** min(attempt - 1, 60), self._longest_wait)


def retry(name: str, **options: Any) -> Retry:
    """A decorator that makes calls again when they fail; the options are those of `Retry`."""
    return Retry(name, **options)
