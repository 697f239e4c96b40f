"""Many lines into fewer: aggregates over lines, a second grouping, and a renamed key."""

from __future__ import annotations

from dataclasses import dataclass

from vedette_query.errors import require
from vedette_query.language.tokens import escape, listed
from vedette_query.model.data import DataExpr, Function
from vedette_query.model.expr import Around, SeriesExpr, Tags, group_label
from vedette_query.model.query import exact_tags


@dataclass(frozen=True)
class Fold(SeriesExpr):
    """All lines of an expression combined into one."""

    function: Function
    input: SeriesExpr

    @property
    def type_name(self) -> str:
        return self.function.capitalize()

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return self.input.data

    def text(self) -> str:
        return f"{self.input},:{self.function}"


@dataclass(frozen=True)
class FoldBy(SeriesExpr):
    """The lines of a grouped expression combined by a part of its keys."""

    fold: Fold
    keys: tuple[str, ...]

    @property
    def type_name(self) -> str:
        return "GroupBy"

    def __post_init__(self) -> None:
        require(self.fold.input.grouped, "input expression must already be grouped with DataExpr.GroupBy")
        inner = self.fold.input.grouping
        text = f"(,{','.join(self.keys)},) is not a subset of (,{','.join(inner)},)"
        require(set(self.keys) <= set(inner), text)

    @property
    def common_keys(self) -> frozenset[str]:
        """The keys that every data expression pins to a value; their tags stay on the result."""
        pinned = [frozenset(exact_tags(data.query)) for data in self.data]
        return frozenset.intersection(*pinned) if pinned else frozenset()

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return self.fold.data

    @property
    def grouping(self) -> tuple[str, ...]:
        return self.keys

    @property
    def grouped(self) -> bool:
        return True

    def group_key(self, tags: Tags) -> str | None:
        return group_label(self.keys, tags)

    def text(self) -> str:
        return f"{self.fold},{listed(self.keys)},:by"


@dataclass(frozen=True)
class As(Around):
    """The same lines with one tag key renamed."""

    input: SeriesExpr
    original: str
    replacement: str

    @property
    def grouping(self) -> tuple[str, ...]:
        return tuple(self.replacement if key == self.original else key for key in self.input.grouping)

    def group_key(self, tags: Tags) -> str | None:
        return group_label(self.grouping, tags)

    def text(self) -> str:
        return f"{self.input},{escape(self.original)},{escape(self.replacement)},:as"
