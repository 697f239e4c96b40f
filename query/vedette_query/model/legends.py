"""Legends: variables in them, and readable ones for expressions that say nothing about theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Final

from vedette_query.model.data import Aggregate, GroupBy
from vedette_query.model.expr import Node, is_predicate, rewrite_series
from vedette_query.model.query import KEY_QUERIES
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.model.style import StyleExpr
from vedette_storage.predicate import (
    And,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    LessOrEqual,
    LessThan,
    Matches,
    Not,
    Predicate,
)

_VARIABLE: Final = re.compile(r"\$(?:\(([^)]*)\)|([A-Za-z0-9._-]+)|\()")
_NAME: Final = re.compile(r"[A-Za-z0-9._(-]")
_ESCAPED: Final = re.compile(r"\\([^A-Za-z0-9])")
_META: Final = re.compile(r"(?<!\\)[.^$*+?()\[\]{}|]|\\[A-Za-z0-9]")

Pairs = frozenset[tuple[str, str]]


def substitute(text: str, value: Callable[[str], str]) -> str:
    """Fill in `$name` and `$(any text)`; a `$` without a name is just that, and so is a `$(` that is never closed."""
    return _VARIABLE.sub(lambda found: value(key) if (key := found.group(1) or found.group(2)) else "$", text)


def simple_legends(exprs: Sequence[StyleExpr]) -> list[StyleExpr]:
    """Give each expression without a legend one that tells it from the others by what its queries ask for."""
    pairs = [_pairs(expr) for expr in exprs]
    known = [found for found in pairs if found]
    if not known:
        return list(exprs)
    common = reduce(frozenset.intersection, known)
    return [
        expr if not found or "legend" in expr.settings else _with_legend(expr, dict(found - common) or dict(common))
        for expr, found in zip(exprs, pairs, strict=True)
    ]


def _with_legend(expr: StyleExpr, pairs: dict[str, str]) -> StyleExpr:
    if not pairs:
        return expr
    if expr.expr.grouped:
        legend = " ".join(f"$({key})" for key in expr.expr.grouping)
    elif "name" in pairs:
        legend = pairs["name"]
    else:
        legend = " ".join(pairs[key] for key in sorted(pairs))
    offset = " (offset=$(atlas.offset))" if expr.offset else ""
    return expr.with_setting("legend", legend + offset)


def _pairs(expr: StyleExpr) -> Pairs:
    """What all data of an expression has in common, as keys and values; averages count as what they are shown as."""
    plain = rewrite_series(expr.expr, _plain_average)
    queries = [frozenset(_key_values(data.query).items()) for data in plain.data]
    return reduce(frozenset.intersection, queries) if queries else frozenset()


def _plain_average(node: Node) -> Node | None:
    if not (isinstance(node, NamedRewrite) and node.name.endswith("-avg") and is_predicate(node.shown)):
        return None
    total = Aggregate("sum", node.shown)
    return GroupBy(total, node.grouping) if node.grouped else total


def _key_values(query: Predicate) -> dict[str, str]:
    match query:
        case And(left, right):
            return _key_values(left) | _key_values(right)
        case Matches(key, pattern, ignore_case):
            return {key: pattern if ignore_case else _readable(pattern)}
        case Not(inner) if isinstance(inner, KEY_QUERIES):
            return {key: f"!{value}" for key, value in _key_values(inner).items()}
        case Equal() | LessThan() | LessOrEqual() | GreaterThan() | GreaterOrEqual():
            return {query.key: query.value}
        case _:
            return {}


def _readable(pattern: str) -> str:
    """A regular expression that only asks for a beginning or a part, as that text."""
    text = pattern.removeprefix("^")
    text = text[2:] if text.startswith(".*") else text
    text = text[:-2] if text.endswith(".*") and not text.endswith("\\.*") else text
    return pattern if _META.search(text) else _ESCAPED.sub(r"\1", text)


def normal_variables(legend: str) -> str:
    """The legend with every variable in parentheses. A `$(` that is never closed stays: a `$` alone could mean more."""
    return _VARIABLE.sub(lambda found: found.group() if found.group() == "$(" else _in_parentheses(found), legend)


def _in_parentheses(found: re.Match[str]) -> str:
    if key := found.group(1) or found.group(2):
        return f"$({key})"
    # `$()` is a plain `$`; where that would begin a name, it has to stay what it is.
    return found.group() if _NAME.match(found.string, found.end()) else "$"


def with_normal_legend(expr: StyleExpr) -> StyleExpr:
    """The expression with every variable of its legend in parentheses."""
    if "legend" not in expr.settings:
        return expr
    return replace(expr, settings={**expr.settings, "legend": normal_variables(expr.settings["legend"])})
