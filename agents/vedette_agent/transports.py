"""Transport: how bytes reach the collector. One verb; a real form, one in memory, and one that does nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from http.client import HTTPConnection

CONNECT_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 10.0
_MOST_ANSWER: Final = 64 * 1024


class Unreachable(Exception):
    """The collector gave no answer; the same bytes may be sent again."""


@dataclass(frozen=True)
class Parcel:
    """Bytes on their way, and what would be lost with them."""

    path: str
    """Path below the collector's URL."""
    content_type: str
    body: bytes
    """Compressed with gzip."""
    items: int
    """How many samples or spans there are inside."""


@dataclass(frozen=True)
class Answer:
    """What the collector said."""

    status: int
    body: bytes = b""
    date_ms: int | None = None
    """The collector's time, milliseconds since the epoch, cut to the second."""
    retry_after_s: float | None = None
    """How long it asks to be left alone."""


class Transport(Protocol):
    """Takes parcels to the collector. Used by one thread at a time."""

    def send(self, parcel: Parcel) -> Answer:
        """Deliver, and return the answer whatever it is. Raises Unreachable when there is none."""
        ...

    def close(self) -> None:
        """Let go of the connection; the next `send` opens one again."""
        ...


class HttpTransport:
    """POSTs below a base URL over one connection that is kept alive. Redirects are not followed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "https"
        self._authority = parts.netloc
        self._base = parts.path.rstrip("/")
        self._connection: HTTPConnection | None = None

    def send(self, parcel: Parcel) -> Answer:
        if self._connection is not None:
            try:
                return self._post(self._connection, parcel)
            except Unreachable as error:
                if not isinstance(error.__cause__, ConnectionError):
                    raise
                # The server closed the idle connection; whether it is there a new one will tell.
        return self._post(self._connect(), parcel)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connect(self) -> HTTPConnection:
        # Imported here: with ssl, which it brings, it would be most of what importing the agent costs.
        from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415

        try:
            kind = HTTPSConnection if self._tls else HTTPConnection
            connection = kind(self._authority, timeout=CONNECT_SECONDS)
            connection.connect()
            connection.sock.settimeout(ANSWER_SECONDS)
        except OSError as error:
            raise Unreachable(f"{self._authority}: {error or type(error).__name__}") from error
        self._connection = connection
        return connection

    def _post(self, connection: HTTPConnection, parcel: Parcel) -> Answer:
        from http.client import HTTPException  # noqa: PLC0415

        headers = {"Content-Type": parcel.content_type, "Content-Encoding": "gzip", "User-Agent": "vedette-agent"}
        try:
            connection.request("POST", self._base + parcel.path, parcel.body, headers)
            response = connection.getresponse()
            body = response.read(_MOST_ANSWER)
            if not response.isclosed():  # a longer answer is of no use, and would be read as the next one
                self.close()
        except (OSError, HTTPException) as error:
            self.close()
            raise Unreachable(f"{self._authority}: {error or type(error).__name__}") from error
        return Answer(
            response.status,
            body,
            _date_ms(response.headers.get("Date")),
            _retry_after_s(response.headers.get("Retry-After")),
        )


@dataclass
class MemoryTransport:
    """Keeps what it is given; answers with the next of `answers`, or 200."""

    sent: list[Parcel] = field(default_factory=list)
    answers: list[Answer | Unreachable] = field(default_factory=list)

    def send(self, parcel: Parcel) -> Answer:
        answer = self.answers.pop(0) if self.answers else Answer(200, b"{}")
        if isinstance(answer, Unreachable):
            raise answer
        self.sent.append(parcel)
        return answer

    def close(self) -> None:
        return None


class NoopTransport:
    """Takes everything and keeps nothing."""

    def send(self, parcel: Parcel) -> Answer:
        return Answer(200)

    def close(self) -> None:
        return None


def _date_ms(text: str | None) -> int | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # http.client has brought it by now

    try:
        return int(parsedate_to_datetime(text).timestamp() * 1000) if text else None
    except ValueError:
        return None


def _retry_after_s(text: str | None) -> float | None:
    """Seconds, or a date to wait for."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    until_ms = _date_ms(text)
    return None if until_ms is None else max(0.0, until_ms / 1000 - time.time())
