"""The books of one evaluation: how many values it has computed, and the parts that are used more than once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from vedette_query.allowance import Allowance
from vedette_query.errors import TooMuch
from vedette_query.evaluation.lines import Lines
from vedette_query.model.data import DataExpr
from vedette_query.model.expr import SeriesExpr

MAX_VALUES: Final = 300_000_000
"""Values that one evaluation may compute: some seconds of work."""

MAX_KEPT: Final = 10_000_000
"""Values of shared parts that are kept (80 MB); past it they are computed again."""


class Ledger:
    """Keeps the lines of expressions that stand in several places (`:dup`), and stops what would take too long.

    With an `allowance`, work stops as well when nobody waits for it any more, or when its lines fill the memory.
    """

    def __init__(
        self, exprs: Iterable[SeriesExpr] = (), max_values: int = MAX_VALUES, allowance: Allowance | None = None
    ) -> None:
        self._allowance = allowance
        self._shared = _shared(exprs)
        self._lines: dict[int, Lines] = {}
        self._kept = 0
        self._computed = 0
        self._max_values = max_values

    def find(self, expr: SeriesExpr) -> Lines | None:
        """The lines of an expression, if they were kept."""
        return self._lines.get(id(expr))

    def enter(self, expr: SeriesExpr, lines: Lines) -> None:
        """Account for lines that were computed. Raises `TooMuch` when a limit is passed, and `Gone`."""
        if self._allowance is not None:
            self._allowance.check()
            self._allowance.hold(lines.values)
        self._computed += lines.values.size
        if self._computed > self._max_values:
            raise TooMuch(
                f"the expression computes more than {self._max_values:,} values, which is the limit; narrow "
                "the window, restrict the queries or group by fewer keys"
            )
        if id(expr) in self._shared and self._kept + lines.values.size <= MAX_KEPT:
            self._kept += lines.values.size
            self._lines[id(expr)] = lines


def _shared(exprs: Iterable[SeriesExpr]) -> frozenset[int]:
    """The identities of expressions that stand in more than one place. Data is at hand in any case."""
    uses: Counter[int] = Counter()
    waiting: list[object] = list(exprs)
    while waiting:
        expr = waiting.pop()
        if not isinstance(expr, SeriesExpr) or isinstance(expr, DataExpr):
            continue
        uses[id(expr)] += 1
        if uses[id(expr)] == 1:
            waiting += vars(expr).values()
    return frozenset(identity for identity, count in uses.items() if count > 1)
