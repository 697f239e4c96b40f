"""Blocks: what is done around a block of code or each call of a function, be it plain, `async`, or a generator.

A generator is one block from its first step to its end, with the time that its reader takes between two steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from time import perf_counter
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class Counts(Protocol):
    """What exceptions are counted with."""

    def inc(self) -> None: ...


class GoesUpAndDown(Protocol):
    """What runs under way are counted with."""

    def inc(self) -> None: ...
    def dec(self) -> None: ...


class Block(ABC):
    """A context manager that decorates too: each call is a block of its own, and calls may overlap."""

    @abstractmethod
    def fresh(self) -> Self:
        """The block of one call."""

    @abstractmethod
    def __enter__(self) -> Any: ...

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __call__(self, function: F) -> F:
        """The function, with each call a block."""
        if iscoroutinefunction(function):

            @wraps(function)
            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self.fresh():
                    return await function(*args, **kwargs)

        elif isasyncgenfunction(function):

            @wraps(function)
            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self.fresh():
                    async for item in function(*args, **kwargs):
                        yield item

        elif isgeneratorfunction(function):

            @wraps(function)
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self.fresh():
                    return (yield from function(*args, **kwargs))

        else:

            @wraps(function)
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self.fresh():
                    return function(*args, **kwargs)

        return cast("F", wrapped)


class Timer(Block):
    """Hands the seconds that a block took to a method of a metric; `labels` may choose the child in the block."""

    def __init__(self, metric: Any, method: str) -> None:
        self._metric = metric
        self._method = method
        self._started = 0.0
        self.duration: float | None = None
        """Seconds that the block took, once it is over."""

    def fresh(self) -> Self:
        return type(self)(self._metric, self._method)

    def labels(self, *values: object, **named: object) -> None:
        """Hand it to this child."""
        self._metric = self._metric.labels(*values, **named)

    def __enter__(self) -> Self:
        self._started = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.duration = perf_counter() - self._started
        getattr(self._metric, self._method)(self.duration)


class InProgress(Block):
    """Goes up when a block begins, and down when it ends."""

    def __init__(self, gauge: GoesUpAndDown) -> None:
        self._gauge = gauge

    def fresh(self) -> Self:
        return self

    def __enter__(self) -> None:
        self._gauge.inc()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gauge.dec()


class ExceptionCounter(Block):
    """Counts the exceptions of these types that leave a block."""

    def __init__(self, counter: Counts, exception: type[BaseException] | tuple[type[BaseException], ...]) -> None:
        self._counter = counter
        self._exception = exception

    def fresh(self) -> Self:
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, self._exception):
            self._counter.inc()
