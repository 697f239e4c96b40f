"""What can go wrong when someone asks a question, by what the asker should do.

QueryError                  status, and the name that Atlas gives the case in front of its message
├── BadProgram     400      the words do not fit together: IllegalStateException
├── BadRequest     400      a value or a parameter is wrong: IllegalArgumentException
├── BadField       400      a field of the time that cannot be had: UnsupportedTemporalTypeException
├── BadNumber      400      text where a number belongs: NumberFormatException
├── TooMuch        400      the answer would pass a limit; the message says which, and how to narrow
├── Missing        404      a name that nobody defined: NoSuchElementException
└── Busy           503      no worker is free; try again soon
"""

from __future__ import annotations

from typing import ClassVar


class QueryError(Exception):
    """Root of everything this package raises on purpose. `str()` is the message for the asker."""

    status: ClassVar[int] = 400
    name: ClassVar[str] = "IllegalArgumentException"

    @property
    def message(self) -> str:
        """The text as Atlas writes it: the name of the case, then what happened."""
        return f"{self.name}: {self}"


class BadProgram(QueryError):
    """The interpreter cannot go on: unknown word, no overload fits, a limit of the language."""

    name = "IllegalStateException"


class BadRequest(QueryError):
    """A value is not acceptable."""


class BadNumber(BadRequest):
    """A text should have been a number."""

    name = "NumberFormatException"

    def __init__(self, text: str) -> None:
        super().__init__(f'For input string: "{text}"')


class BadField(BadRequest):
    """A field of the time that has no value of the kind that is wanted."""

    name = "UnsupportedTemporalTypeException"


class TooMuch(BadRequest):
    """The answer would pass a limit."""

    name = "LimitExceeded"


class Missing(QueryError):
    """Something named does not exist."""

    status = 404
    name = "NoSuchElementException"


class Busy(QueryError):
    """All workers are taken and the queue is full."""

    status = 503
    name = "Busy"

    def __init__(self, running: int, retry_after_s: int = 1) -> None:
        super().__init__(
            f"{running} queries are running or waiting, which is the limit; try again in {retry_after_s} s"
        )
        self.retry_after_s = retry_after_s


def require(holds: bool, text: str) -> None:
    """Raise `BadRequest` in Atlas's words unless `holds`."""
    if not holds:
        raise BadRequest(f"requirement failed: {text}")
