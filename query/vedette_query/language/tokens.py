"""Program text and its tokens: comments, splitting, and the escapes that let a token hold any character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from vedette_query.errors import BadProgram

_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_EDGE: Final = "".join(map(chr, range(0x21)))  # what Java's trim() removes
_COMMENT: Final = re.compile(r"/\*|\*/")
_SPECIAL: Final = re.compile(r"[,:]|[^\S ]|/(?=\*)|\\(?=u[0-9a-fA-F]{4})")


def split(program: str) -> list[str]:
    """The tokens of a program, without comments and empty ones. Raises `BadProgram` for an unclosed comment."""
    tokens = (token.strip(_EDGE) for token in without_comments(program).split(","))
    return [token for token in tokens if token]


def without_comments(program: str) -> str:
    """The text outside of `/* ... */`, which may be nested; what stands on both sides joins."""
    if "/*" not in program:
        return program
    kept: list[str] = []
    depth = position = 0
    for mark in _COMMENT.finditer(program, program.index("/*")):
        if mark.start() < position:
            continue
        if depth == 0:
            kept.append(program[position : mark.start()])
        depth += 1 if mark.group() == "/*" else -1
        position = mark.end()
    if depth != 0:
        raise BadProgram("unclosed comment")
    return "".join((*kept, program[position:]))


def unescape(token: str) -> str:
    r"""Decode `\uXXXX` once; anything that is not exactly such a sequence stays as it is."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), token) if "\\u" in token else token


def escape(text: str) -> str:
    """Write a text so that, as a token, it means itself. Spaces are only touched where trimming would eat them."""
    if text in ("(", ")"):
        return _encode(text)
    stripped = text.strip(_EDGE)
    if not stripped:
        return "".join(map(_encode, text))
    start = text.index(stripped)
    end = start + len(stripped)
    middle = _SPECIAL.sub(lambda found: _encode(found.group()), stripped)
    return "".join((*map(_encode, text[:start]), middle, *map(_encode, text[end:])))


def join(parts: Iterable[str]) -> str:
    """Put printed parts together as a program."""
    return ",".join(parts)


def listed(items: Iterable[str]) -> str:
    """A list of texts as program text; the empty list is `(,)`."""
    return join(("(", *map(escape, items), ")"))


def _encode(character: str) -> str:
    return f"\\u{ord(character):04x}"
