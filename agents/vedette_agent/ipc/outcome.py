"""Outcome: how a call ended, as `ipc.status` and `ipc.result` of Netflix's common IPC metrics (default mapping)."""

from __future__ import annotations

from typing import Final

SUCCESS: Final = "success"
FAILURE: Final = "failure"

BAD_REQUEST: Final = "bad_request"
UNEXPECTED_ERROR: Final = "unexpected_error"
CONNECTION_ERROR: Final = "connection_error"
THROTTLED: Final = "throttled"
TIMEOUT: Final = "timeout"
CANCELLED: Final = "cancelled"
ACCESS_DENIED: Final = "access_denied"

_LIBRARIES: Final = frozenset(("asyncio", "concurrent", "httpx", "httpcore"))
_BY_CODE: Final = {
    401: ACCESS_DENIED,
    402: ACCESS_DENIED,
    403: ACCESS_DENIED,
    404: SUCCESS,
    407: ACCESS_DENIED,
    408: TIMEOUT,
    429: THROTTLED,
    503: THROTTLED,
    511: ACCESS_DENIED,
}


def of_http(code: int) -> str:
    """The status of an HTTP status code. 404 is a success (there was an answer), 503 is throttled."""
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    if 100 <= code < 400:
        return SUCCESS
    return BAD_REQUEST if 400 <= code < 500 else UNEXPECTED_ERROR


def of_exception(error: BaseException) -> str:
    """The status of a call that ended in an exception, of the standard library or of httpx."""
    return _of_type(type(error), _has_tls(error))


def result(status: str) -> str:
    """`success` exactly for the status `success`."""
    return SUCCESS if status == SUCCESS else FAILURE


def _of_type(kind: type[BaseException], tls: bool) -> str:
    # Neither asyncio nor httpx is imported for this: their exceptions are known by the names of their bases.
    names = {base.__name__ for base in kind.__mro__ if base.__module__.partition(".")[0] in _LIBRARIES}
    if "CancelledError" in names or issubclass(kind, GeneratorExit | KeyboardInterrupt):
        return CANCELLED
    if tls:
        return ACCESS_DENIED
    if issubclass(kind, TimeoutError) or "TimeoutException" in names:
        return TIMEOUT
    if issubclass(kind, OSError) or "TransportError" in names:
        return CONNECTION_ERROR
    if issubclass(kind, ValueError | TypeError | AssertionError) or "InvalidURL" in names:
        return BAD_REQUEST
    return UNEXPECTED_ERROR


def _has_tls(error: BaseException) -> bool:
    """Whether TLS is why: ssl is not imported for this either, it is there already if it raised."""
    cause: BaseException | None = error
    for _ in range(4):
        if cause is None:
            return False
        if type(cause).__module__ == "ssl":
            return True
        cause = cause.__cause__ or cause.__context__
    return False
