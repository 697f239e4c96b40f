"""Two ways to make a word: from typed slots and a function, or from a program of other words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vedette_query.language.kinds import Kind
from vedette_query.language.tokens import split
from vedette_query.language.word import Context, Stack, Word


@dataclass(frozen=True)
class Slot:
    """A place on the stack that a word reads: its kind, and a label for the signature."""

    kind: Kind
    label: str = ""

    def __str__(self) -> str:
        return f"{self.label}:{self.kind.name}" if self.label else self.kind.name


Make = Callable[..., Any]


def read(stack: Stack, slots: tuple[Slot, ...]) -> tuple[Any, ...] | None:
    """The converted values of the topmost items, or None when they do not fit the slots."""
    if len(stack) < len(slots):
        return None
    values = []
    for slot, item in zip(slots, stack[len(stack) - len(slots) :], strict=True):
        value = slot.kind.read(item)
        if value is None:
            return None
        values.append(value)
    return tuple(values)


def typed(name: str, slots: tuple[Slot, ...], gives: str, make: Make, summary: str, *examples: str) -> Word:
    """A word that replaces the values in its slots by what `make` returns for them."""

    def execute(context: Context) -> Context:
        values = read(context.stack, slots)
        assert values is not None, name  # the interpreter asks `matches` first
        rest = context.stack[: len(context.stack) - len(slots)]
        return context.with_stack((*rest, make(*values)))

    return Word(name, signature(slots, gives), summary, examples, lambda stack: read(stack, slots) is not None, execute)


def macro(name: str, slots: tuple[Slot, ...], gives: str, body: str, summary: str, *examples: str) -> Word:
    """A word that is a program of other words; the slots only say when it fits."""
    program = tuple(split(body))

    def execute(context: Context) -> Context:
        return context.runner.run(program, context)

    return Word(name, signature(slots, gives), summary, examples, lambda stack: read(stack, slots) is not None, execute)


def signature(slots: tuple[Slot, ...], gives: str) -> str:
    """What a word takes and leaves: `q1:Query q2:Query -- Query`."""
    return f"{' '.join(map(str, slots))} -- {gives}"
