"""Layers: one request that passes several measured layers of a process is counted once.

A library may ask through another one (requests asks through urllib3), and an application may be mounted in one of
another kind (Flask in FastAPI), through an adapter that hands nothing on. What knows of the other layer all the same is
the context of the running code, which threads of adapters inherit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token
from typing import Final

_asking: Final[ContextVar[bool]] = ContextVar("vedette_asking", default=False)
_answering: Final[ContextVar[tuple[str, str] | None]] = ContextVar("vedette_answering", default=None)
_counted: Final[list[Callable[[], None]]] = []


def when_counted(told: Callable[[], None]) -> None:
    """Have this called whenever a call from here begins that is counted, in the context of who makes it."""
    _counted.append(told)


def counted() -> None:
    """A call from here begins that is counted by itself."""
    for told in _counted:
        told()


@contextmanager
def asking() -> Iterator[None]:
    """Inside, calls of the libraries below are part of the one that is measured already."""
    token = _asking.set(True)
    try:
        yield
    finally:
        _asking.reset(token)


def is_asking() -> bool:
    """Whether a library above this one measures the call, or OpenTelemetry says that it is none of the service's."""
    return _asking.get() or _suppressed()


def answering(method: str, path: str) -> Token[tuple[str, str] | None]:
    """From here on this request is measured; give the token back to `answered`."""
    return _answering.set((method, path))


def answered(token: Token[tuple[str, str] | None]) -> None:
    """The end of `answering`."""
    # A request that was given up may be cleared away in another context, which never knew of it.
    with suppress(ValueError):
        _answering.reset(token)


def is_answering(method: str, path: str) -> bool:
    """Whether a layer above measures this request. `path` may be without the prefix under which this is mounted."""
    above = _answering.get()
    return above is not None and above[0] == method and above[1].endswith(path)


def _suppressed() -> bool:
    """Whether an exporter of OpenTelemetry is at work. It is asked only where OpenTelemetry has been imported."""
    context = sys.modules.get("opentelemetry.context")
    key = getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", None)
    return context is not None and bool(context.get_value("suppress_instrumentation") or context.get_value(key or ""))
