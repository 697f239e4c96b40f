"""requests: what its adapters send. A redirect that is followed is a call of its own, as it is on the wire."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from vedette_agent.ipc import layers, peer
from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of
from vedette_agent.ipc.outgoing import Outgoing


def adapters(module: ModuleType, current: Current) -> None:
    """For `requests.adapters`."""
    around(module.HTTPAdapter, "send", lambda send: measured(send, lambda: calls_of(current)))


def measured(send: Any, calls: Callable[[], Calls | None]) -> Any:
    """`send` of an adapter, or of the class of adapters, with its calls recorded until the head of the answer."""

    @wraps(send)
    def measuring(*args: Any, **options: Any) -> Any:
        # (request), or (adapter, request) where this is the function of the class; what may follow are options.
        request: Any = options.get("request") or next((one for one in args[:2] if hasattr(one, "method")), None)
        call = None if request is None else Outgoing.begin(calls(), request.method or "", request.url or "")
        if request is None or call is None:
            return send(*args, **options)
        request.headers[peer.BAGGAGE] = call.baggage(request.headers.get(peer.BAGGAGE))
        try:
            with layers.asking():
                response = send(*args, **options)
        except BaseException as error:
            call.failed(error)
            raise
        call.answered(response)
        return response

    return measuring
