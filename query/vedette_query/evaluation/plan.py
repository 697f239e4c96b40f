"""What an expression needs from storage: one selection for each distinct data expression."""

from __future__ import annotations

from collections.abc import Iterable

from vedette_query.model.data import Aggregate, DataExpr, GroupBy
from vedette_query.model.expr import SeriesExpr
from vedette_query.timing.window import Window
from vedette_storage.selection import Aggregate as StorageAggregate
from vedette_storage.selection import Selection


def plan(exprs: Iterable[SeriesExpr], window: Window) -> dict[DataExpr, Selection]:
    """The selections to read; a data expression that is used twice is read once."""
    return {data: selection(data, window) for expr in exprs for data in expr.data}


def selection(data: DataExpr, window: Window) -> Selection:
    """The question to storage for one data expression.

    An offset shifts the window back by whole steps, rounded up: the value at t is the stored one at
    floor((t - offset) / step) * step.
    """
    aggregate = data.aggregate if isinstance(data, GroupBy) else data
    function: StorageAggregate = aggregate.function if isinstance(aggregate, Aggregate) else "all"
    return Selection(
        predicate=data.query,
        aggregate=function,
        consolidation=data.consolidation,
        start_ms=window.start_ms - shift_steps(data, window) * window.step_ms,
        step_ms=window.step_ms,
        points=window.points,
        group_by=data.grouping,
    )


def shift_steps(data: DataExpr, window: Window) -> int:
    """By how many points the data of an expression lies back."""
    return -(-data.offset.ms // window.step_ms)
