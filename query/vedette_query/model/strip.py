"""Taking things out of an expression: clauses on some keys, filters, presentation."""

from __future__ import annotations

from collections.abc import Sequence

from vedette_query.errors import BadRequest
from vedette_query.model.expr import Node, is_predicate, rewrite_series
from vedette_query.model.filters import Filter, Priority, Stat
from vedette_query.model.query import without_keys
from vedette_query.model.style import StyleExpr


def strip(expr: StyleExpr, keys: Sequence[str], vocabularies: Sequence[str]) -> StyleExpr:
    """The expression without clauses on the keys, then without the words of the vocabularies (filter, style)."""

    def change(node: Node) -> Node | None:
        return without_keys(node, keys, drop=True) if is_predicate(node) else None

    expr = StyleExpr(rewrite_series(expr.expr, change), expr.settings)
    for vocabulary in vocabularies:
        if vocabulary == "filter":
            expr = StyleExpr(rewrite_series(expr.expr, _unfiltered), expr.settings)
        elif vocabulary == "style":
            expr = StyleExpr(expr.expr)
        else:
            raise BadRequest(f"vocabulary '{vocabulary}' not supported")
    return expr


def _unfiltered(node: Node) -> Node | None:
    return rewrite_series(node.input, _unfiltered) if isinstance(node, Filter | Priority | Stat) else None
