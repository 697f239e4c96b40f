"""What can go wrong in storage, by what the caller should do.

StorageError
├── Unavailable      the database did not answer or has no room: keep the data, try again
├── Refused          the database understood and said no (a wrong statement): do not repeat
│   └── Exceeded     the answer exists, but is dearer than a limit allows: ask for less
├── Gone             whoever asked has left; there is nobody to answer
├── DirectoryOwned   another process has this data directory
└── StepMismatch     the store was created with another primary step
"""

from __future__ import annotations

from typing import Literal

Resource = Literal["time", "memory", "reading", "result"]
"""What a limit is on: seconds, bytes of memory, rows or bytes that are read, rows or bytes that come back."""


class StorageError(Exception):
    """Root of everything this package raises on purpose. `code` is ClickHouse's number for the error, if it had one."""

    def __init__(self, message: str = "", *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Unavailable(StorageError):
    """The database did not answer, or has no room; nothing was lost, the caller may repeat."""


class Refused(StorageError):
    """The database refused the statement; repeating it would fail again."""


class Exceeded(Refused):
    """The answer would take more of `what` than a limit allows; `limit` is how much that is, as people write it."""

    def __init__(self, what: Resource, message: str, *, limit: str = "", code: int | None = None) -> None:
        super().__init__(message, code=code)
        self.what: Resource = what
        self.limit = limit


class Gone(StorageError):
    """Whoever asked has left; the work was stopped and the answer, if there is one, is of no use."""


class DirectoryOwned(StorageError):
    """Another process owns the data directory."""


class StepMismatch(StorageError):
    """The store was created with another primary step than the one asked for."""
