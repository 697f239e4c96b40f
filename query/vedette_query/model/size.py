"""Sizes of the values of the graph language."""

from __future__ import annotations

from typing import Final

from vedette_query.language.size import MAX_DEPTH, MAX_WEIGHT, NOTHING, Size
from vedette_storage.predicate import And, Not, OneOf, Or

_LINE: Final = 64  # characters of a text that count as one part


def size_of(value: object) -> Size:
    """The size of an expression (which knows its own), of a query, a list or a text; counting stops at the limits."""
    own = getattr(value, "size", None)
    if isinstance(own, Size):
        return own
    if not isinstance(value, tuple | str | And | Or | Not | OneOf):
        return NOTHING
    weight = depth = 0
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting and weight <= MAX_WEIGHT and depth <= MAX_DEPTH:
        part, level = waiting.pop()
        depth = max(depth, level)
        match part:
            case str():
                weight += len(part) // _LINE + 1
            case tuple():
                weight += 1
                waiting += ((item, level + 1) for item in part)
            case And(left, right) | Or(left, right):
                weight += 1
                waiting += ((left, level + 1), (right, level + 1))
            case Not(inner):
                weight += 1
                waiting.append((inner, level + 1))
            case OneOf(_, values):
                weight += len(values)
            case _:
                inside = getattr(part, "size", NOTHING)
                weight += 1 + inside.weight
                depth = max(depth, level + inside.depth)
    return Size(weight, depth)
