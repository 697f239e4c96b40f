"""urllib3, for those who use it without requests: every attempt that leaves, until the head of its answer."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

from vedette_agent.ipc import peer
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of
from vedette_agent.ipc.outgoing import Outgoing


def pools(module: ModuleType, current: Current) -> None:
    """For `urllib3.connectionpool`."""

    def measured(make: Any) -> Any:
        @wraps(make)
        def measuring(pool: Any, conn: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
            call = Outgoing.begin(calls_of(current), method, _address(pool, url), _attempt(options))
            if call is None:
                return make(pool, conn, method, url, *args, **options)
            if not args:  # the body and the headers are named by whoever calls this, in all versions
                options["headers"] = _named(options.get("headers"), call)
            try:
                response = make(pool, conn, method, url, *args, **options)
            except BaseException as error:
                call.failed(error)
                raise
            call.answered(response)
            return response

        return measuring

    around(module.HTTPConnectionPool, "_make_request", measured)


def _address(pool: Any, url: str) -> str:
    host = pool.host if ":" not in pool.host else f"[{pool.host}]"
    path = url if url.startswith("/") else "/"  # a proxy is asked for whole URLs
    return f"{pool.scheme}://{host}:{pool.port or (443 if pool.scheme == 'https' else 80)}{path}"


def _attempt(options: dict[str, Any]) -> int:
    """Which attempt this is, by what the retries remember; a redirect is none."""
    history = getattr(options.get("retries"), "history", ())
    return 1 + sum(1 for one in history if not one.redirect_location)


def _named(headers: Any, call: Outgoing) -> Any:
    """A copy of the headers with our name in their baggage: they may be the caller's own, used for many requests."""
    named = headers.copy() if hasattr(headers, "copy") else dict(headers or {})
    written = next((key for key in named if str(key).lower() == peer.BAGGAGE), peer.BAGGAGE)
    named[written] = call.baggage(named.get(written))
    return named
