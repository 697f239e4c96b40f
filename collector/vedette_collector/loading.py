"""From the journal into the database: sealed segments, one after the other, deleted only once they are stored."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Final

from vedette_collector import frames
from vedette_collector.errors import JournalDamaged
from vedette_collector.metrics import Metrics
from vedette_collector.segments import SegmentDirectory
from vedette_storage.columns import Block
from vedette_storage.errors import Refused, Unavailable
from vedette_storage.store import BlockWriter

logger = logging.getLogger(__name__)

_FIRST_DELAY_S: Final = 0.1
_LONGEST_DELAY_S: Final = 10.0
_SAY_AGAIN_S: Final = 60.0
_SURPRISES: Final = 5
"""How often an error that no one foresaw is tried again before the segment is set aside."""


class Loader:
    """One thread that writes sealed segments in order.

    When the database is away it waits and tries again; what the database refuses, and what cannot be read, is set
    aside with an error in the log, and the next segment follows. `on_set_aside` is called then.
    """

    def __init__(
        self, directory: SegmentDirectory, writer: BlockWriter, metrics: Metrics, on_set_aside: Callable[[], None]
    ) -> None:
        self._directory = directory
        self._writer = writer
        self._metrics = metrics
        self._on_set_aside = on_set_aside
        self._sealed: SimpleQueue[Path | None] = SimpleQueue()
        self._stopping = Event()
        self._give_up_at = float("inf")
        self._thread = Thread(target=self._run, name="journal-load", daemon=True)

    def start(self) -> None:
        """Begin with what the last life of this journal left behind."""
        if self._directory.left_over:
            logger.info("replaying %d segments of the journal", len(self._directory.left_over))
        self._metrics.replayed.inc(len(self._directory.left_over))
        for path in self._directory.left_over:
            self._sealed.put(path)
        self._thread.start()

    def add(self, path: Path) -> None:
        self._sealed.put(path)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, timeout_s: float) -> None:
        """Load what can be loaded in that time, and end the thread; the rest waits on disk for the next start."""
        self._give_up_at = time.monotonic() + timeout_s
        self._stopping.set()
        self._sealed.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (path := self._sealed.get()) is not None and time.monotonic() < self._give_up_at:
            if not self._load(path):
                return

    def _load(self, path: Path) -> bool:
        """Store one segment; False when the collector stops before that was possible."""
        try:
            data = path.read_bytes()
            content = frames.scan(data)
            block = frames.joined(content.blocks)
        except (JournalDamaged, OSError) as error:
            self._set_aside(path, f"cannot be read: {error}")
            return True
        if content.good_bytes < len(data) and not content.damaged:
            logger.warning(
                "%s ends in %d bytes that were never acknowledged", path.name, len(data) - content.good_bytes
            )
        stored = self._write(path, block)
        if stored and content.damaged:
            self._set_aside(path, f"is damaged after byte {content.good_bytes}; what could be read of it is stored")
        elif stored:
            self._remove(path)
        return stored is not None

    def _write(self, path: Path, block: Block) -> bool | None:
        """True: stored. False: set aside. None: the collector stops and the segment stays."""
        delay, said_at, surprises = _FIRST_DELAY_S, float("-inf"), 0
        while True:
            try:
                if block.rows or block.series.num_rows:
                    self._writer.write(block)
                self._metrics.blocks.inc()
                self._metrics.rows.inc(block.rows)
                return True
            except Refused as error:
                self._set_aside(path, f"was refused by the database: {error}")
                return False
            except Unavailable as error:
                reason = str(error)
            except Exception as error:
                surprises += 1
                reason = f"{type(error).__name__}: {error}"
                if surprises >= _SURPRISES:
                    logger.exception("segment %s could not be written", path.name)
                    self._set_aside(path, f"could not be written {surprises} times: {reason}")
                    return False
            self._metrics.retries.inc()
            if time.monotonic() - said_at >= _SAY_AGAIN_S:
                said_at = time.monotonic()
                logger.warning("the database did not take %s, trying again: %s", path.name, reason)
            if self._wait(delay):
                return None
            delay = min(2 * delay, _LONGEST_DELAY_S)

    def _remove(self, path: Path) -> None:
        try:
            self._directory.remove(path)
        except OSError as error:
            logger.error(
                "%s is stored but could not be deleted, and is loaded again at the next start: %s", path, error
            )

    def _wait(self, delay: float) -> bool:
        """Wait before the next try; True when the collector stops meanwhile."""
        return self._stopping.wait(delay)

    def _set_aside(self, path: Path, why: str) -> None:
        self._on_set_aside()
        try:
            kept = self._directory.set_aside(path)
        except OSError as error:
            logger.error("segment %s %s; it could not be set aside (%s) and stays for the next start", path, why, error)
        else:
            logger.error("segment %s %s; it is kept as %s", path.name, why, kept)
