"""urllib.request of the standard library: each request of its handlers for http and https."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

from vedette_agent.ipc import peer
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of
from vedette_agent.ipc.outgoing import Outgoing


def handlers(module: ModuleType, current: Current) -> None:
    """For `urllib.request`."""

    def measured(open_one: Any) -> Any:
        @wraps(open_one)
        def measuring(handler: Any, http_class: Any, request: Any, **options: Any) -> Any:
            call = Outgoing.begin(calls_of(current), request.get_method(), request.full_url)
            if call is None:
                return open_one(handler, http_class, request, **options)
            present = request.get_header(peer.BAGGAGE.capitalize())
            request.remove_header(peer.BAGGAGE.capitalize())
            request.add_unredirected_header(peer.BAGGAGE, call.baggage(present))
            try:
                response = open_one(handler, http_class, request, **options)
            except BaseException as error:
                reason = getattr(error, "reason", None)  # a URLError says only there what it was
                call.failed(reason if isinstance(reason, BaseException) else error)
                raise
            call.answered(response)
            return response

        return measuring

    around(module.AbstractHTTPHandler, "do_open", measured)
