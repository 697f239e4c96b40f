"""Outgoing: one HTTP request that is made from here, by whatever library."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

from vedette_agent.ipc import endpoint, layers, outcome, peer
from vedette_agent.ipc.calls import Calls, ClientCall

logger = logging.getLogger(__name__)

_PROTOCOLS: Final = {10: "http_1", 11: "http_1", 20: "http_2", 30: "http_3"}


class Outgoing:
    """A request under way: made by `begin`, ended by `answered` or `failed`, whichever comes first. It never raises."""

    def __init__(self, calls: Calls, method: str, url: str, attempt: int = 1) -> None:
        self._calls = calls
        self._method = method
        self._url = url
        self._attempt = attempt
        self._ended = False
        self._started = perf_counter()

    @classmethod
    def begin(cls, calls: Calls | None, method: str, url: str, attempt: int = 1) -> Outgoing | None:
        """None when there is nothing to measure: no agent, or a layer above does."""
        try:
            if calls is None or layers.is_asking():
                return None
            calls.client_begins()
            layers.counted()
            return cls(calls, method, url, attempt)
        except Exception:
            logger.warning("A call could not be announced", exc_info=True)
            return None

    def baggage(self, present: Any) -> Any:
        """The header `baggage` to send instead of the one that is present, None for none: with our name in it."""
        try:
            text = present.decode("latin-1") if isinstance(present, bytes) else present
            return peer.with_caller(text or "", self._calls.app, self._calls.region)
        except Exception:
            logger.warning("A call does not say who makes it", exc_info=True)
            return present or ""

    def answered(self, response: Any) -> None:
        """It was answered: by a response of requests, urllib3, urllib or aiohttp."""
        try:
            code = getattr(response, "status_code", None) or response.status
            version = getattr(response, "version", None) or getattr(getattr(response, "raw", None), "version", None)
            number = version[0] * 10 + version[1] if isinstance(version, tuple) else version
            introduction, protocol = response.headers.get(peer.HEADER), _PROTOCOLS.get(number or 11, "http_1")
        except Exception:
            logger.warning("An answer could not be read", exc_info=True)
            code, introduction, protocol = 0, None, "http_1"
        self._end(code, introduction, None, protocol)

    def failed(self, error: BaseException) -> None:
        """It was not answered."""
        self._end(0, None, error, "http_1")

    def _end(self, code: int, introduction: str | None, error: BaseException | None, protocol: str) -> None:
        if self._ended:
            return
        self._ended = True
        seconds = perf_counter() - self._started
        try:
            self._calls.client_ends(self._call(code, introduction, error, protocol), seconds)
        except Exception:
            logger.warning("A call could not be recorded", exc_info=True)

    def _call(self, code: int, introduction: str | None, error: BaseException | None, protocol: str) -> ClientCall:
        url = urlsplit(self._url)
        port = url.port or (443 if url.scheme == "https" else 80)
        return ClientCall(
            endpoint=endpoint.UNKNOWN if code == 404 else endpoint.of_path(url.path),
            method=self._method,
            protocol=protocol,
            code=code,
            status=outcome.of_http(code) if error is None else outcome.of_exception(error),
            server=self._calls.server_of(introduction, url.hostname or "", port),
            attempt=self._attempt,
            detail="" if error is None else type(error).__name__,
        )
