"""Edits of a legend: decoding, and search and replace with a regular expression that cannot stall the server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from re import _constants as constants  # type: ignore[attr-defined]  # the parse tree has no public name
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import Any, Final

from vedette_query.errors import BadRequest
from vedette_query.language.patterns import has_set_operation
from vedette_query.model.legends import substitute

MAX_READS: Final = 20_000_000
"""Characters that matching one legend may read, by an upper estimate: about half a second at the very worst."""

_HEX: Final = re.compile(r"_([0-9a-fA-F]{2})")
_JAVA_GROUP: Final = re.compile(r"\(\?<([A-Za-z][A-Za-z0-9]*)>")
_REPEATS: Final = (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT)
_LONG: Final = 8  # a repeat of more than so many counts as one without end


def edit(text: str, commands: Sequence[str], tags: Mapping[str, str]) -> str:
    """Apply edits (arguments before their word) in order. Raises `BadRequest` for what cannot be done."""
    arguments: list[str] = []
    for token in commands:
        if token == ":decode":
            text = decode(text, arguments.pop())
        elif token == ":s":
            replacement, search = arguments.pop(), arguments.pop()
            text = search_and_replace(text, search, replacement, tags)
        else:
            arguments.append(token)
    return text


def decode(text: str, mode: str) -> str:
    """`hex` turns `_2E` into a dot; `none` leaves the text."""
    if mode == "hex":
        return _HEX.sub(lambda found: chr(int(found.group(1), 16)), text)
    if mode == "none":
        return text
    raise BadRequest(f"unknown encoding '{mode}'")


def search_and_replace(text: str, search: str, replacement: str, tags: Mapping[str, str]) -> str:
    """Replace every match; the replacement may name groups of the match (`$1`, `$name`), then tags."""
    if has_set_operation(search):
        raise BadRequest(f"unsupported: a set of characters in a set, or && in one, in '{search}'")
    try:
        pattern = re.compile(_JAVA_GROUP.sub(r"(?P<\1>", search))
        reads = _reads(parser.parse(pattern.pattern), len(text) + 1)
    except (re.error, RecursionError, OverflowError) as why:
        raise BadRequest(f"invalid regular expression '{search}': {why}") from None
    if reads > MAX_READS:
        raise BadRequest(f"regex is too expensive to evaluate: '{search}'")
    return pattern.sub(lambda found: substitute(replacement, lambda key: _group(found, key, tags)), text)


def _group(found: re.Match[str], key: str, tags: Mapping[str, str]) -> str:
    if key.isascii() and key.isdigit():
        number = int(key)
        return found.group(number) or "" if number <= found.re.groups else tags.get(key, key)
    return found.group(key) or "" if key in found.re.groupindex else tags.get(key, key)


def _reads(pattern: Any, length: int) -> float:
    """An upper estimate of the characters that matching reads: where a match may start, times the ways to go on."""
    anchored = len(pattern) > 0 and pattern[0] == (constants.AT, constants.AT_BEGINNING)
    return (1 if anchored else length) * _ways(pattern, length)


def _ways(pattern: Any, length: int) -> float:
    """In how many ways a pattern may take from a text: one factor for each repeat, a power for repeats of repeats."""
    ways = 1.0
    for kind, argument in pattern:
        if kind in _REPEATS:
            _, most, inner = argument
            inside = _ways(inner, length)
            if most > _LONG:
                # Whoever repeats what can itself be taken in several ways tries them all: 2 ** length.
                branching = inside > 1 or _optional(inner)
                ways *= min(2.0**length, 1e12) if branching else length
            else:
                ways *= max(2, inside) ** min(int(most), _LONG)
        elif kind is constants.BRANCH:
            ways *= sum(_ways(branch, length) for branch in argument[1])
        elif kind is constants.SUBPATTERN:
            ways *= _ways(argument[3], length)
        elif kind in (constants.ASSERT, constants.ASSERT_NOT):
            ways *= _ways(argument[1], length)
        elif kind is constants.ATOMIC_GROUP:
            ways *= _ways(argument, length)
        ways = min(ways, 1e15)
    return ways


def _optional(pattern: Any) -> bool:
    return all(kind in _REPEATS and argument[0] == 0 for kind, argument in pattern)
