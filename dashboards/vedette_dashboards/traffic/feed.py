"""The live feed of the traffic page: one upstream poll, fanned out to every browser that listens.

Nothing queues. A listener holds only what it has sent; whenever it may send again it looks at what is newest, so a slow
reader skips the frames in between, costs no memory, and holds up nobody. The poll runs only while somebody listens.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace

from vedette_dashboards.errors import DashboardsError
from vedette_dashboards.traffic import messages
from vedette_dashboards.traffic.graph import Path, Unreadable, read_snapshot
from vedette_dashboards.traffic.views import Sheet, Views

log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0


@dataclass(frozen=True, slots=True)
class _Sent:
    """What one browser has: of which feed (a restart begins another), which topology, frame, index and gap."""

    boot: str = ""
    version: int = -1
    seq: int = -1
    index: bytes = b""
    gap: bytes = messages.gap(None, None)

    @classmethod
    def read(cls, text: str | None) -> _Sent:
        """The state named by a Last-Event-ID (`boot.version.seq`); one that has nothing when it is not one of ours."""
        boot, _, numbers = (text or "").partition(".")
        version, _, seq = numbers.partition(".")
        if version.isdecimal() and seq.isdecimal():
            return cls(boot, int(version), int(seq))
        return cls()

    def __str__(self) -> str:
        return f"{self.boot}.{max(self.version, 0)}.{max(self.seq, 0)}"


class TrafficFeed:
    """Server-sent events of any view of the live graph.

    `read` asks the query API for the whole graph once, as decoded JSON, and raises DashboardsError when it cannot.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[object]],
        *,
        interval_s: float = 4.0,
        heartbeat_s: float = HEARTBEAT_S,
        most_listeners: int = 1_000,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._read = read
        self._interval_s = interval_s
        self._heartbeat_s = heartbeat_s
        self._most_listeners = most_listeners
        self._now = now
        self._boot = secrets.token_hex(4)
        self._views = Views()
        self._changed = asyncio.Event()
        self._gap = messages.gap(None, None)
        self._gap_sentence: str | None = None
        self._poll: asyncio.Task[None] | None = None
        self.listeners = 0
        self.polls = 0

    @property
    def full(self) -> bool:
        """Whether as many browsers listen as the feed serves."""
        return self.listeners >= self._most_listeners

    @property
    def idle(self) -> bool:
        """Whether the upstream is left alone, because nobody listens."""
        return self._poll is None or self._poll.done()

    async def events(self, path: Path, last_event_id: str | None = None) -> AsyncGenerator[bytes, None]:
        """The events of one view, for ever. A browser that names its last event gets only what is newer."""
        self._join()
        try:
            sent = _Sent.read(last_event_id)
            if sent.boot != self._boot:
                sent = _Sent(self._boot)
            hello = messages.hello(self._now() * 1000, self._interval_s)
            yield b"retry: 2000\n\n" + messages.event("hello", hello, str(sent))
            while True:
                changed = self._changed
                sheet = self._views.ready(path) or await asyncio.to_thread(self._views.sheet, path)
                chunk, sent = self._newer(sent, sheet)
                if chunk:
                    yield chunk
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), self._heartbeat_s)
                except TimeoutError:
                    yield b": nothing new\n\n"
        finally:
            self.listeners -= 1

    def _join(self) -> None:
        self.listeners += 1
        if self.idle:
            self._poll = asyncio.get_running_loop().create_task(self._poll_while_heard(), name="traffic-feed")

    def _newer(self, sent: _Sent, sheet: Sheet | None) -> tuple[bytes, _Sent]:
        """Everything a browser lacks, as one chunk, and what it has then."""
        parts: list[bytes] = []
        if sheet is not None:
            index = self._views.index
            if sent.index != index:
                sent = replace(sent, index=index)
                parts.append(messages.event("index", index, str(sent)))
            if sent.version != sheet.version:
                sent = replace(sent, version=sheet.version, seq=-1)
                parts.append(messages.event("topo", sheet.topo, str(sent)))
            if sent.seq != sheet.seq:
                sent = replace(sent, seq=sheet.seq)
                parts.append(messages.event("frame", sheet.frame, str(sent)))
        if sent.gap != self._gap:
            sent = replace(sent, gap=self._gap)
            parts.append(messages.event("gap", self._gap, str(sent)))
        return b"".join(parts), sent

    async def _poll_while_heard(self) -> None:
        while self.listeners:
            began = time.monotonic()
            await self._ask_once()
            await asyncio.sleep(max(0.1, self._interval_s - (time.monotonic() - began)))

    async def _ask_once(self) -> None:
        self.polls += 1
        try:
            body = await self._read()
            news = await asyncio.to_thread(self._absorb, body)
        except (DashboardsError, Unreadable) as error:
            sentence = _sentence(error)
            if sentence != self._gap_sentence:
                log.warning("no live traffic: %s", sentence)
                self._set_gap(sentence)
        except Exception:  # the poll must outlive a fault in one answer; the page and the log say what happened
            log.exception("the live traffic could not be read")
            self._set_gap("The live traffic could not be read because of a fault in this dashboard; its log says more.")
        else:
            if self._gap_sentence is not None:
                log.info("live traffic is back")
                self._set_gap(None)
            if news:
                self._tell()

    def _absorb(self, body: object) -> bool:
        snapshot = read_snapshot(body)
        now_ms = self._now() * 1000
        lag = max(0.0, snapshot.server_time - snapshot.end) if snapshot.server_time else 0.0
        return self._views.absorb(snapshot, as_of_ms=now_ms - lag, now_s=time.monotonic())

    def _set_gap(self, sentence: str | None) -> None:
        self._gap_sentence = sentence
        self._gap = messages.gap(None if sentence is None else self._now() * 1000, sentence)
        self._tell()

    def _tell(self) -> None:
        told, self._changed = self._changed, asyncio.Event()
        told.set()


def _sentence(error: DashboardsError | Unreadable) -> str:
    if isinstance(error, Unreadable):
        return f"The query API's answer cannot be drawn: {error}."
    return f"No newer traffic: {str(error).rstrip('.')}. The picture is the last that came; this page asks again."
