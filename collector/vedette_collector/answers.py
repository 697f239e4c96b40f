"""What a sender is told: Atlas's replies for samples, OTLP's for spans."""

from __future__ import annotations

from typing import Final

import orjson
from starlette.responses import Response

from vedette_collector.accepted import Accepted
from vedette_collector.errors import Overloaded, RequestError
from vedette_collector.settings import Settings
from vedette_collector.traces import Encoding

EMPTY: Final = b""
OBJECT: Final = b"{}"
_JSON: Final = "application/json"


def settled(accepted: Accepted, success: bytes) -> Response:
    """All good: 200 with `success`. Some refused: 202. All refused: 400. At most five refusals are spelt out."""
    refusals = accepted.refusals
    if not refusals.total:
        return Response(success, media_type=_JSON if success else None)
    kind, status = ("partial", 202) if accepted.count else ("error", 400)
    body = {"type": kind, "errorCount": refusals.total, "message": refusals.messages}
    return Response(orjson.dumps(body), status, media_type=_JSON)


def refused(error: RequestError, settings: Settings) -> Response:
    """A request that was refused whole."""
    body = orjson.dumps({"type": "error", "message": str(error)})
    return Response(body, error.status, _headers(error, settings), _JSON)


def otlp(accepted: Accepted, encoding: Encoding) -> Response:
    """200, with a partial success if some spans were refused: they would be refused again, so none is to be resent."""
    return Response(encoding.success(accepted), media_type=encoding.content_type)


def otlp_refused(error: RequestError, encoding: Encoding, settings: Settings) -> Response:
    """A request that was refused whole, as a google.rpc.Status."""
    body = encoding.failure(error.status, str(error))
    return Response(body, error.status, _headers(error, settings), encoding.content_type)


def _headers(error: RequestError, settings: Settings) -> dict[str, str]:
    return {"Retry-After": str(settings.retry_after_s)} if isinstance(error, Overloaded) else {}
