"""What can go wrong in the collector, by what the sender is told.

CollectorError
├── RequestError               an answer over HTTP; carries its status
│   ├── Malformed        400   the body is not what it says it is
│   ├── TooSlow          408   the body did not arrive in time
│   ├── TooLarge         413   the body, or what it becomes, is over a limit
│   ├── UnsupportedMedia 415   a content type or an encoding that nobody here reads
│   └── Overloaded       503   come back later; carries when
│       ├── JournalFull        the database has been away for too long
│       ├── NoRoom             the disk of the journal is full or broken
│       └── Stopped            the collector is stopping
├── JournalOwned               another process has this journal
└── JournalDamaged             a segment cannot be read
"""

from __future__ import annotations

from typing import ClassVar


class CollectorError(Exception):
    """Root of everything this package raises on purpose; its text is one sentence for a person."""


class RequestError(CollectorError):
    """A request that was not accepted; nothing of it is stored."""

    status: ClassVar[int] = 400
    reason: ClassVar[str] = "malformed"


class Malformed(RequestError):
    """The body is not what it says it is."""


class TooSlow(RequestError):
    """The body did not arrive in time."""

    status = 408
    reason = "too_slow"


class TooLarge(RequestError):
    """The body, or what it becomes, is over a limit."""

    status = 413
    reason = "too_large"


class UnsupportedMedia(RequestError):
    """A content type or an encoding that nobody here reads."""

    status = 415
    reason = "unsupported_media"


class Overloaded(RequestError):
    """Nothing is wrong with the request; it should come again later."""

    status = 503
    reason = "overloaded"


class JournalFull(Overloaded):
    """What waits for the database has reached the journal's limit."""

    reason = "journal_full"


class NoRoom(Overloaded):
    """The journal could not be written: the disk is full or broken."""

    reason = "no_room"


class Stopped(Overloaded):
    """The collector is stopping."""

    reason = "stopped"


class JournalOwned(CollectorError):
    """Another process has this journal."""


class JournalDamaged(CollectorError):
    """A segment of the journal cannot be read as what was written."""
