"""Stopwatch: measures a block, or each call of a function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from time import perf_counter
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


class Stopwatch:
    """Hands the seconds that a block took to `record`. One stopwatch measures one block at a time."""

    __slots__ = ("_record", "_started")

    def __init__(self, record: Callable[[float], None]) -> None:
        self._record = record
        self._started = 0.0

    def __enter__(self) -> Stopwatch:
        self._started = perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self._record(perf_counter() - self._started)

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """The function, measured at each call; calls may overlap."""
        record = self._record
        if iscoroutinefunction(function):
            coroutine = cast("Callable[P, Awaitable[Any]]", function)

            @wraps(function)
            async def measured_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                started = perf_counter()
                try:
                    return await coroutine(*args, **kwargs)
                finally:
                    record(perf_counter() - started)

            return cast("Callable[P, T]", measured_async)

        @wraps(function)
        def measured(*args: P.args, **kwargs: P.kwargs) -> T:
            started = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                record(perf_counter() - started)

        return measured
