"""What `/api/docs` says of the collector's addresses, whose bodies are read by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from vedette_agent import wire

_JSON: Final = "application/json"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_REFUSED: Final = {
    "400": {"description": "Malformed, or every fact was refused; the message says why."},
    "413": {"description": "Too large: at most 16 MiB on the wire and 64 MiB inflated, unless set otherwise."},
    "415": {"description": "A content type or content encoding that is not read here."},
    "503": {"description": "Come back after Retry-After seconds; nothing was stored."},
}


@dataclass(frozen=True)
class Described:
    """One address in words."""

    summary: str
    openapi: dict[str, Any]


def _described(summary: str, description: str, bodies: dict[str, Any], responses: dict[str, Any]) -> Described:
    openapi = {
        "description": description,
        "requestBody": {"required": True, "content": bodies},
        "responses": responses | _REFUSED,
    }
    return Described(summary, openapi)


_PARTIAL: Final = {"202": {"description": "Some facts were refused: errorCount says how many, message why."}}

PUBLISH: Final = _described(
    "Publish datapoints as Atlas does",
    "Acknowledged means durable: the answer comes when the datapoints are on disk. gzip and deflate are read.",
    {
        _JSON: {
            "example": {
                "tags": {"nf.app": "checkout"},
                "metrics": [
                    {"tags": {"name": "cart.items"}, "timestamp": 1_700_000_000_000, "value": 3.0},
                ],
            }
        }
    },
    {"200": {"description": "All datapoints are durable."}} | _PARTIAL,
)
BATCH: Final = _described(
    "Take one step of an agent",
    "The agent's own format; `vedette_agent.wire` defines it.",
    {wire.CONTENT_TYPE: _BINARY},
    {"200": {"description": "The batch is durable."}} | _PARTIAL,
)
TRACES: Final = _described(
    "Take spans by OTLP/HTTP",
    "An ExportTraceServiceRequest in protobuf or JSON; refused spans are told as a partial success.",
    {"application/x-protobuf": _BINARY, _JSON: {"schema": {"type": "object"}}},
    {"200": {"description": "The spans are durable, but for those of the partial success."}},
)
