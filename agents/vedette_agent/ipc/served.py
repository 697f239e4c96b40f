"""Served: what the servers of all kinds say alike about a request that they answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from vedette_agent.ipc import endpoint, outcome
from vedette_agent.ipc.calls import Calls, ServerCall
from vedette_agent.ipc.peer import Peer

logger = logging.getLogger(__name__)

PROTOCOLS: Final = {"1.0": "http_1", "1.1": "http_1", "2": "http_2", "2.0": "http_2", "3": "http_3"}
_METHODS: Final = frozenset(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT", "TRACE"))


def begin(calls: Calls) -> None:
    """A request has come. What goes wrong here costs it nothing."""
    try:
        calls.server_begins()
    except Exception:
        logger.warning("A call could not be announced", exc_info=True)


def record(calls: Calls, call: Callable[[], ServerCall], seconds: float) -> None:
    """It was answered. What goes wrong here, or in `call`, costs it nothing."""
    try:
        calls.server_ends(call(), seconds)
    except Exception:
        logger.warning("A call could not be recorded", exc_info=True)


def http_call(
    template: str | None,
    path: str,
    *,
    method: str,
    version: str,
    code: int,
    error: BaseException | None,
    client: Peer,
) -> ServerCall:
    """A call over HTTP: `template` is the route it took, None for none; `error` ended it before its answer did."""
    if error is None:
        status = outcome.of_http(code)
    elif outcome.of_exception(error) == outcome.CANCELLED:
        status = outcome.CANCELLED
    else:
        # Whatever the server could not cope with is its own error, not the caller's.
        status, code = outcome.UNEXPECTED_ERROR, code or 500
    if template is not None:
        named = endpoint.of_template(template)
    else:
        named = endpoint.UNKNOWN if code == 404 else endpoint.of_path(path)
    return ServerCall(
        endpoint=named,
        method=method if method in _METHODS else "OTHER",
        protocol=PROTOCOLS.get(version, "http_1"),
        code=code,
        status=status,
        client=client,
    )
