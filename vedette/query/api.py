"""Asks a query API over HTTP, with what Python brings along: the command should start at once."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from typing import Any, Final

from vedette.query.errors import Away, Misused, Refused

TIMEOUT_S: Final = 150.0
"""Longer than the API itself allows a question to take."""

_CASE: Final = re.compile(r"^[A-Z][A-Za-z]+: (?:requirement failed: )?")
_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]", "::1")


class Api:
    """One query API. Every method may raise `Away` or `Refused`."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Misused(
                f"'{url}' is not the address of a query API; give one such as http://127.0.0.1:7101 with --url."
            )
        self.url = url.rstrip("/")
        # A proxy that the environment names has no way to this machine's own addresses.
        proxies = [urllib.request.ProxyHandler({})] if parts.hostname in _LOCAL else []
        self._opener = urllib.request.build_opener(*proxies)

    def get(self, path: str, parameters: Sequence[tuple[str, str]] = ()) -> bytes:
        """The body of an answer."""
        query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote, safe=",:()")
        request = urllib.request.Request(f"{self.url}{path}" + (f"?{query}" if query else ""))
        request.add_header("User-Agent", "vedette-query")
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError as error:
            raise self._said(error) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._away(error) from error

    def document(self, path: str, parameters: Sequence[tuple[str, str]] = ()) -> Any:
        """An answer in JSON, read."""
        body = self.get(path, parameters)
        try:
            return json.loads(body)
        except ValueError as error:
            raise Away(f"{self.url} gave an answer that cannot be read; is it a Vedette of another version?") from error

    def _said(self, error: urllib.error.HTTPError) -> Away | Refused:
        message = _message(error)
        if error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            return Away(f"The query API on {self.url} cannot answer now: {message}")
        return Refused(message)

    def _away(self, error: Exception) -> Away:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return Away(
                f"The query API on {self.url} did not answer within {TIMEOUT_S:.0f} s; ask for less, or try later."
            )
        why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        return Away(
            f"No query API answers on {self.url} ({why.lower()}). Start one with `vedette up`, or say where it is with "
            "--url or VEDETTE_URL."
        )


def _message(error: urllib.error.HTTPError) -> str:
    """The sentence of an error, whoever wrote it."""
    try:
        said = json.loads(error.read())["message"]
    except (ValueError, KeyError, TypeError, OSError):
        return f"{error.code} {error.reason}"
    text = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
    return _CASE.sub("", text)
