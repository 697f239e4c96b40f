"""The words as reference: what each takes, leaves and means, and what its examples do when they are run.

The pages, the editor and the manual all show what is made here, so that none of them can say something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vedette_query.language.interpreter import Interpreter
from vedette_query.language.tokens import join
from vedette_query.language.word import Stack, Word
from vedette_query.model.names import item_text
from vedette_query.model.normalize import normalize
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.slots import presentable


@dataclass(frozen=True)
class Example:
    """A program that ends with the word. Stacks are texts, the top first."""

    before: tuple[str, ...]
    program: str
    after: tuple[str, ...]
    normalized: str  # the item on top as the program that makes it, in its normal spelling; empty if it is no line


@dataclass(frozen=True)
class Entry:
    """One word of one vocabulary. Words that share a name have an entry each, in the order in which they are tried."""

    name: str
    vocabulary: str
    signature: str
    summary: str
    examples: tuple[Example, ...]


def entries(catalogue: Catalogue) -> tuple[Entry, ...]:
    """All words, vocabulary by vocabulary. Runs every example: some 50 ms in all."""
    return tuple(entry for name in catalogue.names for entry in _of(catalogue, name))


def _of(catalogue: Catalogue, name: str) -> Iterator[Entry]:
    own = catalogue.interpreter(name)
    # An example may use words that stand on its own, as `:sum` in one of `:cq`.
    interpreter = catalogue.graph if own.vocabulary in catalogue.graph.vocabulary.chain() else own
    for word in own.vocabulary.words:
        examples = tuple(_example(interpreter, word, text) for text in word.examples)
        yield Entry(word.name, name, word.signature, word.summary, examples)


def _example(interpreter: Interpreter, word: Word, text: str) -> Example:
    program = join((*filter(None, (text,)), f":{word.name}"))
    after = interpreter.evaluate(program)
    return Example(_shown(interpreter.evaluate(text)), program, _shown(after), _normalized(after))


def _shown(stack: Stack) -> tuple[str, ...]:
    return tuple(map(item_text, reversed(stack)))


def _normalized(stack: Stack) -> str:
    styled = presentable(stack[-1]) if stack else None
    return "" if styled is None or isinstance(stack[-1], str) else normalize(styled)


def vocabularies(found: Iterable[Entry]) -> list[str]:
    """The names of the vocabularies in which the entries are, in their order."""
    return list(dict.fromkeys(entry.vocabulary for entry in found))
