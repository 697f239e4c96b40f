"""The journal: what was accepted is on disk before the sender is told so.

One thread commits. It takes whatever has come while the last commit was written, writes it as one frame and waits for
the disk; so a lone request waits for one fsync, and a hundred at once wait for two. Segments are sealed by age or size
and handed on to the loader.
"""

from __future__ import annotations

import errno
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Condition, Thread
from typing import Final, NamedTuple

from vedette_collector import frames
from vedette_collector.errors import JournalFull, NoRoom, Stopped
from vedette_collector.metrics import Metrics
from vedette_collector.segments import OpenSegment, SegmentDirectory
from vedette_collector.settings import Settings
from vedette_storage.columns import Block

logger = logging.getLogger(__name__)

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_TROUBLE_LASTS_S: Final = 10.0


class _Waiting(NamedTuple):
    block: Block
    durable: Future[None]


class Journal:
    """Takes blocks from any thread, answers when they are durable. `on_sealed` gets each finished segment, in order."""

    def __init__(
        self, directory: SegmentDirectory, settings: Settings, metrics: Metrics, on_sealed: Callable[[Path], None]
    ) -> None:
        self._directory = directory
        self._settings = settings
        self._metrics = metrics
        self._on_sealed = on_sealed
        self._waiting: deque[_Waiting] = deque()
        self._arrived = Condition()
        self._stopping = False
        self._segment: OpenSegment | None = None
        self._trouble: tuple[float, str] | None = None
        self._thread = Thread(target=self._run, name="journal-commit", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def append(self, block: Block) -> Future[None]:
        """Keep a block; the future is done when it is on disk, or raises NoRoom.

        Raises JournalFull when too much waits for the database, Stopped when the collector is stopping.
        """
        self.check_room()
        durable: Future[None] = Future()
        durable.set_running_or_notify_cancel()  # a sender that goes away does not take its block back
        with self._arrived:
            if self._stopping:
                raise Stopped("This collector is stopping; send the request again in a moment.")
            self._waiting.append(_Waiting(block, durable))
            self._arrived.notify()
        return durable

    def check_room(self) -> None:
        """Raise JournalFull when the journal has reached its limit."""
        size, limit = self._directory.bytes, self._settings.journal_limit
        if size >= limit:
            raise JournalFull(
                f"The database has not taken data for a while and the journal is full ({size} of {limit} bytes);"
                " send the request again later."
            )

    def trouble(self) -> str | None:
        """Why the journal could not be written a moment ago, if so."""
        if self._trouble is None or time.monotonic() - self._trouble[0] > _TROUBLE_LASTS_S:
            return None
        return self._trouble[1]

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Commit what waits, seal, and end the thread."""
        with self._arrived:
            self._stopping = True
            self._arrived.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            group = self._take()
            if group:
                self._commit(group)
            if self._segment is not None and (self._is_ripe(self._segment) or (not group and self._stopping)):
                self._seal(self._segment)
            if not group and self._stopping:
                return

    def _take(self) -> list[_Waiting]:
        """What has arrived, up to the size of a segment; nothing when it is time to seal or to stop."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or self._stopping, timeout=self._seal_in())
            group: list[_Waiting] = []
            rows = 0
            while self._waiting and (not group or rows < self._settings.segment_rows):
                group.append(self._waiting.popleft())
                rows += group[-1].block.rows
            return group

    def _seal_in(self) -> float | None:
        if self._segment is None:
            return None
        return max(0.0, self._segment.opened + self._settings.segment_age_s - time.monotonic())

    def _is_ripe(self, segment: OpenSegment) -> bool:
        return segment.rows >= self._settings.segment_rows or self._seal_in() == 0

    def _commit(self, group: list[_Waiting]) -> None:
        began = time.perf_counter()
        failure: Exception | None = None
        try:
            self._write([each.block for each in group])
        except OSError as error:
            failure = self._no_room(error)
        except Exception:
            logger.exception("a commit of %d blocks could not be encoded", len(group))
            failure = NoRoom("The journal could not take this request.")
        self._metrics.commit_seconds.observe(time.perf_counter() - began)
        for each in group:
            if failure is None:
                each.durable.set_result(None)
            else:
                each.durable.set_exception(failure)

    def _write(self, blocks: list[Block]) -> None:
        pieces = frames.encode(blocks)
        if self._segment is None:
            self._segment = self._directory.create()
        try:
            self._segment.append(pieces, sum(block.rows for block in blocks))
        except OSError:
            self._seal(self._segment)  # a file whose fsync failed is not written again
            raise
        self._directory.grown(self._segment)
        self._trouble = None

    def _seal(self, segment: OpenSegment) -> None:
        self._segment = None
        try:
            segment.close()
            if not segment.bytes:
                self._directory.remove(segment.path)
        except OSError as error:
            logger.error("%s could not be closed or deleted: %s", segment.path, error)
        if segment.bytes:
            self._on_sealed(segment.path)

    def _no_room(self, error: OSError) -> NoRoom:
        if error.errno in _FULL:
            sentence = "The disk of the journal is full; nothing of this request was stored, send it again later."
        else:
            sentence = f"The journal cannot be written ({error.strerror}); nothing of this request was stored."
        if self.trouble() is None:
            logger.error("%s (%s)", sentence, self._directory.directory)
        self._trouble = time.monotonic(), sentence
        return NoRoom(sentence)
