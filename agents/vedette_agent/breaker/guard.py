"""Guard: puts a breaker around functions and blocks.

@breaker("payments.charge", timeout=1.0, fallback=cached_quote, ignore=(ValidationError,))
async def charge(order): ...

with breaker("payments.charge"):
    ...
"""

from __future__ import annotations

import asyncio
import contextvars
import math
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import wraps
from inspect import iscoroutinefunction
from types import TracebackType
from typing import Any, Literal, ParamSpec, TypeVar, cast

from vedette_agent.breaker.attempt import Attempt
from vedette_agent.breaker.bulkhead import Bulkhead
from vedette_agent.breaker.circuit import Circuit
from vedette_agent.breaker.errors import CallTimedOut
from vedette_agent.breaker.reports import Reports
from vedette_agent.breaker.rules import Rules

P = ParamSpec("P")
T = TypeVar("T")

Isolation = Literal["caller", "thread"]

PLACES = 10
"""Calls that run at once, Hystrix's `execution.isolation.semaphore.maxConcurrentRequests` and size of a pool."""

_guards: dict[str, Guard] = {}
_lock = threading.Lock()


class Guard:
    """One breaker of the process: a circuit, a bulkhead, and what to do when a call is not to be had."""

    def __init__(
        self,
        name: str,
        *,
        timeout: float | None = None,
        fallback: Callable[..., Any] | None = None,
        ignore: tuple[type[Exception], ...] = (),
        places: int | None = PLACES,
        isolation: Isolation = "caller",
        rules: Rules | None = None,
        circuit: Circuit | None = None,
    ) -> None:
        """See `breaker`. `circuit` replaces the one that the rules describe."""
        _check(name, timeout, fallback, ignore, isolation)
        rules = rules or Rules()
        if timeout is not None:
            rules = replace(rules, trial_s=min(rules.trial_s, timeout))
        self.name = name
        self.reports = Reports(name)
        self.circuit = circuit or Circuit(rules, changed=self.reports.changed)
        self.bulkhead = None if places is None else Bulkhead(places)
        self.reports.watch(self.circuit, self.bulkhead)
        self._timeout_s = timeout
        self._fallback = fallback
        self._ignore = ignore
        self._pool = ThreadPoolExecutor(places or PLACES, f"breaker-{name}") if isolation == "thread" else None
        self._blocks: contextvars.ContextVar[tuple[Attempt, ...]] = contextvars.ContextVar(name, default=())

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """The function behind this breaker, with its signature; plain and `async` functions alike."""
        if iscoroutinefunction(function):
            coroutine = cast("Callable[P, Awaitable[Any]]", function)

            @wraps(function)
            async def guarded_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                try:
                    with self._attempt():
                        return await self._in_time(coroutine(*args, **kwargs))
                except Exception as error:
                    answer = self._fall_back(error, args, kwargs)
                    return await answer if isinstance(answer, Awaitable) else answer

            return cast("Callable[P, T]", guarded_async)

        call = self._on_thread if self._pool else self._here

        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return call(function, args, kwargs)
            except Exception as error:
                return cast("T", self._fall_back(error, args, kwargs))

        return guarded

    def __enter__(self) -> Guard:
        attempt = self._attempt().__enter__()
        self._blocks.set((*self._blocks.get(), attempt))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        *outer, attempt = self._blocks.get()
        self._blocks.set(tuple(outer))
        attempt.__exit__(kind, error, trace)

    def _attempt(self) -> Attempt:
        return Attempt(
            self.name, self.circuit, self.bulkhead, self.reports, ignored=self._ignore, timeout_s=self._timeout_s
        )

    async def _in_time(self, call: Awaitable[Any]) -> Any:
        if self._timeout_s is None:
            return await call
        try:
            async with asyncio.timeout(self._timeout_s) as limit:
                return await call
        except TimeoutError as error:
            if limit.expired():
                raise CallTimedOut(self.name, self._timeout_s) from error
            raise

    def _here(self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        with self._attempt():
            return function(*args, **kwargs)

    def _on_thread(self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """Run on a thread of the breaker's own, which the caller waits for no longer than the time-out.

        The thread goes on after that, and its place in the bulkhead is taken until it ends.
        """
        if self._pool is None:
            raise RuntimeError(f"{self.name} has no threads")
        attempt = self._attempt()
        with ExitStack() as undo:
            attempt.__enter__()
            undo.callback(attempt.__exit__, None, None, None)
            future: Future[T] = self._pool.submit(contextvars.copy_context().run, function, *args, **kwargs)
            undo.pop_all()
        future.add_done_callback(lambda done: attempt.__exit__(None, _error(done), None))
        try:
            return future.result(self._timeout_s)
        except TimeoutError:
            if future.done():
                raise
            late = CallTimedOut(self.name, self._timeout_s or math.inf)
            attempt.judge(late)
            raise late from None

    def _fall_back(self, error: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The fallback's answer in place of the error. Raises the error where there is none, or it is to be ignored."""
        if isinstance(error, self._ignore):
            raise error
        if self._fallback is None:
            self.reports.fell_back("missing")
            raise error
        try:
            answer = self._fallback(*args, **kwargs)
        except Exception as another:
            self.reports.fell_back("failure")
            raise another from error
        self.reports.fell_back("success")
        return answer


def breaker(name: str, **options: Any) -> Guard:
    """The process's breaker of this name: a decorator for plain and `async` functions, and a context manager.

    `timeout` seconds for a call: an `async` call is cancelled; a plain one cannot be, counts as timed out when it took
    longer, and with `isolation="thread"` runs on another thread that its caller then leaves. `fallback` is called with
    the same arguments in place of a call that failed or was refused. Errors in `ignore` are the caller's own fault and
    say nothing about the other side. `places` calls run at once (None: any number). `rules` say when it opens.

    The first to ask for a name decides; asking again without options gives the same breaker. Raises ValueError for
    options that cannot be, here and not when the call is made.
    """
    guard = _guards.get(name) if isinstance(name, str) else None
    if guard is None:
        guard = Guard(name, **options)
        with _lock:
            guard = _guards.setdefault(name, guard)
    elif options:
        raise ValueError(f"the breaker {name!r} was made before: ask for it without options, or take another name")
    return guard


def _error(done: Future[Any]) -> BaseException | None:
    return asyncio.CancelledError() if done.cancelled() else done.exception()


def _check(
    name: object, timeout: float | None, fallback: object, ignore: tuple[type[Exception], ...], isolation: str
) -> None:
    if not (isinstance(name, str) and name):
        raise ValueError(f"a breaker's name is a text of at least one character, not {name!r}")
    if timeout is not None and not (math.isfinite(timeout) and timeout > 0):
        raise ValueError(f"timeout is above zero, not {timeout}")
    if fallback is not None and not callable(fallback):
        raise ValueError(f"fallback is a function, not {fallback!r}")
    if not all(isinstance(kind, type) and issubclass(kind, Exception) for kind in ignore):
        raise ValueError(f"ignore is a tuple of classes of exceptions, not {ignore!r}")
    if isolation not in ("caller", "thread"):
        raise ValueError(f"isolation is 'caller' or 'thread', not {isolation!r}")
