"""The root of the tree: expressions print themselves as a program, and can be rewritten."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeGuard, cast, get_args

from vedette_query.language.size import Size
from vedette_query.model.size import size_of
from vedette_storage.predicate import Predicate

if TYPE_CHECKING:
    from vedette_query.model.data import DataExpr

PREDICATES = get_args(Predicate)
Node = object
"""An expression, or a predicate of a data expression."""

Change = Callable[[Node], Node | None]
"""What a rewrite does to a node: a replacement (its inside is then left alone), or None to look inside."""

Tags = Mapping[str, str]


class Expr:
    """Anything of the tree. Subclasses are frozen dataclasses."""

    @property
    def type_name(self) -> str:
        """The name of the type in messages, which is Atlas's."""
        return type(self).__name__

    def text(self) -> str:
        """The program that makes this expression again."""
        raise NotImplementedError

    def item_text(self) -> str:
        """What a debugger shows for this expression when it stands on the stack."""
        return self.text()

    @cached_property
    def size(self) -> Size:
        """How large the tree is, shared parts counted wherever they stand: what walking it costs."""
        parts = [size_of(getattr(self, field.name)) for field in dataclasses.fields(cast(Any, self))]
        weight = 1 + sum(part.weight for part in parts)
        return Size(weight, 1 + max((part.depth for part in parts), default=0))

    def rewritten(self, change: Change) -> Self:
        """This expression with its parts rewritten; itself when nothing changed."""
        changed: dict[str, Node] = {}
        whole = cast(Any, self)  # every subclass is a dataclass
        for field in dataclasses.fields(whole):
            value = getattr(self, field.name)
            if isinstance(value, Expr) or is_predicate(value):
                new = rewrite(value, change)
                if new is not value:
                    changed[field.name] = new
        return cast(Self, dataclasses.replace(whole, **changed)) if changed else self

    def __str__(self) -> str:
        return self.text()


class SeriesExpr(Expr):
    """An expression whose value is a set of lines."""

    @property
    def data(self) -> tuple[DataExpr, ...]:
        """The data expressions inside, in the order in which they are written."""
        return ()

    @property
    def grouping(self) -> tuple[str, ...]:
        """The keys that tell the resulting lines apart."""
        return ()

    @property
    def grouped(self) -> bool:
        return False

    @property
    def sole(self) -> bool:
        """Whether there is one line at most, whatever the data."""
        return not self.grouped

    def group_key(self, tags: Tags) -> str | None:
        """What names the group of a line, or None when the line (or the expression) has no group."""
        return None


class Around(SeriesExpr):
    """A series expression that changes the values of another one and leaves its lines as they are."""

    input: SeriesExpr

    @property
    def data(self) -> tuple[DataExpr, ...]:
        return self.input.data

    @property
    def grouping(self) -> tuple[str, ...]:
        return self.input.grouping

    @property
    def grouped(self) -> bool:
        return self.input.grouped

    @property
    def sole(self) -> bool:
        return self.input.sole

    def group_key(self, tags: Tags) -> str | None:
        return self.input.group_key(tags)


def is_predicate(value: object) -> TypeGuard[Predicate]:
    return isinstance(value, PREDICATES)


def rewrite(node: Node, change: Change) -> Node:
    """Offer every node to `change`, from the outside in; a node that it replaces is not looked into."""
    new = change(node)
    if new is not None:
        return new
    if isinstance(node, Expr):
        return node.rewritten(change)
    return node


def rewrite_series(expr: SeriesExpr, change: Change) -> SeriesExpr:
    """`rewrite`, for a change that turns series expressions into series expressions."""
    new = rewrite(expr, change)
    assert isinstance(new, SeriesExpr)
    return new


def group_label(keys: tuple[str, ...], tags: Tags) -> str | None:
    """`(k1=v1 k2=v2)` in the order of the keys, or None when the tags lack one of them."""
    parts = []
    for key in keys:
        value = tags.get(key)
        if value is None:
            return None
        parts.append(f"{key}={value}")
    return f"({' '.join(parts)})" if parts else ")"
