"""The value of an expression over data that was read before. Pure: no I/O, no clock.

Each kind of expression has its function, found by type; a new kind registers one more with `compute.register`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch

from vedette_query.evaluation.fetch import Data
from vedette_query.evaluation.ledger import Ledger
from vedette_query.evaluation.lines import NO_DATA, Lines
from vedette_query.evaluation.memory import Memory, name, nothing
from vedette_query.model.data import DataExpr
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.timing.window import Window


@dataclass(frozen=True)
class Evaluation:
    """What evaluation may look at: the window, the data, and the time that dates without a reference mean by now.

    A window may be evaluated in chunks, one after the other (`evaluation/chunks.py`): `window` is the chunk then,
    `asked` the whole of which it is a part, and `memory` hands on what goes along the lines. Without a memory, the
    window is the only chunk.
    """

    window: Window
    data: Data
    now_ms: int
    ledger: Ledger = field(default_factory=Ledger)
    asked: Window | None = None
    memory: Memory | None = None

    @property
    def whole(self) -> Window:
        """The window that the request is about."""
        return self.asked or self.window

    @property
    def position(self) -> int:
        """How many points of the whole window come before this chunk."""
        return (self.window.start_ms - self.whole.start_ms) // self.window.step_ms


def evaluate(expr: SeriesExpr, evaluation: Evaluation) -> Lines:
    """The lines of an expression. Raises `QueryError` for what can only be seen now, and for too much work."""
    known = evaluation.ledger.find(expr)
    if known is None:
        known = compute(expr, evaluation)
        evaluation.ledger.enter(expr, known)
    return known


@singledispatch
def compute(expr: SeriesExpr, evaluation: Evaluation) -> Lines:
    """The lines of one kind of expression; its inputs are had by `evaluate`."""
    raise NotImplementedError(type(expr).__name__)


@compute.register
def _(expr: DataExpr, evaluation: Evaluation) -> Lines:
    lines = evaluation.data[expr]
    if not expr.sole:
        return lines
    if lines.labels == (NO_DATA,):
        return nothing(expr, evaluation.window.points, evaluation.memory)
    return name(expr, lines, evaluation.memory)


@compute.register
def _(expr: NamedRewrite, evaluation: Evaluation) -> Lines:
    return evaluate(expr.evaluated, evaluation)
