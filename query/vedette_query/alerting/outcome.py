"""What came of an evaluation: an answer, no data, or an error. Only an answer may end an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Signal:
    """What an expression says of one line at its last complete step. `tags` say what the line is about.

    `active` is None where the line has no point: that is missing data, not a condition that is false. `value` is what
    was measured: the left side of the comparison where there is one, else the point itself. It may be missing under a
    condition that is true, as that of a count over the last steps.
    """

    tags: Mapping[str, str]
    active: bool | None
    value: float | None


@dataclass(frozen=True)
class Answered:
    """The expression was evaluated over data; an instance without a signal has disappeared."""

    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class NoData:
    """Nothing at all has arrived of the metrics that the expression reads: it says nothing of any instance."""


@dataclass(frozen=True)
class Failed:
    """The expression could not be evaluated."""

    message: str


Outcome = Answered | NoData | Failed


class Oracle(Protocol):
    """Answers expressions. The query API stands behind it; tests put a table there."""

    def check(self, expr: str) -> None:
        """Raise `QueryError` with the reason when an expression can never be evaluated."""
        ...

    def ask(self, expr: str, at_ms: int) -> Answered | NoData:
        """Evaluate at the last step that ends at or before `at_ms`. Raises `QueryError` or `StorageError`."""
        ...
