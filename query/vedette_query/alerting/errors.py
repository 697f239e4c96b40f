"""What can go wrong with alerts.

AlertingError
├── RulesRefused    the rule file cannot be used as it is; the old rules stay
└── StateLost       the file that keeps the states cannot be read or written
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class AlertingError(Exception):
    """Root of everything this package raises on purpose."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a rule file. Lines count from 1; 0 is the file as a whole."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class RulesRefused(AlertingError):
    """The rule file is wrong; `problems` names every place."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(f"{source}: " + "; ".join(str(problem) for problem in self.problems))


class StateLost(AlertingError):
    """The file that keeps alert states cannot be used."""
