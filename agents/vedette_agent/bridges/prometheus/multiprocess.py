"""Multiprocess: which of many processes publishes what all of them count.

In prometheus-client's multiprocess mode every process writes to files of one directory, and any of them can collect the
sums. One is enough, and two would count everything twice: it is the one that holds the lock on a file of the directory.
When it ends, however it ends, the kernel takes the lock from it, and the next that asks is the one.
"""

from __future__ import annotations

import os
from typing import Final

VARIABLES: Final = ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir")
LOCK: Final = "vedette-publisher.lock"


def directory() -> str | None:
    """The directory of prometheus-client's multiprocess mode, None where it is off."""
    return next((path for variable in VARIABLES if (path := os.environ.get(variable))), None)


class Turn:
    """Whether it is for this process to publish. Ask before each reading."""

    def __init__(self, path: str) -> None:
        self._path = os.path.join(path, LOCK)
        self._descriptor: int | None = None
        self._is_mine = False

    def is_mine(self) -> bool:
        """Whether this process holds the lock, now or from now on."""
        if not self._is_mine:
            self._is_mine = self._try()
        return self._is_mine

    def leave(self) -> None:
        """Let another process have it; in a forked child only the parent's copy is closed, and the parent keeps it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None
        self._is_mine = False

    def _try(self) -> bool:
        try:
            import fcntl  # noqa: PLC0415  # not on Windows, where there is no multiprocess mode either
        except ImportError:
            return True
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
