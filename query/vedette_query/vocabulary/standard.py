"""Words that move things on the stack, run lists as programs, and keep variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from vedette_query.errors import BadRequest, Missing
from vedette_query.language.kinds import ANY, INT, LIST, TEXT
from vedette_query.language.tokens import unescape
from vedette_query.language.typed import Slot, macro, read
from vedette_query.language.word import Context, Stack, Vocabulary, Word
from vedette_query.vocabulary.format import format_text

A: Final = Slot(ANY, "a")
B: Final = Slot(ANY, "b")


def _word(
    name: str,
    signature: str,
    slots: tuple[Slot, ...],
    execute: Callable[[Context], Context],
    summary: str,
    *examples: str,
) -> Word:
    return Word(name, signature, summary, examples, lambda stack: read(stack, slots) is not None, execute)


def _stack_word(
    name: str, signature: str, slots: tuple[Slot, ...], change: Callable[[Stack], Stack], summary: str, *examples: str
) -> Word:
    return _word(name, signature, slots, lambda context: context.with_stack(change(context.stack)), summary, *examples)


def _count(stack: Stack) -> int:
    number: int = INT.read(stack[-1])
    return number


def _call(context: Context) -> Context:
    return context.runner.run(context.stack[-1], context.with_stack(context.stack[:-1]))


def _each(context: Context) -> Context:
    items, program = context.stack[-2:]
    context = context.with_stack(context.stack[:-2])
    for item in reversed(items):
        context = context.runner.run(program, context.push(_plain(item)))
    return context


def _map(context: Context) -> Context:
    items, program = context.stack[-2:]
    context = context.with_stack(context.stack[:-2])
    results = []
    for item in items:
        context = context.runner.run(program, context.push(_plain(item)))
        if not context.stack:
            raise Missing("head of empty list")
        results.append(context.stack[-1])
        context = context.with_stack(context.stack[:-1])
    return context.push(tuple(results))


def _plain(item: object) -> object:
    return unescape(item) if isinstance(item, str) else item


def _format(context: Context) -> Context:
    pattern, items = context.stack[-2:]
    return context.with_stack((*context.stack[:-2], format_text(pattern, tuple(map(_plain, items)))))


def _freeze(context: Context) -> Context:
    return replace(context, stack=(), variables=context.initial, frozen=(*context.frozen, *context.stack))


def _get(context: Context) -> Context:
    name = context.stack[-1]
    if name not in context.variables:
        raise Missing(f"key not found: {name}")
    return context.with_stack((*context.stack[:-1], context.variables[name]))


def _set(context: Context) -> Context:
    name, value = context.stack[-2:]
    return replace(context, stack=context.stack[:-2], variables={**context.variables, name: value})


def _drop_many(stack: Stack) -> Stack:
    count, rest = max(0, _count(stack)), stack[:-1]
    return rest[: max(0, len(rest) - count)]


def _pick(stack: Stack) -> Stack:
    rest = stack[:-1]
    return (*rest, rest[_place(stack)])


def _roll(stack: Stack) -> Stack:
    rest, place = stack[:-1], _place(stack)
    return (*rest[:place], *rest[place + 1 :], rest[place])


def _place(stack: Stack) -> int:
    """The index, from the bottom, of the item that the number on top counts from the top."""
    count = _count(stack)
    if not 0 <= count < len(stack) - 1:
        raise BadRequest(f"{count} is outside of the stack, which holds {len(stack) - 1} items")
    return len(stack) - 2 - count


def _list_many(stack: Stack) -> Stack:
    count, rest = max(0, _count(stack)), stack[:-1]
    start = max(0, len(rest) - count)
    return (*rest[:start], rest[start:])


STANDARD: Final = Vocabulary(
    "std",
    (
        _word("call", "? List -- ?", (Slot(LIST),), _call, "Run the list on top as a program.", "a,(,:dup,)"),
        _stack_word("clear", "* -- <empty>", (), lambda _: (),
            "Remove all items from the stack; what was frozen stays.", "a,b,c"),
        _stack_word("depth", " -- depth", (), lambda s: (*s, str(len(s))), "Push the number of items on the stack.",
            "", "a,b"),
        _stack_word("drop", "a:Any -- ", (A,), lambda s: s[:-1], "Remove the item on top of the stack.", "a,b,c"),
        _stack_word("dup", "a:Any -- a a", (A,), lambda s: (*s, s[-1]), "Repeat the item on top of the stack.",
            "a,b", "name,requests,:eq,:sum"),
        _word(
            "each", "items:List f:List -- f(items[0]) ... f(items[N])", (Slot(LIST), Slot(LIST)), _each,
            "Push each item of a list and run a program for it. It begins with the last item, so that the first ends "
            "up on top.", "(,a,b,),(,:dup,)", "(,us-east-1,eu-west-1,),(,region,:swap,:eq,)",
        ),
        _word(
            "format", "pattern:String args:List -- str:String", (Slot(TEXT), Slot(LIST)), _format,
            "Fill the items of a list into a pattern, as printf does: %s for a text, %d and %x for whole numbers, %f "
            "for others, with a width such as %05.1f.", "%s of %s,(,calls,api,)", "%.1f %%,(,99,)",
        ),
        _word(
            "freeze", "* -- <empty>", (), _freeze,
            "Put all that is on the stack aside, below whatever is written from here on, and forget all variables. "
            "No word that follows can touch it: so one expression cannot disturb the next.", "a,b,c",
            "name,requests,:eq,:sum",
        ),
        _word("get", "k -- vars[k]", (Slot(TEXT),), _get,
            "Push the value of a variable; one that was not set is an error.", "k,v,:set,k"),
        _stack_word(
            "pick", "aN ... a0 N -- aN ... a0 aN", (A, Slot(INT)), _pick,
            "Repeat the item that lies N below the top; 0 is the top itself.", "a,b,c,2",
            "a,b,0",
        ),
        _word(
            "map", "items:List f:List -- List(f(items[0]) ... f(items[N]))", (Slot(LIST), Slot(LIST)), _map,
            "Run a program for each item of a list, from the first on, and make a list of what it leaves on top.",
            "(,a,b,),(,%s-1,:swap,1,:nlist,:format,)",
        ),
        _stack_word("ndrop", "aN ... a0 N -- aN", (Slot(INT),), _drop_many, "Remove the N items on top.", "a,b,c,2"),
        _stack_word(
            "nlist", "aN ... a0 N -- aN List(aN-1 ... a0)", (Slot(INT),), _list_many,
            "Make a list of the N items on top, or of all when there are fewer.", "a,b,c,2",
        ),
        macro("over", (A, B), "a b a", "1,:pick", "Repeat the item below the top, on top.", "a,b"),
        _stack_word(
            "-rot", "* a b -- b * a", (A,), lambda s: (s[-1], *s[:-1]), "Move the item on top to the bottom.",
            "a,b,c,d",
        ),
        _stack_word(
            "roll", "aN ... a0 N -- aN-1 ... a0 aN", (A, Slot(INT)), _roll,
            "Move the item that lies N below the top to the top.",
            "a,b,c,2",
        ),
        _stack_word(
            "rot", "a * -- * a", (A,), lambda s: (*s[1:], s[0]), "Move the item at the bottom to the top.", "a,b,c,d"
        ),
        _word("set", "k v -- ", (Slot(TEXT), Slot(ANY)), _set, "Give a variable a value, until :freeze.", "k,v",
            "calls,name,requests,:eq,:sum"),
        _stack_word(
            "swap", "a:Any b:Any -- b a", (A, B), lambda s: (*s[:-2], s[-1], s[-2]), "Exchange the two items on top.",
            "a,b",
        ),
        _stack_word("list", "* -- List(*)", (), lambda s: (s[::-1],), "Make one list of all items, the top first.",
            "a,b"),
        macro("2over", (A, B), "a b a b", ":over,:over", "Repeat the two items on top, in their order.", "a,b"),
        macro("nip", (A, B), "b", ":swap,:drop", "Remove the item that lies below the top.", "a,b"),
        macro("tuck", (A, B), "b a b", ":swap,:over", "Repeat the item on top below the next one.", "a,b"),
        macro(
            "fcall", (Slot(TEXT, "name"),), "?", ":get,:call",
            "Run the list that a variable holds as a program: a word of one's own.",
            "twice,(,2,:mul,),:set,21,twice",
        ),
        macro(
            "sset", (Slot(ANY, "v"), Slot(TEXT, "k")), "", ":swap,:set",
            "Give a variable a value, with the value first.", "v,k",
        ),
    ),
)  # fmt: skip
