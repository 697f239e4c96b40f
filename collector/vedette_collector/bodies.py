"""Bodies of requests: read as they stream in, bounded on the wire, and bounded again while they are inflated."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import cramjam
from starlette.requests import ClientDisconnect, Request

from vedette_collector.errors import Malformed, Overloaded, TooLarge, TooSlow, UnsupportedMedia
from vedette_collector.settings import Settings

_IDENTITY: Final = ("", "identity")
_WINDOW_BITS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_RAW_DEFLATE: Final = -15
_PIECE: Final = 1 << 20
_LENGTH_DIGITS: Final = 18


class Admission:
    """How many requests, and how many bytes of bodies, are held at a time. Used from the event loop only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._requests = 0
        self._bytes = 0

    @contextmanager
    def enter(self) -> Iterator[Slot]:
        """Take one request in for as long as the context lasts. Raises Overloaded when there are enough."""
        if self._requests >= self._settings.max_requests:
            raise Overloaded(f"{self._requests} requests are being taken already; send the request again in a moment.")
        slot = Slot(self)
        self._requests += 1
        try:
            yield slot
        finally:
            self._requests -= 1
            self._bytes -= slot.bytes

    def hold(self, slot: Slot, count: int) -> None:
        if self._bytes + count > self._settings.max_waiting_bytes:
            raise Overloaded(f"{self._bytes} bytes are waiting to be decoded; send the request again in a moment.")
        self._bytes += count
        slot.bytes += count


class Slot:
    """The place of one request."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.bytes = 0

    def hold(self, count: int) -> None:
        """Hold that many bytes more. Raises Overloaded."""
        self._admission.hold(self, count)


def encoding_of(request: Request) -> str:
    """The content encoding in lower case. Raises UnsupportedMedia when it is not one of ours."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in _IDENTITY and encoding not in _WINDOW_BITS:
        raise UnsupportedMedia(
            f"A body may be sent as gzip, deflate or identity; found Content-Encoding {encoding[:80]}."
        )
    return encoding


async def read(request: Request, slot: Slot, settings: Settings) -> bytes:
    """The body as sent. Raises TooLarge before reading it where its length is told, TooSlow, Overloaded, Malformed."""
    _check_size(request, settings.max_body)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(settings.body_timeout_s):
            async for piece in request.stream():
                size += len(piece)
                if size > settings.max_body:
                    raise _too_large(settings.max_body)
                slot.hold(len(piece))
                pieces.append(piece)
    except TimeoutError as error:
        raise TooSlow(f"The body did not arrive within {settings.body_timeout_s:g} s.") from error
    except ClientDisconnect as error:
        raise Malformed("The connection was closed before the body was complete.") from error
    return b"".join(pieces)


def inflate(body: bytes, encoding: str, limit: int) -> bytes | memoryview:
    """Undo the content encoding. Raises TooLarge at the limit, having inflated no more than that, and Malformed."""
    if encoding in _IDENTITY:
        return body
    if encoding != "deflate" and (quick := _inflate_at_once(body, limit)) is not None:
        return quick
    window_bits = _WINDOW_BITS[encoding]
    if encoding == "deflate" and not _has_zlib_header(body):
        window_bits = _RAW_DEFLATE  # many a client sends it without the header that the standard asks for
    pieces: list[bytes] = []
    room = limit
    while True:
        stream = zlib.decompressobj(window_bits)
        try:
            while not stream.eof:
                piece = stream.decompress(body, min(_PIECE, room + 1))
                if not piece and not stream.eof:
                    raise Malformed(f"The body ends in the middle of its {encoding} stream.")
                room -= len(piece)
                if room < 0:
                    raise TooLarge(f"The body is more than {limit} bytes once inflated; at most that many fit.")
                pieces.append(piece)
                body = stream.unconsumed_tail
        except zlib.error as error:
            raise Malformed(f"The body is not {encoding}, which its Content-Encoding says.") from error
        body = stream.unused_data
        if not body or encoding == "deflate":
            return b"".join(pieces)


def _inflate_at_once(body: bytes, limit: int) -> memoryview | None:
    """Inflate a gzip with a faster library, into exactly the room that its end promises; None if that is not it."""
    promised = int.from_bytes(body[-4:], "little")
    if not 0 < promised <= limit:
        return None
    room = bytearray(promised)
    try:
        size = cramjam.gzip.decompress_into(body, room)
    except cramjam.DecompressionError:
        return None
    return memoryview(room) if size == promised else None


def _has_zlib_header(body: bytes) -> bool:
    return len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _check_size(request: Request, limit: int) -> None:
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and (len(told) > _LENGTH_DIGITS or int(told) > limit):
        raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body has more than {limit} bytes; at most that many fit.")
