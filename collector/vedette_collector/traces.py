"""OTLP/HTTP traces: protobuf or JSON -> spans that can be stored, in columns; and the protocol's answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vedette_collector import otlp_json, otlp_protobuf, weight
from vedette_collector.accepted import Accepted
from vedette_collector.errors import UnsupportedMedia
from vedette_collector.otlp_protobuf import ProtobufReader
from vedette_collector.settings import Settings
from vedette_collector.spans import SpanColumns
from vedette_storage.columns import Block

_RPC_CODES: Final = {400: 3, 408: 4, 413: 8, 415: 3, 503: 14}
"""HTTP status -> google.rpc.Code: invalid argument, deadline exceeded, resource exhausted, unavailable."""
_INTERNAL: Final = 13


@dataclass(frozen=True)
class Encoding:
    """One of the two ways in which OTLP/HTTP is spoken; the answer uses that of the request."""

    content_type: str
    check_weight: Callable[[bytes | memoryview, int], None]
    read: Callable[[bytes | memoryview, SpanColumns], None]
    response: Callable[[int, str], bytes]
    status: Callable[[int, str], bytes]

    def success(self, accepted: Accepted) -> bytes:
        """The answer to a request of which at least the encoding was right."""
        return self.response(accepted.refusals.total, "; ".join(accepted.refusals.messages))

    def failure(self, http_status: int, message: str) -> bytes:
        """The answer to a request that was refused whole."""
        return self.status(_RPC_CODES.get(http_status, _INTERNAL), message)


JSON: Final = Encoding("application/json", weight.check_json, otlp_json.read, otlp_json.response, otlp_json.status)


class TraceReceiver:
    """Turns bodies of `POST /v1/traces` into blocks. Any thread may call it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._protobuf = Encoding(
            "application/x-protobuf",
            weight.check_protobuf,
            ProtobufReader().read,
            otlp_protobuf.response,
            otlp_protobuf.status,
        )

    def encoding_of(self, content_type: str) -> Encoding:
        """The encoding of a content type. Raises UnsupportedMedia for anything but OTLP's two."""
        ours = (self._protobuf, JSON)
        for encoding in ours:
            if content_type == encoding.content_type:
                return encoding
        named = " or ".join(encoding.content_type for encoding in ours)
        raise UnsupportedMedia(f"OTLP traces are {named}; found {content_type or 'no content type'}.")

    def receive(self, encoding: Encoding, body: bytes | memoryview, now_ms: int) -> Accepted:
        """Decode one body. Raises Malformed when it is not a request, TooLarge when it becomes too much."""
        columns = SpanColumns(now_ms, self._settings.max_age_ms, self._settings.max_future_ms)
        encoding.check_weight(body, self._settings.max_decoded)
        encoding.read(body, columns)
        return Accepted(Block(spans=columns.table()), count=len(columns), refusals=columns.refusals)
