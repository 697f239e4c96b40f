"""The value of an expression over data that was read before. Pure: no I/O, no clock.

Each kind of expression has its function, found by type; a new kind registers one more with `compute.register`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch

from vedette_query.evaluation.fetch import Data
from vedette_query.evaluation.ledger import Ledger
from vedette_query.evaluation.lines import Lines
from vedette_query.model.data import DataExpr
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.timing.window import Window


@dataclass(frozen=True)
class Evaluation:
    """What evaluation may look at: the window, the data, and the time that dates without a reference mean by now."""

    window: Window
    data: Data
    now_ms: int
    ledger: Ledger = field(default_factory=Ledger)


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
    return evaluation.data[expr]


@compute.register
def _(expr: NamedRewrite, evaluation: Evaluation) -> Lines:
    return evaluate(expr.evaluated, evaluation)
