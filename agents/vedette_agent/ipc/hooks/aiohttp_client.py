"""aiohttp's client: what its sessions ask, by the tracing that they offer. A redirect is a call of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from types import ModuleType, SimpleNamespace
from typing import Any, Final

from aiohttp.tracing import TraceConfig

from vedette_agent.ipc import peer
from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of
from vedette_agent.ipc.outgoing import Outgoing

logger = logging.getLogger(__name__)

_KEPT: Final = "vedette_call"


class MeasuringTrace(TraceConfig):
    """Measures the requests of the sessions that it is given to."""

    def __init__(self, calls: Callable[[], Calls | None]) -> None:
        super().__init__()
        self._calls = calls
        self.on_request_start.append(self._begin)
        self.on_request_redirect.append(self._redirect)
        self.on_request_end.append(self._end)
        self.on_request_exception.append(self._fail)

    async def _begin(self, _: Any, context: SimpleNamespace, asked: Any) -> None:
        call = Outgoing.begin(self._calls(), asked.method, str(asked.url))
        setattr(context, _KEPT, call)
        if call is not None:
            asked.headers[peer.BAGGAGE] = call.baggage(asked.headers.get(peer.BAGGAGE))

    async def _redirect(self, _: Any, context: SimpleNamespace, answered: Any) -> None:
        _answered(context, answered.response)
        try:
            location = answered.response.headers.get("Location") or answered.response.headers.get("URI") or ""
            url = str(answered.url.join(type(answered.url)(location)))
        except Exception:  # aiohttp says next what is wrong with it
            logger.debug("A redirect leads nowhere", exc_info=True)
            return
        setattr(context, _KEPT, Outgoing.begin(self._calls(), answered.method, url))

    async def _end(self, _: Any, context: SimpleNamespace, answered: Any) -> None:
        _answered(context, answered.response)

    async def _fail(self, _: Any, context: SimpleNamespace, failed: Any) -> None:
        call: Outgoing | None = getattr(context, _KEPT, None)
        if call is not None:
            call.failed(failed.exception)


def sessions(module: ModuleType, current: Current) -> None:
    """For `aiohttp.client`."""

    def measured(init: Any) -> Any:
        @wraps(init)
        def measuring(session: Any, *args: Any, **options: Any) -> None:
            init(session, *args, **options)
            add(session, lambda: calls_of(current))

        return measuring

    around(module.ClientSession, "__init__", measured)


def add(session: Any, calls: Callable[[], Calls | None]) -> None:
    """Measure this session, for whoever asks last. Its maker may use the list for others: it is copied."""
    trace = MeasuringTrace(calls)
    trace.freeze()
    session._trace_configs = [*(one for one in session.trace_configs if not isinstance(one, MeasuringTrace)), trace]


def _answered(context: SimpleNamespace, response: Any) -> None:
    call: Outgoing | None = getattr(context, _KEPT, None)
    if call is not None:
        call.answered(response)
