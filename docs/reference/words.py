"""Writes the manual of the words from the words themselves: `make words`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.reference import Entry, Example, entries, vocabularies

PAGE: Final = Path(__file__).with_name("words.md")

_ABOUT: Final = {
    "std": "Words that move things on the stack, run lists as programs, and keep variables.",
    "query": "Words that say which series are meant.",
    "data": "Words that read series: how they are combined, grouped, consolidated, and from when they are.",
    "math": "Words that compute with lines, and make one line of many.",
    "stateful": "Words that go along a line, point by point, and remember.",
    "filter": "Words that choose among lines by what they are worth over the whole graph.",
    "style": "Words about how a line is shown. They change no value.",
    "custom": "Words that a deployment defines for itself; these two come with Vedette.",
    "event": "Words about single events instead of lines. They are not for graphs.",
}

_INTRODUCTION: Final = """\
# The words

Every word of the stack language, vocabulary by vocabulary. `make words` writes this page from the words themselves;
`GET /api/v1/words` and the page **Words** show the same. [The stack language](../explanation/the-stack-language.md)
explains how they work together.

A signature says what a word takes from the stack (left of the dashes, the top last) and what it leaves there. Below
stand examples; after the arrow is what the word leaves: an expression in its normal spelling, else the whole stack, the
top last. Where words share a name, the first whose signature fits the stack is run.
"""


def page(words: Sequence[Entry]) -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines(words))


def _lines(words: Sequence[Entry]) -> Iterator[str]:
    yield _INTRODUCTION
    for vocabulary in vocabularies(words):
        own = [entry for entry in words if entry.vocabulary == vocabulary]
        names = ", ".join(f"`:{name}`" for name in dict.fromkeys(entry.name for entry in own))
        yield f"## {vocabulary}\n\n{_ABOUT[vocabulary]}\n\n{names}\n"
        for entry in own:
            yield from _word(entry)


def _word(entry: Entry) -> Iterator[str]:
    yield f"### :{entry.name}\n\n`{entry.signature.strip()}`\n\n{entry.summary}\n\n```"
    yield from map(_example, entry.examples)
    yield "```\n"


def _example(example: Example) -> str:
    left = example.normalized or "  ".join(reversed(example.after)) or "(an empty stack)"
    return example.program if left == example.program else f"{example.program}\n    → {left}"


if __name__ == "__main__":
    PAGE.write_text(page(entries(Catalogue(Settings().custom_averages))))
