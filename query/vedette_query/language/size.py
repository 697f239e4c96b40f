"""How large a value may grow while a program runs.

A few words can double a value again and again (`:dup,:add`) while its parts are shared: everything that walks it would
take that long. So sizes count shared parts wherever they stand, and stop at a limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vedette_query.errors import BadProgram

MAX_WEIGHT: Final = 5_000
"""Parts of one value; an expression that people write has some tens."""

MAX_DEPTH: Final = 150
"""Parts inside of each other; Python's own stack ends at some hundreds."""

MAX_WORK: Final = 500_000
"""Parts that the words of one program may make or walk over, at about a microsecond each."""

TOKEN_WORK: Final = 20
"""What running one token costs beside, in the same unit."""


@dataclass(frozen=True)
class Size:
    """The number of parts of a value, and how deep they stand in each other. Counted up to the limits only."""

    weight: int = 0
    depth: int = 0

    def check(self) -> None:
        """Raise `BadProgram` when a limit is passed."""
        if self.weight > MAX_WEIGHT:
            raise BadProgram(f"an expression of more than {MAX_WEIGHT} parts, which is the limit; use fewer words")
        if self.depth > MAX_DEPTH:
            raise BadProgram(
                f"an expression nested more than {MAX_DEPTH} deep, which is the limit; use fewer words, or :in"
            )


NOTHING: Final = Size()


class Meter:
    """What a program has cost so far."""

    def __init__(self) -> None:
        self._work = 0

    def spend(self, work: int) -> None:
        """Account for work. Raises `BadProgram` when it becomes too much."""
        self._work += work
        if self._work > MAX_WORK:
            raise BadProgram("the expression takes too much work to read; use fewer words")
