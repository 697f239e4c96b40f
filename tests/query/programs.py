"""Random programs that mean something: words are only used where they fit."""

from __future__ import annotations

import random
from typing import Final

from vedette_query.errors import QueryError
from vedette_query.language.interpreter import Interpreter
from vedette_query.language.word import Word

PIECES: Final = (
    "name,a,:eq", "name,b,:eq,:sum", "name,ten.sec,:eq,(,node,),:by", "(,k,),:by", "(,50,90,),:percentiles", "42", "5m",
    "3", "max,2,:topk", ":random", "foo,:legend", "a,b c,:eq", "$(name) of $node,:legend", "a,(,x,y,),:in,:not",
    "name,x,:starts,:count", "1h,:offset", "(,0h,1w,),:offset", "0.5", "NaN", "\\u0020a,:has", "(.*)_b,$1,:s", ":true",
)  # fmt: skip
ATOMS: Final = (
    "name", "a", "b", "1", "2", "0", "-1", "5", "1e3", "NaN", "Infinity", "5m", "PT1H", "(", ")", "max", "avg", "e-5m",
    "ge", "f00", "40", "$name", "(.*)", "\\u002c", "line", "hourOfDay", "T0001", "50",
)  # fmt: skip
NOT_USED: Final = {"clear", "drop", "freeze", "ndrop", "named-rewrite"}
"""Words that only throw away, and the internal one, with which one can lie about what an expression is called."""


def meaningful(random_: random.Random, interpreter: Interpreter) -> str:
    """A program in which nearly every word found what it wanted."""
    tokens: list[str] = []
    context = interpreter.execute("")
    for _ in range(random_.randint(2, 12)):
        if random_.random() < 0.45 or not context.stack:
            piece = random_.choice(PIECES)
        else:
            fitting = [word for word in interpreter.words if _fits(word, context.stack)]
            piece = f":{random_.choice(fitting).name}"
        try:
            context = interpreter.run(tuple(piece.split(",")), context)
        except QueryError:
            continue
        tokens.append(piece)
    return ",".join(tokens)


def soup(random_: random.Random, interpreter: Interpreter) -> str:
    """Tokens in no order at all."""
    words = [f":{word.name}" for word in interpreter.words]
    choices = (words, words, PIECES, ATOMS)
    return ",".join(random_.choice(random_.choice(choices)) for _ in range(random_.randint(0, 14)))


def _fits(word: Word, stack: tuple[object, ...]) -> bool:
    return word.name not in NOT_USED and word.matches(stack)
