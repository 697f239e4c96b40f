"""Why a question has no answer, by what a script should make of it.

QuestionError       status of the command
├── Refused    1    the API understood and said no: the expression is wrong, or asks for too much
├── Misused    2    the options do not go together, or say something that cannot be
└── Away       3    no query API answered, or it cannot now: try again later, or elsewhere
"""

from __future__ import annotations

from typing import ClassVar


class QuestionError(Exception):
    """Root of what this package raises on purpose; the text is one sentence for the person who asked."""

    status: ClassVar[int] = 1


class Refused(QuestionError):
    """The API's own sentence, without the name of a case that Atlas puts before it."""


class Misused(QuestionError):
    """What was asked of the command itself makes no sense."""

    status = 2


class Away(QuestionError):
    """Nobody answered."""

    status = 3
