"""Expressions over events: which of them, and what of each. They cannot be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vedette_query.errors import require
from vedette_query.language.tokens import join, listed
from vedette_query.model.expr import Expr
from vedette_query.model.normalize import normal_query
from vedette_query.model.query import print_query
from vedette_storage.predicate import Predicate


@dataclass(frozen=True)
class EventExpr(Expr):
    """Events that match a query."""

    query: Predicate

    def normal(self) -> EventExpr:
        """The same with its query in normal form."""
        return replace(self, query=normal_query(self.query))


@dataclass(frozen=True)
class Raw(EventExpr):
    """Every matching event, as it is. Written as the query alone."""

    def text(self) -> str:
        return print_query(self.query)


@dataclass(frozen=True)
class Table(EventExpr):
    """A row for every matching event, of some of its columns."""

    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        require(bool(self.columns), "set of columns cannot be empty")

    def text(self) -> str:
        return join((print_query(self.query), listed(self.columns), ":table"))


@dataclass(frozen=True)
class Sample(EventExpr):
    """The matching events of a step counted by some keys, with some columns of one event of each."""

    by: tuple[str, ...]
    projection: tuple[str, ...]

    def __post_init__(self) -> None:
        require(bool(self.by), "sampleBy cannot be empty")

    def text(self) -> str:
        return join((print_query(self.query), listed(self.by), listed(self.projection), ":sample"))
