"""Words and vocabularies: what the language can say is data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from vedette_query.language.size import Meter

Stack = tuple[Any, ...]
"""The values a program works on, the top last. Texts, lists (tuples of tokens or values), expressions, queries."""


class Runner(Protocol):
    """What a word may ask of the interpreter that executes it: to run a list as a program."""

    def run(self, program: Stack, context: Context) -> Context: ...

    def evaluate(self, text: str) -> Stack: ...


@dataclass(frozen=True)
class Context:
    """The state between two words. `initial` are the variables that `:freeze` goes back to."""

    runner: Runner
    stack: Stack = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    initial: Mapping[str, Any] = field(default_factory=dict)
    frozen: Stack = ()
    depth: int = 0
    meter: Meter = field(default_factory=Meter, compare=False)

    def with_stack(self, stack: Stack) -> Context:
        """The same context over another stack."""
        return Context(self.runner, stack, self.variables, self.initial, self.frozen, self.depth, self.meter)

    def push(self, value: object) -> Context:
        return self.with_stack((*self.stack, value))


@dataclass(frozen=True)
class Word:
    """One word of the language; several may share a name, and the first that matches the stack runs.

    `examples` are programs after which the word can be executed; they are shown in the reference and run as tests.
    """

    name: str
    signature: str
    summary: str
    examples: tuple[str, ...]
    matches: Callable[[Stack], bool]
    execute: Callable[[Context], Context]


@dataclass(frozen=True)
class Vocabulary:
    """A named set of words on top of the vocabularies it depends on."""

    name: str
    words: tuple[Word, ...]
    base: Vocabulary | None = None

    def all_words(self) -> tuple[Word, ...]:
        """The words in the order in which overloads are tried: those of the base first."""
        return (*(self.base.all_words() if self.base else ()), *self.words)

    def chain(self) -> Iterator[Vocabulary]:
        """This vocabulary and all it depends on."""
        if self.base:
            yield from self.base.chain()
        yield self
