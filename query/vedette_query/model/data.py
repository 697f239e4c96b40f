"""Data expressions: which series, combined how. What storage is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from vedette_query.language.tokens import escape, join
from vedette_query.model.expr import SeriesExpr, Tags, group_label
from vedette_query.model.query import label_query, print_query
from vedette_query.timing.durations import ZERO, Duration
from vedette_storage.predicate import Predicate

Function = Literal["sum", "count", "min", "max"]
Consolidation = Literal["avg", "sum", "min", "max"]

NATURAL: Final[dict[Function, Consolidation]] = {"sum": "avg", "count": "avg", "min": "min", "max": "max"}
"""How each aggregate consolidates when nothing else is said."""


class DataExpr(SeriesExpr):
    """A series expression that is read from storage."""

    if TYPE_CHECKING:  # a field of some, a property of others

        @property
        def query(self) -> Predicate: ...

    @property
    def offset(self) -> Duration:
        """How far back in time the data is taken from."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """The default legend of an ungrouped line."""
        raise NotImplementedError

    @property
    def consolidation(self) -> Consolidation:
        raise NotImplementedError

    def shifted(self, offset: Duration) -> DataExpr:
        """The same data taken from another time."""
        raise NotImplementedError

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return (self,)

    def text(self) -> str:
        return f"{self.item_text()},{self.offset},:offset" if self.offset else self.item_text()


@dataclass(frozen=True)
class All(DataExpr):
    """Every matching series as a line of its own."""

    query: Predicate
    shift: Duration = ZERO

    @property
    def offset(self) -> Duration:
        return self.shift

    @property
    def consolidation(self) -> Consolidation:
        return "sum"

    @property
    def sole(self) -> bool:
        return False

    def shifted(self, offset: Duration) -> All:
        return replace(self, shift=offset)

    def item_text(self) -> str:
        return f"{print_query(self.query)},:all"


@dataclass(frozen=True)
class Aggregate(DataExpr):
    """All matching series combined into one line."""

    function: Function
    query: Predicate
    consolidated: Consolidation | None = None  # None: as is natural for the function
    shift: Duration = ZERO

    @property
    def type_name(self) -> str:
        inner = self.consolidated in (None, "avg", "sum") and self.function in ("sum", "count")
        return self.function.capitalize() if inner or self.consolidated is None else "Consolidation"

    @property
    def offset(self) -> Duration:
        return self.shift

    @property
    def label(self) -> str:
        return f"{self.function}({label_query(self.query)})"

    @property
    def consolidation(self) -> Consolidation:
        return self.consolidated or NATURAL[self.function]

    def consolidating(self, by: Consolidation) -> Aggregate:
        """The same aggregate with another consolidation; the natural one leaves no trace."""
        return replace(self, consolidated=None if by == NATURAL[self.function] else by)

    def shifted(self, offset: Duration) -> Aggregate:
        return replace(self, shift=offset)

    def item_text(self) -> str:
        plain = f"{print_query(self.query)},:{self.function}"
        if self.consolidated is None:
            return plain
        # Where the consolidation wraps the aggregate, Atlas prints the offset of both: it is harmless, and kept.
        wrapped = self.offset and self.type_name == "Consolidation"
        return (
            f"{plain},{self.offset},:offset,:cf-{self.consolidated}" if wrapped else f"{plain},:cf-{self.consolidated}"
        )


@dataclass(frozen=True)
class GroupBy(DataExpr):
    """One line for each distinct set of values of the keys; series that lack a key are left out."""

    aggregate: Aggregate
    keys: tuple[str, ...]

    @property
    def query(self) -> Predicate:
        return self.aggregate.query

    @property
    def offset(self) -> Duration:
        return self.aggregate.shift

    @property
    def consolidation(self) -> Consolidation:
        return self.aggregate.consolidation

    @property
    def grouping(self) -> tuple[str, ...]:
        return self.keys

    @property
    def grouped(self) -> bool:
        return True

    def group_key(self, tags: Tags) -> str | None:
        return group_label(self.keys, tags)

    def shifted(self, offset: Duration) -> GroupBy:
        return replace(self, aggregate=self.aggregate.shifted(offset))

    def item_text(self) -> str:
        # An empty list of keys prints as `(,,)`, the offset of the aggregate is printed twice: as Atlas does.
        return join((self.aggregate.text(), "(", join(map(escape, self.keys)), ")", ":by"))
