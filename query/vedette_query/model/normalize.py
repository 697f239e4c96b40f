"""One spelling for expressions that mean the same, as far as queries, legends and statistics go."""

from __future__ import annotations

from typing import Final

from vedette_query.errors import QueryError
from vedette_query.model.expr import Node, is_predicate, rewrite_series
from vedette_query.model.filters import STATISTICS, Filter, Stat, StatOfFiltered
from vedette_query.model.legends import with_normal_legend
from vedette_query.model.query import all_of, any_of, conjuncts, disjuncts, print_query, simplify
from vedette_query.model.style import StyleExpr
from vedette_storage.predicate import Always, And, Equal, Not, OneOf, Or, Predicate

FIRST_KEYS: Final = ("name", "nf.app", "nf.stack", "nf.cluster", "nf.asg", "nf.region", "nf.zone", "nf.node")
LAST_KEYS: Final = ("statistic",)


def normalize(expr: StyleExpr) -> str:
    """The normal text of an expression. Normalizing it again changes nothing."""
    styled = with_normal_legend(expr)
    series = rewrite_series(styled.expr, _short_statistics)
    series = rewrite_series(series, lambda node: normal_query(node) if is_predicate(node) else None)
    return StyleExpr(series, styled.settings).text().replace(",:const", "").replace(",:line", "")


def normal_query(query: Predicate) -> Predicate:
    """The query in disjunctive form, sorted, without repetitions."""
    clauses = [_clauses(disjunct) for disjunct in disjuncts(simplify(query))]
    distinct = list(dict.fromkeys(clauses))
    joined = [all_of(found) for found in _without_redundant(distinct)]
    return any_of(sorted(joined, key=print_query))


def _clauses(disjunct: Predicate) -> tuple[Predicate, ...]:
    distinct = dict.fromkeys(map(_normal_values, conjuncts(disjunct)))
    return tuple(sorted(distinct, key=_place))


def _normal_values(query: Predicate) -> Predicate:
    if not isinstance(query, OneOf):
        return query
    values = tuple(sorted(set(query.values)))
    return Equal(query.key, values[0]) if len(values) == 1 else OneOf(query.key, values)


def _without_redundant(disjuncts: list[tuple[Predicate, ...]]) -> list[tuple[Predicate, ...]]:
    """Leave out a disjunct that asks for all that every disjunct asks for: the others match what it matches."""
    if len(disjuncts) < 2:
        return disjuncts
    sets = [frozenset(found) for found in disjuncts]
    union = frozenset().union(*sets)
    return [found for found, clauses in zip(disjuncts, sets, strict=True) if not union <= clauses]


def _place(query: Predicate) -> tuple[int, int, str]:
    key = _key(query)
    if key in FIRST_KEYS:
        return 0, FIRST_KEYS.index(key), print_query(query)
    if key in LAST_KEYS:
        return 2, LAST_KEYS.index(key), print_query(query)
    return 1, 0, print_query(query)


def _key(query: Predicate) -> str:
    match query:
        case And(left, _) | Or(left, _):
            return _key(left)
        case Not(inner):
            return _key(inner)
        case Always():
            return ""
        case _:
            return query.key


def _short_statistics(node: Node) -> Node | None:
    """In a filter, `X,max,:stat` over the filtered expression itself is `:stat-max`."""
    if not isinstance(node, Filter):
        return None

    def shorten(inner: Node) -> Node | None:
        if isinstance(inner, Stat) and inner.input == node.input and inner.statistic in STATISTICS:
            return StatOfFiltered(inner.statistic) if not inner.short else inner
        return None

    try:
        return Filter(node.input, rewrite_series(node.condition, shorten))
    except QueryError:
        return node  # the short form has no groups, and something in the condition needs them
