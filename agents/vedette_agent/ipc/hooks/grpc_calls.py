"""gRPC: what its four kinds of interceptors say alike about a call.

A call ends with its status, so a stream is as long as its last message. Who calls is told in baggage, as over HTTP; who
answers in the trailing metadata, which come with the status whatever it is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from time import perf_counter
from typing import Any, Final

from vedette_agent.ipc import endpoint, layers, outcome, peer, served
from vedette_agent.ipc.calls import Calls, ClientCall, ServerCall
from vedette_agent.ipc.peer import Peer

logger = logging.getLogger(__name__)

PROTOCOL: Final = "grpc"
Metadata = tuple[tuple[str, Any], ...]
_OK: Final = "OK"
CANCELLED, UNKNOWN, _UNIMPLEMENTED = 1, 2, 12
_SCHEMES: Final = ("dns:///", "dns:", "ipv4:", "ipv6:", "passthrough:///")
_NUMBERED: Final = (
    *("OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"),
    *("PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED"),
    *("INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"),
)


class Asked:
    """A call from here, while it is under way. Ended once, by whoever comes first."""

    def __init__(self, calls: Calls, method: Any, target: str) -> None:
        self._calls = calls
        self._method = text(method)
        self._target = target
        self._ended = False
        self._started = perf_counter()

    @classmethod
    def begin(cls, calls: Calls | None, method: Any, target: str) -> Asked | None:
        """None when there is nothing to measure. It does not raise."""
        try:
            if calls is None or layers.is_asking():
                return None
            calls.client_begins()
            layers.counted()
            return cls(calls, method, target)
        except Exception:
            logger.warning("A call could not be announced", exc_info=True)
            return None

    def metadata(self, present: Iterable[tuple[str, Any]] | None) -> Metadata:
        """What to send instead: with our name in the baggage, which there is once."""
        pairs = tuple(present or ())
        try:
            baggage = ",".join(text(value) for key, value in pairs if key == peer.BAGGAGE)
            named = peer.with_caller(baggage, self._calls.app, self._calls.region)
        except Exception:
            logger.warning("A call does not say who makes it", exc_info=True)
            return pairs
        return (*(pair for pair in pairs if pair[0] != peer.BAGGAGE), (peer.BAGGAGE, named))

    def end(self, code: Any, trailing: Iterable[tuple[str, Any]] | None = None) -> None:
        """It ended with this status. It does not raise."""
        if self._ended:
            return
        self._ended = True
        seconds = perf_counter() - self._started
        try:
            name = code_name(code)
            introduction = next((text(value) for key, value in trailing or () if key == peer.HEADER), None)
            host, port = address(self._target)
            call = ClientCall(
                endpoint=endpoint.of_template(self._method),
                method="",
                protocol=PROTOCOL,
                code=0,
                status=outcome.of_grpc(name),
                server=self._calls.server_of(introduction, host, port),
                detail="" if name == _OK else name,
            )
            self._calls.client_ends(call, seconds)
        except Exception:
            logger.warning("A call could not be recorded", exc_info=True)


class Answering:
    """A call to here, while it is answered. As a context manager it sees how the handler ends."""

    def __init__(self, calls: Calls, method: Any, client: Peer, context: Any) -> None:
        self._calls = calls
        self._method = text(method)
        self._client = client
        self._context = context

    def __enter__(self) -> Answering:
        served.begin(self._calls)
        self._introduce()
        self._started = perf_counter()
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        seconds = perf_counter() - self._started
        self._introduce(again=True)
        served.record(
            self._calls, lambda: served_call(self._method, self._client, _code(self._context, error)), seconds
        )

    def _introduce(self, *, again: bool = False) -> None:
        """At the begin, since an abort sends the metadata at once; again at the end, as the service may set its own."""
        try:
            is_legible = hasattr(self._context, "trailing_metadata")  # it is not in a thread of `grpc.aio`
            if again and not is_legible:
                return
            present = tuple(self._context.trailing_metadata() or ()) if is_legible else ()
            if not any(key == peer.HEADER for key, _ in present):
                self._context.set_trailing_metadata((*present, (peer.HEADER, self._calls.introduction)))
        except Exception:
            logger.debug("An answer does not say who gave it", exc_info=True)


def served_call(method: str, client: Peer, code: Any) -> ServerCall:
    """A call that was answered with this status."""
    name = code_name(code)
    return ServerCall(
        endpoint=endpoint.UNKNOWN if name == "UNIMPLEMENTED" else endpoint.of_template(method),
        method="",
        protocol=PROTOCOL,
        code=0,
        status=outcome.of_grpc(name),
        client=client,
        detail="" if name == _OK else name,
    )


def unknown(calls: Calls, method: str, client: Peer) -> None:
    """A call to what is not here."""
    served.begin(calls)
    served.record(calls, lambda: served_call(method, client, _UNIMPLEMENTED), 0.0)


def caller(details: Any) -> Peer:
    """Who calls, by the metadata of the call."""
    try:
        found = [text(value) for key, value in details.invocation_metadata or () if key == peer.BAGGAGE]
        return peer.client(",".join(found), None)
    except Exception:
        logger.warning("A caller could not be told", exc_info=True)
        return peer.NOBODY


def code_name(code: Any) -> str:
    """The name of a status, which may be None, a number or one of `grpc.StatusCode`."""
    if code is None:
        return _OK
    if isinstance(code, int):
        return _NUMBERED[code] if 0 <= code < len(_NUMBERED) else "UNKNOWN"
    return str(code.name)


def address(target: str) -> tuple[str, int]:
    """Host and port of a channel's target, such as `dns:///stock:50051`; 0 where there is no port."""
    for scheme in _SCHEMES:
        if target.startswith(scheme):
            target = target.removeprefix(scheme)
            break
    host, colon, port = target.rpartition(":")
    if not colon or not port.isdigit():
        return target, 0
    return host.strip("[]"), int(port)


def text(value: Any) -> str:
    """gRPC gives some texts as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _code(context: Any, error: BaseException | None) -> Any:
    """How the handler's call ended: what it raises is `UNKNOWN`, if it has not set a status before."""
    code = context.code() if hasattr(context, "code") else None  # a thread of `grpc.aio` cannot ask for it
    if error is not None:
        if outcome.of_exception(error) == outcome.CANCELLED:
            return CANCELLED
        return code if code_name(code) != _OK else UNKNOWN
    is_active = getattr(context, "is_active", None)
    return CANCELLED if is_active is not None and not is_active() else code
