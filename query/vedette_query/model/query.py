"""Tag queries: printing, combining, simplifying, and the two normal forms."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Final

from vedette_query.errors import TooMuch
from vedette_query.language.tokens import escape, join, listed
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

TRUE: Final = Always(True)
FALSE: Final = Always(False)

MAX_CLAUSES: Final = 4096
"""Conjunctions that a query may have in disjunctive form; alternation multiplies."""

_COMPARISONS: Final = {
    Equal: ("eq", "="),
    LessThan: ("lt", "<"),
    LessOrEqual: ("le", "<="),
    GreaterThan: ("gt", ">"),
    GreaterOrEqual: ("ge", ">="),
}
KEY_QUERIES: Final = (HasKey, *_COMPARISONS, Matches, OneOf)
KeyQuery = HasKey | Equal | LessThan | LessOrEqual | GreaterThan | GreaterOrEqual | Matches | OneOf


def print_query(query: Predicate) -> str:
    """The program that makes this query again."""
    match query:
        case Always(value):
            return ":true" if value else ":false"
        case HasKey(key):
            return f"{escape(key)},:has"
        case Matches(key, pattern, ignore_case):
            return f"{escape(key)},{escape(pattern)},:{'reic' if ignore_case else 're'}"
        case OneOf(key, values):
            return join((escape(key), listed(values), ":in"))
        case And(left, right):
            return f"{print_query(left)},{print_query(right)},:and"
        case Or(left, right):
            return f"{print_query(left)},{print_query(right)},:or"
        case Not(inner):
            return f"{print_query(inner)},:not"
        case _:
            return f"{escape(query.key)},{escape(query.value)},:{_COMPARISONS[type(query)][0]}"


def label_query(query: Predicate) -> str:
    """The query as a person would write it: `(name=foo) and (not(has(node)))`."""
    match query:
        case Always(value):
            return "true" if value else "false"
        case HasKey(key):
            return f"has({key})"
        case Matches(key, pattern, ignore_case):
            return f"{key}~/^{pattern}/{'i' if ignore_case else ''}"
        case OneOf(key, values):
            return f"{key} in ({','.join(values)})"
        case And(left, right):
            return f"({label_query(left)}) and ({label_query(right)})"
        case Or(left, right):
            return f"({label_query(left)}) or ({label_query(right)})"
        case Not(inner):
            return f"not({label_query(inner)})"
        case _:
            return f"{query.key}{_COMPARISONS[type(query)][1]}{query.value}"


def both(left: Predicate, right: Predicate) -> Predicate:
    """And, simplified only against true and false."""
    if isinstance(left, Always):
        return right if left.value else FALSE
    if isinstance(right, Always):
        return left if right.value else FALSE
    return And(left, right)


def either(left: Predicate, right: Predicate) -> Predicate:
    """Or, simplified only against true and false."""
    if isinstance(left, Always):
        return TRUE if left.value else right
    if isinstance(right, Always):
        return TRUE if right.value else left
    return Or(left, right)


def negated(query: Predicate) -> Predicate:
    """Not, simplified only against true and false; a double negation stays."""
    return Always(not query.value) if isinstance(query, Always) else Not(query)


def exact_tags(query: Predicate) -> dict[str, str]:
    """The tags that every match is sure to have: those pinned by `:eq` along a chain of `:and`."""
    match query:
        case And(left, right):
            return exact_tags(left) | exact_tags(right)
        case Equal(key, value):
            return {key: value}
        case _:
            return {}


def without_keys(query: Predicate, keep: Iterable[str], *, drop: bool = False) -> Predicate:
    """The query without its clauses on other keys than `keep` (or on `keep` itself, with `drop`).

    A dropped clause becomes true, and so does its negation: it is to be ignored, not to be turned around.
    """
    return simplify(_without(query, frozenset(keep), drop), ignore=True)


def _without(query: Predicate, keys: frozenset[str], drop: bool) -> Predicate:
    match query:
        case And(left, right):
            return And(_without(left, keys, drop), _without(right, keys, drop))
        case Or(left, right):
            return Or(_without(left, keys, drop), _without(right, keys, drop))
        case Not(inner):
            return Not(_without(inner, keys, drop))
        case Always():
            return query
        case _:
            return TRUE if (query.key in keys) == drop else query


def simplify(query: Predicate, *, ignore: bool = False) -> Predicate:
    """Remove the constants true and false; with `ignore`, not-true is true as well."""
    match query:
        case And(left, right):
            return both(simplify(left, ignore=ignore), simplify(right, ignore=ignore))
        case Or(left, right):
            return either(simplify(left, ignore=ignore), simplify(right, ignore=ignore))
        case Not(inner):
            simple = simplify(inner, ignore=ignore)
            return TRUE if ignore and simple == TRUE else negated(simple)
        case _:
            return query


def disjuncts(query: Predicate) -> list[Predicate]:
    """The queries that, joined by or, mean the same (disjunctive normal form)."""
    match query:
        case And(left, right):
            return _cross(disjuncts(left), disjuncts(right))
        case Or(left, right):
            return _limited(disjuncts(left) + disjuncts(right))
        case Not(And(left, right)):
            return _limited(disjuncts(Not(left)) + disjuncts(Not(right)))
        case Not(Or(left, right)):
            return disjuncts(And(Not(left), Not(right)))
        case Not(Not(inner)):
            return disjuncts(inner)
        case _:
            return [query]


def conjuncts(query: Predicate) -> list[Predicate]:
    """The clauses of one disjunct."""
    if isinstance(query, And):
        return conjuncts(query.left) + conjuncts(query.right)
    return [query]


def all_of(queries: Iterable[Predicate]) -> Predicate:
    """Join by and, left to right."""
    return reduce(And, queries)


def any_of(queries: Iterable[Predicate]) -> Predicate:
    """Join by or, left to right."""
    return reduce(Or, queries)


def _cross(left: list[Predicate], right: list[Predicate]) -> list[Predicate]:
    if len(left) * len(right) > MAX_CLAUSES:
        _limited([TRUE] * (len(left) * len(right)))
    return [And(a, b) for a in left for b in right]


def _limited(queries: list[Predicate]) -> list[Predicate]:
    if len(queries) > MAX_CLAUSES:
        text = f"the query has {len(queries)} alternatives when written out, the limit is {MAX_CLAUSES}; use :in or :re"
        raise TooMuch(text)
    return queries
