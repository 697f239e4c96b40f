"""Words that say which series: tag queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from vedette_query.errors import BadRequest
from vedette_query.language.kinds import ANY, TEXT, TEXTS
from vedette_query.language.patterns import has_set_operation
from vedette_query.language.typed import Slot, typed
from vedette_query.language.word import Vocabulary, Word
from vedette_query.model.expr import Expr, Node, is_predicate, rewrite
from vedette_query.model.query import FALSE, TRUE, both, either, negated
from vedette_query.vocabulary.samples import NAMED
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
_ORDER: Final = ", compared as texts, letter by letter."
_NOT: Final = "Series that the query does not match, those that lack its key among them."
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
    if has_set_operation(text):
        raise BadRequest(f"unsupported: a set of characters in a set, or && in one, in '{text}'")
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
        typed("true", (), "Query", lambda: TRUE, "Every series there is; mostly of use inside of other words.", ""),
        typed("false", (), "Query", lambda: FALSE, "No series at all, whatever its tags are.", ""),
        typed("has", (_KEY,), "Query", HasKey, "Series that carry the key, with whatever value.", "region",
            "ipc.status"),
        _clause("eq", Equal, "Series whose key has exactly this value.", "name,ipc.server.call", "app,playback"),
        _clause("lt", LessThan, f"Series whose value comes before this one{_ORDER}", "node,i-5"),
        _clause("le", LessOrEqual, f"Series whose value is this one or comes before it{_ORDER}", "node,i-5"),
        _clause("gt", GreaterThan, f"Series whose value comes after this one{_ORDER}", "node,i-5"),
        _clause("ge", GreaterOrEqual, f"Series whose value is this one or comes after it{_ORDER}", "node,i-5"),
        _clause(
            "re", lambda key, text: Matches(key, pattern(text)),
            "Series whose value begins with a match of the regular expression; end it with $ to match the whole.",
            "app,(playback|catalog)", "name,ipc\\..*call$",
        ),
        _clause(
            "reic", lambda key, text: Matches(key, pattern(text), ignore_case=True),
            "Series whose value begins with a match in upper or lower case, as :re else.",
            "app,PLAY",
        ),
        _clause(
            "contains", lambda key, text: Matches(key, pattern(f".*{literal(text)}")),
            "Series whose value has the text somewhere in it. The text stands for itself.", "name,server",
        ),
        _clause(
            "starts", lambda key, text: Matches(key, pattern(literal(text))),
            "Series whose value starts with the text. The text stands for itself.", "name,ipc.",
        ),
        _clause(
            "ends", lambda key, text: Matches(key, pattern(f".*{literal(text)}$")),
            "Series whose value ends with the text. The text stands for itself.", "name,.call",
        ),
        typed(
            "in", (_KEY, Slot(TEXTS, "vs")), "Query", one_of,
            "Series whose value is one of the list. An empty list matches nothing.", "app,(,playback,catalog,)",
        ),
        typed("and", _PAIR, "Query", both, "Series that both queries match.", f"{NAMED},app,playback,:eq"),
        typed("or", _PAIR, "Query", either, "Series that at least one of the queries matches.",
            "app,playback,:eq,app,catalog,:eq"),
        typed("not", (Slot(QUERY, "q"),), "Query", negated, _NOT, "region,us-east-1,:eq", "region,:has"),
        typed(
            "cq", (Slot(ANY, "expr"), Slot(QUERY, "q")), "Any", common,
            "Join a query by :and to every query inside of an expression. What is no expression stays as it is.",
            f"{NAMED},statistic,count,:eq,:and,:sum,region,eu-west-1,:eq", f"{NAMED},:dist-avg,app,playback,:eq",
        ),
    ),
    base=STANDARD,
)  # fmt: skip
