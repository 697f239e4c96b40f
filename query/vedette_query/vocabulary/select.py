"""Words that say which series: tag queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from vedette_query.errors import BadRequest
from vedette_query.language.kinds import ANY, TEXT, TEXTS
from vedette_query.language.typed import Slot, typed
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.expr import Expr, Node, is_predicate, rewrite
from vedette_query.model.query import FALSE, TRUE, both, either, negated
from vedette_query.vocabulary.slots import QUERY
from vedette_query.vocabulary.standard import STANDARD
from vedette_storage.predicate import (
    Equal,
    GreaterOrEqual,
    GreaterThan,
    HasKey,
    LessOrEqual,
    LessThan,
    Matches,
    OneOf,
    Predicate,
)

_KEY: Final = Slot(TEXT, "k")
_VALUE: Final = Slot(TEXT, "v")
_PAIR: Final = (Slot(QUERY, "q1"), Slot(QUERY, "q2"))
_SPECIAL: Final = re.compile(r"[\\^$.|?*+()\[\]{}]")
_FLAGS: Final = re.compile(r"(?<!\\)\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?[:)]")
_BACK_REFERENCE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)")

MAX_PATTERN: Final = 1024
"""Characters of a regular expression."""


def pattern(text: str) -> str:
    """A regular expression that was checked; raises `BadRequest` for what could not be matched safely or at all."""
    if len(text) > MAX_PATTERN:
        raise BadRequest(f"a regular expression of {len(text)} characters, the limit is {MAX_PATTERN}")
    flags = _FLAGS.search(text)
    if flags and flags.group() != "(?:":
        raise BadRequest(f"unsupported: inline flags in '{text}'")
    if _BACK_REFERENCE.search(text):
        raise BadRequest(f"unsupported: back references in '{text}'")
    try:
        re.compile(f"^(?:{text})" if text.startswith("*") else f"^{text}")
    except (re.error, RecursionError, OverflowError) as why:
        raise BadRequest(f"invalid regular expression '{text}': {why}") from None
    return text


def literal(text: str) -> str:
    """The regular expression that matches just this text."""
    return _SPECIAL.sub(lambda found: "\\" + found.group(), text)


def one_of(key: str, values: tuple[str, ...]) -> Predicate:
    """`:in`: nothing for no value, `:eq` for one."""
    if not values:
        return FALSE
    return Equal(key, values[0]) if len(values) == 1 else OneOf(key, values)


def common(expr: object, query: Predicate) -> object:
    """The query joined by and to every query in an expression; what is no expression stays as it is."""

    def join(node: Node) -> Node | None:
        return both(node, query) if is_predicate(node) else None

    return rewrite(expr, join) if isinstance(expr, Expr) or is_predicate(expr) else expr


def _clause(name: str, make: Callable[[str, str], Any], summary: str, *examples: str) -> Word:
    return typed(name, (_KEY, _VALUE), "Query", make, summary, *examples)


QUERIES: Final = Vocabulary(
    "query",
    (
        typed("true", (), "Query", lambda: TRUE, "Every series.", ""),
        typed("false", (), "Query", lambda: FALSE, "No series at all.", ""),
        typed("has", (_KEY,), "Query", HasKey, "Series that carry a key.", "name", "nf.cluster"),
        _clause("eq", Equal, "The value of the key is exactly this.", "name,requestsPerSecond"),
        _clause("lt", LessThan, "The value comes before this one in lexical order.", "name,bar"),
        _clause("le", LessOrEqual, "The value comes before this one, or is equal.", "name,bar"),
        _clause("gt", GreaterThan, "The value comes after this one in lexical order.", "name,bar"),
        _clause("ge", GreaterOrEqual, "The value comes after this one, or is equal.", "name,bar"),
        _clause(
            "re", lambda key, text: Matches(key, pattern(text)),
            "The value begins with a match of the regular expression.", "name,DiscoveryStatus_(UP|DOWN)",
        ),
        _clause(
            "reic", lambda key, text: Matches(key, pattern(text), ignore_case=True),
            "As :re, in upper or lower case; slower, since no index helps.", "name,discoverystatus_(up|down)",
        ),
        _clause(
            "contains", lambda key, text: Matches(key, pattern(f".*{literal(text)}")),
            "The value contains the text.", "name,request",
        ),
        _clause(
            "starts", lambda key, text: Matches(key, pattern(literal(text))), "The value starts with the text.",
            "name,req",
        ),
        _clause(
            "ends", lambda key, text: Matches(key, pattern(f".*{literal(text)}$")), "The value ends with the text.",
            "name,PerSecond",
        ),
        typed(
            "in", (_KEY, Slot(TEXTS, "vs")), "Query", one_of, "The value is one of the list.", "name,(,a,b,)",
        ),
        typed("and", _PAIR, "Query", both, "Both queries match.", "name,a,:eq,app,:has"),
        typed("or", _PAIR, "Query", either, "At least one of the queries matches.", "name,a,:eq,app,:has"),
        typed("not", (Slot(QUERY, "q"),), "Query", negated, "The query does not match.", "name,a,:eq"),
        typed(
            "cq", (Slot(ANY, "expr"), Slot(QUERY, "q")), "Any", common,
            "Restrict all data of an expression by a common query.", "name,ssCpuUser,:eq,:sum,nf.app,alerttest,:eq",
        ),
    ),
    base=STANDARD,
)  # fmt: skip
