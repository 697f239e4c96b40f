"""Errors of the routes that are Vedette's own: the sentence alone, without the name that Atlas puts before it."""

from __future__ import annotations

from typing import Final

from fastapi import Response

from vedette_query.api.errors import as_response, error_response
from vedette_query.errors import Busy, QueryError

LONGEST: Final = 400
"""Characters of a message; what was asked is part of it, and may be long."""


def as_plain_response(error: Exception) -> Response:
    """The answer that tells a client what went wrong, in one sentence."""
    if isinstance(error, QueryError) and not isinstance(error, Busy):
        text = str(error)
        half = LONGEST // 2
        return error_response(error.status, text if len(text) <= LONGEST else f"{text[:half]} ... {text[-half:]}")
    return as_response(error)
