"""Errors as HTTP answers: the same JSON everywhere, and never a stack trace."""

from __future__ import annotations

import logging
from typing import Any, Final

import orjson
from fastapi import Response

from vedette_query.errors import Busy, QueryError
from vedette_storage.errors import Gone, Refused, StorageError

_log = logging.getLogger(__name__)

_RETRY_AFTER_S: Final = 2

LEFT: Final = 499
"""The status, as nginx has it, of a request whose client has left; nobody reads it but the ones who count."""


def json_response(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(document), status, headers, "application/json")


def error_response(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error in the form that all of the API uses."""
    return json_response({"type": "error", "message": message}, status, headers)


def as_response(error: Exception) -> Response:
    """The answer that tells a client what went wrong, and whether to try again."""
    match error:
        case Busy():
            return error_response(503, error.message, {"Retry-After": str(error.retry_after_s)})
        case QueryError():
            return error_response(error.status, error.message)
        case Gone():
            return error_response(LEFT, str(error))
        case Refused():
            return error_response(400, f"Refused: {error}")
        case StorageError():
            return error_response(503, f"{type(error).__name__}: {error}", {"Retry-After": str(_RETRY_AFTER_S)})
        case _:
            _log.error("a request failed", exc_info=error)
            return error_response(500, "InternalError: the request failed for a reason that was written to the log")
