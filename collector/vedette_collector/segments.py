"""The directory of the journal: numbered segment files, a lock, and a corner for what the database refused.

<directory>/lock                      held by the process that owns the journal
<directory>/0000000000000042.segment  frames (see `frames`), in the order of their numbers
<directory>/quarantine/               segments that were refused or damaged; one that is moved back is loaded
                                          at the next start
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from vedette_collector.errors import JournalOwned

_SUFFIX: Final = ".segment"
_NAME: Final = "{:016d}" + _SUFFIX
_IOV_MAX: Final = os.sysconf("SC_IOV_MAX")


class OpenSegment:
    """A segment that is being written. One thread only."""

    def __init__(self, path: Path) -> None:
        """Create the file, and its name durably. Raises OSError."""
        self.path = path
        self.bytes = 0
        self.rows = 0
        self.opened = time.monotonic()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            sync_directory(path.parent)
        except OSError:
            os.close(self._file)
            path.unlink()
            raise

    def append(self, pieces: Sequence[memoryview], rows: int) -> None:
        """Write one frame and wait until the disk has it. Raises OSError; what was written of it is cut off again."""
        try:
            self._write(list(pieces))
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self.bytes)
            raise
        self.bytes += sum(len(piece) for piece in pieces)
        self.rows += rows

    def close(self) -> None:
        os.close(self._file)

    def _write(self, pieces: list[memoryview]) -> None:
        while pieces:
            written = os.writev(self._file, pieces[:_IOV_MAX])
            while pieces and written >= len(pieces[0]):
                written -= len(pieces.pop(0))
            if written:
                pieces[0] = pieces[0][written:]


class SegmentDirectory:
    """All segments of one journal, and how many bytes they take. Any thread may ask."""

    def __init__(self, directory: Path) -> None:
        """Take the directory. Raises JournalOwned when another process has it, OSError when it cannot be made."""
        self.directory = directory
        self._quarantine = directory / "quarantine"
        self._quarantine.mkdir(parents=True, exist_ok=True)
        self._lock_file = _lock(directory)
        self.left_over = sorted(directory.glob("*" + _SUFFIX))
        self._sizes = {path: path.stat().st_size for path in self.left_over}
        self._sizes_lock = Lock()
        self._next = 1 + max((int(path.stem) for path in [*self.left_over, *self.quarantined()]), default=0)

    def create(self) -> OpenSegment:
        """A new segment, numbered after all others. Raises OSError."""
        path = self.directory / _NAME.format(self._next)
        self._next += 1
        return OpenSegment(path)

    def grown(self, segment: OpenSegment) -> None:
        """Note how large a segment has become."""
        with self._sizes_lock:
            self._sizes[segment.path] = segment.bytes

    def remove(self, path: Path) -> None:
        """Delete a segment, durably enough: a deletion that is lost is loaded again, which changes nothing."""
        path.unlink(missing_ok=True)
        self._forget(path)

    def set_aside(self, path: Path) -> Path:
        """Move a segment into quarantine; where it is now."""
        kept = self._quarantine / path.name
        path.rename(kept)
        sync_directory(self._quarantine)
        self._forget(path)
        return kept

    @property
    def bytes(self) -> int:
        """Size of all segments that wait for the database."""
        with self._sizes_lock:
            return sum(self._sizes.values())

    @property
    def count(self) -> int:
        with self._sizes_lock:
            return len(self._sizes)

    def quarantined(self) -> list[Path]:
        return sorted(self._quarantine.glob("*" + _SUFFIX))

    def release(self) -> None:
        """Let another process have the directory."""
        os.close(self._lock_file)

    def _forget(self, path: Path) -> None:
        with self._sizes_lock:
            self._sizes.pop(path, None)


def sync_directory(directory: Path) -> None:
    """Wait until the names in a directory are on disk."""
    file = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _lock(directory: Path) -> int:
    file = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.pread(file, 32, 0).decode(errors="replace").strip() or "unknown"
        os.close(file)
        raise JournalOwned(
            f"The journal {directory} belongs to another process (id {owner}); stop it, or choose another directory."
        ) from error
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    return file
