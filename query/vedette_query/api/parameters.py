"""Describing query parameters that are read by hand, for the API's own documentation."""

from __future__ import annotations

from typing import Any


def query_parameters(**summaries: str) -> dict[str, Any]:
    """The OpenAPI description of text parameters by name.

    They are read by hand since Atlas's answers to wrong ones (names, wording, status) are part of the API.
    """
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": summary, "schema": {"type": "string"}}
            for name, summary in summaries.items()
        ]
    }
