"""What fits at a place in a program: words for the stack there, or a tag key, or a value of the key before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, Literal

from vedette_query.language.inspection import Inspection
from vedette_query.language.interpreter import Interpreter
from vedette_query.language.numbers import parse_double
from vedette_query.language.tokens import Token
from vedette_query.language.word import Context, Stack, Word
from vedette_query.model.expr import is_predicate
from vedette_query.model.query import both
from vedette_query.model.style import StyleExpr
from vedette_query.vocabulary.slots import presentable
from vedette_query.vocabulary.standard import STANDARD
from vedette_storage.predicate import Predicate

EXCLUDED: Final = frozenset(
    {word.name for word in STANDARD.words}
    | {"true", "false", "reic", "not", "all", "head", "random"}
    | {f"cf-{by}" for by in ("avg", "sum", "min", "max")}
)
"""Words that are not offered unasked: they fit anywhere, or there is a better one."""

EXCLUDED_PREFIXES: Final = ("des", "stat-")

Expects = Literal["name", "key", "value"]


@dataclass(frozen=True)
class Place:
    """A place in a program, between two characters.

    `token` is the one that is being written: the place lies within it or at its end. `context` is the state before it,
    None behind a failure. `query` restricts which keys and values are worth offering.
    """

    token: Token | None
    in_list: bool
    context: Context | None
    expects: Expects | None = None
    key: str | None = None
    query: Predicate | None = None


def usual(word: Word) -> bool:
    """Whether a word is offered to someone who has not begun to write one."""
    return word.name not in EXCLUDED and not word.name.startswith(EXCLUDED_PREFIXES)


def place(found: Inspection, at: int) -> Place | None:
    """What stands at a place of an inspected program (`at` characters from its start); None within a comment."""
    if any(token.kind == "comment" and token.start < at < token.end for token in found.tokens):
        return None
    touched = next((t for t in found.tokens if t.kind != "comment" and t.start < at <= t.end), None)
    if touched is not None and touched.kind in ("open", "close"):
        touched = None
    end = at if touched is None else touched.start
    before = [(n, t) for n, t in enumerate(found.tokens) if t.kind != "comment" and t.end <= end]
    opened = _open_lists(before)
    here = opened[0] if opened else before[-1][0] + 1 if before else 0
    failed = found.failure is not None and found.failure.token is not None and found.failure.token < here
    if failed:
        return Place(touched, bool(opened), None)
    context = found.before(here)
    if not before:
        return Place(touched, False, context, "name")
    return _expecting(Place(touched, bool(opened), context), context.stack, len(opened))


def words(interpreter: Interpreter, context: Context) -> list[Word]:
    """The words that fit a state, one a name: of several overloads the one that would run."""
    names = dict.fromkeys(word.name for word in interpreter.candidates(context))
    chosen = (interpreter.choose(name, context.stack) for name in names)
    return [word for word in chosen if word is not None]


def _open_lists(tokens: Iterable[tuple[int, Token]]) -> list[int]:
    """Where the lists begin that are still open after the tokens, the outermost first."""
    opened: list[int] = []
    for number, token in tokens:
        if token.kind == "open":
            opened.append(number)
        elif token.kind == "close" and opened:
            opened.pop()
    return opened


def _expecting(place: Place, stack: Stack, depth: int) -> Place:
    texts = _texts_on_top(stack)
    rest = stack[: len(stack) - len(texts)]
    if texts and (len(texts) % 2 or depth):
        key = texts[-1]
        is_key = depth <= 1 and parse_double(key) is None
        return _with(place, "value", key, _queries_on_top(rest)) if is_key else place
    if texts or depth > 1:
        return place
    if depth:
        return _with(place, "key", None, _data_query(stack[-1]) if stack else None)
    return _with(place, "key", None, _queries_on_top(stack))


def _with(place: Place, expects: Expects, key: str | None, query: Predicate | None) -> Place:
    return Place(place.token, place.in_list, place.context, expects, key, query)


def _texts_on_top(stack: Stack) -> Sequence[str]:
    """The texts above all else: a key; or a key and its value, which wait for a word; and so on."""
    count = next((n for n, item in enumerate(reversed(stack)) if not isinstance(item, str)), len(stack))
    return stack[len(stack) - count :]


def _queries_on_top(stack: Stack) -> Predicate | None:
    """All queries on top, which will be joined by `:and` as a rule."""
    count = next((n for n, item in enumerate(reversed(stack)) if not is_predicate(item)), len(stack))
    found: Sequence[Predicate] = stack[len(stack) - count :]
    return reduce(both, found) if found else None


def _data_query(item: object) -> Predicate | None:
    """What the first data of an expression is restricted to."""
    if isinstance(item, str):
        return None
    styled: StyleExpr | None = presentable(item)
    return styled.expr.data[0].query if styled is not None and styled.expr.data else None
