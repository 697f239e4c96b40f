"""How a program runs, token by token, with the places in its text: what an editor shows while it is being written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vedette_query.errors import QueryError
from vedette_query.language.interpreter import Interpreter
from vedette_query.language.tokens import UNCLOSED, Token, locate
from vedette_query.language.word import Context, Word

_NEAR: Final = 0.6
"""How alike (0 to 1) an unknown name and a word must be for the one to have been meant by the other."""


@dataclass(frozen=True)
class Moment:
    """The state after a token; for a list, after its closing parenthesis. `token` is its place in `tokens`."""

    token: int
    context: Context


@dataclass(frozen=True)
class Failure:
    """Where a program cannot go on, and why. `token` is None when there is no such token: in an open comment."""

    token: int | None
    start: int
    end: int
    message: str
    near: tuple[str, ...] = ()  # names of words that may have been meant


@dataclass(frozen=True)
class Inspection:
    """A program taken apart. `tokens` holds comments too; `words` says which overload ran at a token, by its place.

    Moments stop at a failure. In each, what was frozen lies aside; `interpreter.unfrozen` puts it below the rest.
    """

    tokens: tuple[Token, ...]
    start: Context
    moments: tuple[Moment, ...]
    words: Mapping[int, Word]
    failure: Failure | None

    def before(self, place: int) -> Context:
        """The state before a token runs, as far as the program came."""
        return next((moment.context for moment in reversed(self.moments) if moment.token < place), self.start)


def inspect(interpreter: Interpreter, program: str, variables: Mapping[str, Any] | None = None) -> Inspection:
    """Take a program apart. What is wrong with it is part of the answer."""
    located = locate(program)
    tokens = located.all
    places = [place for place, token in enumerate(tokens) if token.kind != "comment"]
    context = start = Context(interpreter, (), dict(variables or {}), dict(variables or {}))
    moments: list[Moment] = []
    words: dict[int, Word] = {}
    failure = None
    steps = interpreter.steps(tuple(token.text for token in located.tokens), start)
    position = 0
    while position < len(places):
        token = tokens[places[position]]
        if token.kind == "word" and (word := interpreter.choose(token.text[1:], context.stack)):
            words[places[position]] = word
        try:
            position, context = next(steps)
        except QueryError as error:
            near = _near(interpreter, token) if token.kind == "word" else ()
            failure = Failure(places[position], token.start, token.end, str(error), near)
            break
        moments.append(Moment(places[position - 1], context))
    if failure is None and located.unclosed is not None:
        failure = Failure(None, located.unclosed, len(program), UNCLOSED)
    return Inspection(tokens, start, tuple(moments), words, failure)


def _near(interpreter: Interpreter, token: Token) -> tuple[str, ...]:
    """Names that a word that nobody knows may have been meant to be, the nearest first."""
    names = list(dict.fromkeys(word.name for word in interpreter.words))
    name = token.text[1:]
    return () if name in names or len(name) > 100 else tuple(difflib.get_close_matches(name, names, 3, _NEAR))
