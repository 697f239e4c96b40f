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
UNAVAILABLE: Final = "unavailable"
ACCESS_DENIED: Final = "access_denied"

_LIBRARIES: Final = frozenset(("aiohttp", "asyncio", "concurrent", "httpcore", "httpx", "requests", "urllib3"))
_CONNECTION: Final = frozenset(("TransportError", "NewConnectionError", "HTTPError", "ClientError"))
_TIMEOUT: Final = frozenset(("TimeoutException", "TimeoutError", "Timeout"))
_WRONG: Final = frozenset(("InvalidURL", "MissingSchema", "InvalidSchema", "InvalidHeader", "LocationValueError"))
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

_BY_GRPC: Final = {
    "OK": SUCCESS,
    "CANCELLED": CANCELLED,
    "INVALID_ARGUMENT": BAD_REQUEST,
    "DEADLINE_EXCEEDED": TIMEOUT,
    "NOT_FOUND": SUCCESS,
    "ALREADY_EXISTS": BAD_REQUEST,
    "PERMISSION_DENIED": ACCESS_DENIED,
    "UNAUTHENTICATED": ACCESS_DENIED,
    "RESOURCE_EXHAUSTED": THROTTLED,
    "FAILED_PRECONDITION": BAD_REQUEST,
    "ABORTED": BAD_REQUEST,
    "OUT_OF_RANGE": BAD_REQUEST,
    "UNAVAILABLE": UNAVAILABLE,
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
    """The status of a call that ended in an exception, of the standard library or of an HTTP client."""
    return _of_type(type(error), _has_tls(error))


def of_grpc(code: str) -> str:
    """The status of a gRPC status, by its name (`DEADLINE_EXCEEDED`): as of the HTTP status that gRPC says it is like,
    but `UNAVAILABLE`, which says exactly that.
    """
    return _BY_GRPC.get(code, UNEXPECTED_ERROR)


def result(status: str) -> str:
    """`success` exactly for the status `success`."""
    return SUCCESS if status == SUCCESS else FAILURE


def _of_type(kind: type[BaseException], tls: bool) -> str:
    # None of these libraries is imported for this: their exceptions are known by the names of their bases.
    names = {base.__name__ for base in kind.__mro__ if base.__module__.partition(".")[0] in _LIBRARIES}
    if "CancelledError" in names or issubclass(kind, GeneratorExit | KeyboardInterrupt):
        return CANCELLED
    if tls:
        return ACCESS_DENIED
    if names & _WRONG:
        return BAD_REQUEST
    if (issubclass(kind, TimeoutError) or names & _TIMEOUT) and "NewConnectionError" not in names:
        return TIMEOUT
    if issubclass(kind, OSError) or names & _CONNECTION:
        return CONNECTION_ERROR
    if issubclass(kind, ValueError | TypeError | AssertionError):
        return BAD_REQUEST
    return UNEXPECTED_ERROR


def _has_tls(error: BaseException) -> bool:
    """Whether TLS is why: ssl is not imported for this either, it is there already if it raised."""
    cause: BaseException | None = error
    for _ in range(4):
        if cause is None:
            return False
        if type(cause).__module__ == "ssl" or type(cause).__name__ == "SSLError":
            return True
        cause = cause.__cause__ or cause.__context__
    return False
