"""From text to a stack: runs tokens and words one after the other, and knows no word by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vedette_query.errors import BadProgram
from vedette_query.language.size import NOTHING, TOKEN_WORK, Meter, Size
from vedette_query.language.tokens import split, unescape
from vedette_query.language.word import Context, Stack, Vocabulary, Word

MAX_STACK = 1024
"""Items on the stack or in a list; no real expression comes near."""

MAX_DEPTH = 10
"""Lists run as programs inside of each other. Atlas saw 3 at most in a million expressions; it stops loops."""


@dataclass(frozen=True)
class Step:
    """A moment of an execution: what is still to run, and the state before it runs."""

    program: Stack
    context: Context


class Interpreter:
    """Executes programs with the words of one vocabulary."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        type_name: Callable[[object], str] = lambda value: type(value).__name__,
        size_of: Callable[[object], Size] = lambda _: NOTHING,
    ) -> None:
        """`type_name` says how messages call a value, `size_of` how large it is."""
        self.vocabulary = vocabulary
        self.words = vocabulary.all_words()
        self._by_name: dict[str, list[Word]] = {}
        for word in self.words:
            self._by_name.setdefault(word.name, []).append(word)
        self._type_name = type_name
        self._size_of = size_of

    def execute(self, text: str, variables: Mapping[str, Any] | None = None) -> Context:
        """Run a program on an empty stack; what was frozen ends up below the rest. Raises `QueryError`."""
        start = Context(self, (), dict(variables or {}), dict(variables or {}))
        return unfrozen(self.run(tuple(split(text)), start))

    def evaluate(self, text: str) -> Stack:
        """The stack that a program leaves."""
        return self.execute(text).stack

    def run(self, program: Stack, context: Context) -> Context:
        """Run tokens and values on an existing context, one level deeper."""
        if context.depth >= MAX_DEPTH:
            raise BadProgram("looping detected")
        context.meter.spend(TOKEN_WORK * len(program))
        inner = replace(context, runner=self, depth=context.depth + 1)
        position = 0
        while position < len(program):
            position, inner = self._next(program, position, inner)
        return replace(inner, depth=context.depth)

    def debug(self, text: str) -> list[Step]:
        """Every step of an execution, the first before anything ran."""
        program: Stack = tuple(split(text))
        steps = [Step(program, Context(self))]
        steps += (Step(program[position:], context) for position, context in self.steps(program, steps[0].context))
        steps[-1] = Step((), unfrozen(steps[-1].context))
        return steps

    def steps(self, program: Stack, context: Context) -> Iterator[tuple[int, Context]]:
        """After each token or list: the position to go on at, and the state. Raises `QueryError` where it cannot."""
        context.meter.spend(TOKEN_WORK * len(program))
        position = 0
        while position < len(program):
            position, context = self._next(program, position, context)
            yield position, context

    def choose(self, name: str, stack: Stack) -> Word | None:
        """The word of that name (without the colon) that would run on a stack: the first that matches."""
        for word in self._by_name.get(name, ()):
            if word.matches(stack):
                return word
        return None

    def candidates(self, context: Context) -> list[Word]:
        """The words that match the stack and whose execution succeeds."""
        return [word for word in self.words if word.matches(context.stack) and self._works(word, context)]

    def type_summary(self, stack: Stack) -> str:
        """The types of the values, bottom to top, for messages."""
        return f"[{','.join(map(self._type_name, stack))}]"

    def _measured(self, context: Context) -> Context:
        """The same context, after a look at what now stands on top. Raises `BadProgram` when that is too large."""
        if context.stack:
            size = self._size_of(context.stack[-1])
            size.check()
            context.meter.spend(size.weight)
        return context

    def _works(self, word: Word, context: Context) -> bool:
        try:
            self.run((f":{word.name}",), replace(context, meter=Meter()))
        except Exception:  # the answer is no, whatever the reason
            return False
        return True

    def _next(self, program: Stack, position: int, context: Context) -> tuple[int, Context]:
        token = program[position]
        position += 1
        if not isinstance(token, str):
            return position, _checked(context.push(token))
        if token == "(":
            items, position = _take_list(program, position)
            return position, _checked(context.push(items))
        if token == ")":
            raise BadProgram("unmatched closing parenthesis")
        if token.startswith(":"):
            return position, _checked(self._execute(token[1:], context))
        return position, _checked(context.push(unescape(token)))

    def _execute(self, name: str, context: Context) -> Context:
        word = self.choose(name, context.stack)
        if word is not None:
            return self._measured(word.execute(context))
        if name not in self._by_name:
            raise BadProgram(f"unknown word ':{name}'")
        stack = self.type_summary(context.stack)
        signatures = ", ".join(f"[{word.signature}]" for word in self._by_name[name])
        raise BadProgram(f"no matches for word ':{name}' with stack {stack}, candidates: {signatures}")


def _take_list(program: Stack, start: int) -> tuple[Stack, int]:
    """The tokens up to the closing parenthesis that belongs to an opening one before `start`; and where to go on."""
    depth = 0
    for position in range(start, len(program)):
        token = program[position]
        if token == "(":
            depth += 1
        elif token == ")":
            if depth == 0:
                return _checked_list(program[start:position]), position + 1
            depth -= 1
    raise BadProgram("unmatched opening parenthesis")


def _checked_list(items: Stack) -> Stack:
    if len(items) > MAX_STACK:
        raise BadProgram(f"stack overflow: a list of {len(items)} items, the limit is {MAX_STACK}")
    return items


def _checked(context: Context) -> Context:
    if len(context.stack) > MAX_STACK:
        raise BadProgram(f"stack overflow: {len(context.stack)} items, the limit is {MAX_STACK}")
    return context


def unfrozen(context: Context) -> Context:
    """The state at the end of a program: what was frozen lies at the bottom of the stack."""
    return replace(context, stack=(*context.frozen, *context.stack), frozen=())
