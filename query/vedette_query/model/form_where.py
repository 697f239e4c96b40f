"""The conditions of a form, read from a query."""

from __future__ import annotations

import re
from typing import Final

from vedette_query.model.form import Condition, Conditions, Operator
from vedette_storage.predicate import (
    Always,
    And,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    HasKey,
    LessOrEqual,
    LessThan,
    Matches,
    Not,
    OneOf,
    Or,
    Predicate,
)

_ORDER: Final[dict[type, Operator]] = {
    Equal: "is", LessThan: "before", LessOrEqual: "before-or-is", GreaterThan: "after", GreaterOrEqual: "after-or-is",
}  # fmt: skip
_SPECIAL: Final = r"\\^$.|?*+()\[\]{}"  # what `:contains` and its like put a backslash before
_LITERAL: Final = re.compile(rf"(?:[^{_SPECIAL}]|\\[{_SPECIAL}])+", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ANYTHING: Final = ".*"


def conditions(query: Predicate) -> Conditions:
    """The conditions that a query stands for, nested as it is."""
    if isinstance(query, Always):
        return Conditions(join="all" if query.value else "any")
    part = _part(query)
    return part if isinstance(part, Conditions) and not part.negated else Conditions((part,))


def size(where: Conditions) -> int:
    """How many clauses there are in all."""
    return sum(size(part) if isinstance(part, Conditions) else 1 for part in where.parts)


def _part(query: Predicate, negated: bool = False) -> Condition | Conditions:
    match query:
        case Not(inner):
            turned = _part(inner, negated=True)
            return Conditions((turned,), negated=True) if negated else turned
        case And():
            return Conditions(tuple(map(_part, _chain(query, And))), "all", negated)
        case Or():
            return Conditions(tuple(map(_part, _chain(query, Or))), "any", negated)
        case Always(value):
            return Conditions(join="all" if value != negated else "any")
        case HasKey(key):
            return Condition(key, "has", (), negated)
        case OneOf(key, values):
            return Condition(key, "one-of", values, negated)
        case Matches(key, pattern, ignore_case):
            operator, text = _pattern(pattern, ignore_case)
            return Condition(key, operator, (text,), negated)
        case _:
            return Condition(query.key, _ORDER[type(query)], (query.value,), negated)


def _chain(query: Predicate, kind: type[And] | type[Or]) -> list[Predicate]:
    """The parts of nested `:and`s (or `:or`s), whichever way they are nested."""
    if isinstance(query, And | Or) and isinstance(query, kind):
        return _chain(query.left, kind) + _chain(query.right, kind)
    return [query]


def _pattern(pattern: str, ignore_case: bool) -> tuple[Operator, str]:
    """The plainest words for a regular expression."""
    if ignore_case:
        return "matches-any-case", pattern
    anywhere = pattern.startswith(_ANYTHING)
    body = pattern[len(_ANYTHING) :] if anywhere else pattern
    if _LITERAL.fullmatch(body):
        return "contains" if anywhere else "starts", _ESCAPED.sub(r"\1", body)
    if anywhere and body.endswith("$") and _LITERAL.fullmatch(body[:-1]):
        return "ends", _ESCAPED.sub(r"\1", body[:-1])
    return "matches", pattern
