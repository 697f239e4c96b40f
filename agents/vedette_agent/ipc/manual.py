"""A call that is measured by hand: to a data store, or over a protocol that no hook knows."""

from __future__ import annotations

import logging
from time import perf_counter

from vedette_agent.ipc import outcome
from vedette_agent.ipc.calls import Calls, ClientCall
from vedette_agent.ipc.peer import Peer

logger = logging.getLogger(__name__)


class Call:
    """A context manager around one call, also around an `await`; an exception decides how the call ended.

    Use it once. `status` may be set inside to one of the statuses of `outcome`, for a failure that is no exception.
    """

    def __init__(self, calls: Calls, server: Peer, endpoint: str, protocol: str, method: str) -> None:
        self._calls = calls
        self._server = server
        self._endpoint = endpoint
        self._protocol = protocol
        self._method = method
        self._started = 0.0
        self.status = outcome.SUCCESS

    def __enter__(self) -> Call:
        try:
            self._calls.client_begins()
        except Exception:
            logger.warning("A call could not be announced", exc_info=True)
        self._started = perf_counter()
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        seconds = perf_counter() - self._started
        status = self.status if error is None else outcome.of_exception(error)
        detail = "" if error is None else type(error).__name__
        call = ClientCall(
            self._endpoint, self._method, self._protocol, 0, status, self._server, attempt=1, final=True, detail=detail
        )
        try:
            self._calls.client_ends(call, seconds)
        except Exception:  # an endpoint that is no text, say: it is not worth the caller's answer
            logger.warning("A call could not be recorded", exc_info=True)
