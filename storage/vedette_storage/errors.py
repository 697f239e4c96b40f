"""What can go wrong in storage, by what the caller should do.

StorageError
├── Unavailable      the database did not answer or has no room: keep the data, try again
├── Refused          the database understood and said no (a limit, a wrong statement): do not repeat
├── DirectoryOwned   another process has this data directory
└── StepMismatch     the store was created with another primary step
"""

from __future__ import annotations


class StorageError(Exception):
    """Root of everything this package raises on purpose. `code` is ClickHouse's number for the error, if it had one."""

    def __init__(self, message: str = "", *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Unavailable(StorageError):
    """The database did not answer, or has no room; nothing was lost, the caller may repeat."""


class Refused(StorageError):
    """The database refused the statement; repeating it would fail again."""


class DirectoryOwned(StorageError):
    """Another process owns the data directory."""


class StepMismatch(StorageError):
    """The store was created with another primary step than the one asked for."""
