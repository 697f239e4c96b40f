"""How messages call the values on the stack."""

from __future__ import annotations

from typing import Final

from vedette_query.model.expr import Expr, is_predicate
from vedette_query.model.query import print_query
from vedette_storage.predicate import (
    Always,
    GreaterOrEqual,
    LessOrEqual,
    Matches,
    OneOf,
)

_QUERIES: Final[dict[type, str]] = {GreaterOrEqual: "GreaterThanEqual", LessOrEqual: "LessThanEqual", OneOf: "In"}


def type_name(value: object) -> str:
    """The name of a value's type in Atlas's messages."""
    match value:
        case str():
            return "String"
        case tuple():
            return "List"
        case Expr():
            return value.type_name
        case Always():
            return "True$" if value.value else "False$"
        case Matches():
            return "RegexIgnoreCase" if value.ignore_case else "Regex"
        case _:
            return _QUERIES.get(type(value), type(value).__name__)


def item_text(value: object) -> str:
    """A value on the stack as text: for debugging, and for `:format`."""
    match value:
        case tuple():
            return f"List({', '.join(map(item_text, value))})"
        case Expr():
            return value.item_text()
        case _:
            return print_query(value) if is_predicate(value) else str(value)
