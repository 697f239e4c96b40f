"""Macros that keep their name: what a person wrote, beside what is evaluated for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from vedette_query.errors import BadProgram
from vedette_query.language.numbers import print_double
from vedette_query.language.tokens import join, listed
from vedette_query.model.data import Aggregate, DataExpr, GroupBy
from vedette_query.model.expr import Change, Node, SeriesExpr, Tags, is_predicate, rewrite, rewrite_series
from vedette_query.model.folding import Fold, FoldBy
from vedette_query.model.query import print_query
from vedette_query.timing.durations import ZERO, Duration
from vedette_storage.predicate import Predicate


@dataclass(frozen=True)
class NamedRewrite(SeriesExpr):
    """`evaluated` under the name of the word that made it of `shown`.

    When the tree around it is rewritten, `shown` is rewritten and the word is run again (`rerun` executes a program),
    so that for example `:cq` reaches every part. `regroup` groups in another way than all parts alike.
    """

    name: str
    shown: SeriesExpr | Predicate
    parameters: tuple[float, ...]
    evaluated: SeriesExpr
    rerun: Callable[[str], tuple[Any, ...]] = field(compare=False, repr=False)
    regroup: Callable[[Predicate, tuple[str, ...]], SeriesExpr] | None = field(default=None, compare=False, repr=False)

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return self.evaluated.data

    @property
    def grouping(self) -> tuple[str, ...]:
        return self.evaluated.grouping

    @property
    def grouped(self) -> bool:
        return self.evaluated.grouped

    @property
    def sole(self) -> bool:
        return self.evaluated.sole

    def group_key(self, tags: Tags) -> str | None:
        return self.evaluated.group_key(tags)

    def shifted(self, offset: Duration) -> NamedRewrite:
        """The same with all its data taken from another time."""
        return replace(self, evaluated=shifted(self.evaluated, offset))

    def by(self, keys: tuple[str, ...]) -> NamedRewrite:
        """The same with its aggregates grouped."""

        def group(node: Node) -> Node | None:
            match node:
                case Aggregate():
                    return GroupBy(node, keys)
                case Fold():
                    return FoldBy(node, keys)
                case _:
                    return None

        shown = self.shown
        if isinstance(shown, SeriesExpr) and not shown.grouped:
            shown = rewrite_series(shown, group)
        if self.regroup and is_predicate(self.shown):
            evaluated = self.regroup(self.shown, keys)
        else:
            evaluated = rewrite_series(self.evaluated, group)
        return replace(self, shown=shown, evaluated=shifted(evaluated, common_offset(self.evaluated) or ZERO))

    def rewritten(self, change: Change) -> NamedRewrite:
        shown = rewrite(self.shown, change)
        if shown is self.shown:
            return self
        stack = self.rerun(self._print(shown))
        if len(stack) != 1 or not isinstance(stack[0], NamedRewrite):
            raise BadProgram(f"invalid stack for :{self.name}")
        return stack[0]

    def text(self) -> str:
        return self._print(self.shown)

    def _print(self, shown: Node) -> str:
        word = join((*map(print_double, self.parameters), f":{self.name}"))
        grouping = (listed(self.grouping), ":by") if self.grouping else ()
        if is_predicate(shown):
            offset = common_offset(self.evaluated)
            shift = (str(offset), ":offset") if offset else ()
            return join((print_query(shown), word, *shift, *grouping))
        if isinstance(shown, SeriesExpr) and self._grouping_is_shown():
            offset = common_offset(self.evaluated)
            if offset and offset != common_offset(shown):
                shown = shifted(shown, offset)
            return f"{shown},{word}"
        return join((str(shown), word, *grouping))

    def _grouping_is_shown(self) -> bool:
        return isinstance(self.shown, SeriesExpr) and self.shown.grouping == self.grouping


def shifted(expr: SeriesExpr, offset: Duration) -> SeriesExpr:
    """The expression with all its data taken from `offset` ago; what offset it had before is replaced."""
    return rewrite_series(
        expr, lambda node: node.shifted(offset) if isinstance(node, DataExpr | NamedRewrite) else None
    )


def expanded(expr: SeriesExpr) -> SeriesExpr:
    """The expression without names: what is evaluated."""
    return rewrite_series(expr, lambda node: expanded(node.evaluated) if isinstance(node, NamedRewrite) else None)


def common_offset(expr: SeriesExpr) -> Duration | None:
    """The offset that all data expressions share, if it is not zero."""
    offsets = {data.offset for data in expr.data}
    return next(iter(offsets)) or None if len(offsets) == 1 else None
