"""Program text and its tokens: comments, splitting, and the escapes that let a token hold any character."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal

from vedette_query.errors import BadProgram

Kind = Literal["word", "text", "open", "close", "comment"]

_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_HALF: Final = re.compile("[\ud800-\udfff]")
_EDGE: Final = "".join(map(chr, range(0x21)))  # what Java's trim() removes
_COMMENT: Final = re.compile(r"/\*|\*/")
UNCLOSED: Final = "unclosed comment"
_SPECIAL: Final = re.compile(r"[,:]|[^\S ]|/(?=\*)|\\(?=u[0-9a-fA-F]{4})")


def split(program: str) -> list[str]:
    """The tokens of a program, without comments and empty ones. Raises `BadProgram` for an unclosed comment."""
    tokens = (token.strip(_EDGE) for token in without_comments(program).split(","))
    return [token for token in tokens if token]


def without_comments(program: str) -> str:
    """The text outside of `/* ... */`, which may be nested; what stands on both sides joins."""
    if "/*" not in program:
        return program
    spans, unclosed = _outside_comments(program)
    if unclosed is not None:
        raise BadProgram(UNCLOSED)
    return "".join(program[start:end] for start, end in spans)


@dataclass(frozen=True)
class Token:
    """A token and its place: from `start` to before `end`, in characters (code points) of the text as written.

    `text` is what the interpreter takes. Where a comment stands within a token, its place lies within the token's.
    """

    kind: Kind
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Located:
    """A program's tokens (those of `split`), its comments, and where the comment begins that is never closed."""

    tokens: tuple[Token, ...]
    comments: tuple[Token, ...]
    unclosed: int | None = None

    @property
    def all(self) -> tuple[Token, ...]:
        """Tokens and comments in the order in which they begin."""
        return tuple(sorted((*self.tokens, *self.comments), key=lambda token: (token.start, -token.end)))


def locate(program: str) -> Located:
    """The tokens of a program with their places. Raises nothing: an unclosed comment goes to the end of the text."""
    spans, unclosed = _outside_comments(program)
    kept = "".join(program[start:end] for start, end in spans)
    begins = list(accumulate((end - start for start, end in spans), initial=0))[:-1]

    def place(position: int) -> int:
        """Where a character of the kept text stands in the program."""
        piece = bisect_right(begins, position) - 1
        return spans[piece][0] + position - begins[piece]

    tokens: list[Token] = []
    position = 0
    for part in kept.split(","):
        if text := part.strip(_EDGE):
            first = position + len(part) - len(part.lstrip(_EDGE))
            tokens.append(Token(_kind(text), text, place(first), place(first + len(text) - 1) + 1))
        position += len(part) + 1
    edges = [0, *(edge for span in spans for edge in span), len(program)]
    comments = (
        Token("comment", program[start:end], start, end)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if start < end
    )
    return Located(tuple(tokens), tuple(comments), unclosed)


def _kind(text: str) -> Kind:
    if text in ("(", ")"):
        return "open" if text == "(" else "close"
    return "word" if text.startswith(":") else "text"


def _outside_comments(program: str) -> tuple[list[tuple[int, int]], int | None]:
    """The spans of text outside of comments; and where the comment begins that is closed never, or too often."""
    first = program.find("/*")
    if first < 0:
        return [(0, len(program))], None
    spans: list[tuple[int, int]] = []
    depth = position = opened = 0
    for mark in _COMMENT.finditer(program, first):
        if depth == 0:
            spans.append((position, mark.start()))
            opened = mark.start()
        depth += 1 if mark.group() == "/*" else -1
        position = mark.end()
    if depth != 0:
        return spans, opened
    return [*spans, (position, len(program))], None


def unescape(token: str) -> str:
    r"""Decode `\uXXXX` once; anything that is not exactly such a sequence stays as it is.

    Two halves of a character beyond the first 65,536 join, as in UTF-16. A half alone is no text that could be sent on:
    it becomes the replacement character.
    """
    if "\\u" not in token:
        return token
    text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), token)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _HALF.search(text) else text


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
