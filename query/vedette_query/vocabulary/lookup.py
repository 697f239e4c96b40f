"""Finding words by their name, by what is said about them, or by a name that was nearly right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final

from vedette_query.vocabulary.reference import Entry

_NEAR: Final = 0.7
"""How alike (0 to 1) a text and a name must be for the one to have been meant by the other."""

_MANY: Final = 5
_PART: Final = re.compile(r"[a-z]{3,}")


def find(entries: Sequence[Entry], text: str) -> list[Entry]:
    """The entries that a text may mean: names first, then signatures and summaries, then names that are nearly it."""
    wanted = text.strip().lower().removeprefix(":")
    if not wanted:
        return list(entries)
    found = _ranked(entries, wanted, frozenset(near_names(entries, wanted)))
    return found or _ranked(entries, _corrected(entries, wanted), frozenset())


def near_names(entries: Sequence[Entry], text: str) -> list[str]:
    """Names of words that are spelled nearly like a text, the nearest first."""
    names = list(dict.fromkeys(entry.name for entry in entries))
    return difflib.get_close_matches(text.strip().lower().removeprefix(":"), names, _MANY, _NEAR)


def _ranked(entries: Sequence[Entry], wanted: str, near: frozenset[str]) -> list[Entry]:
    ranked = [(rank, place) for place, entry in enumerate(entries) if (rank := _rank(entry, wanted, near)) is not None]
    return [entries[place] for _, place in sorted(ranked)]


def _corrected(entries: Sequence[Entry], wanted: str) -> str:
    """The text with each part replaced by what the summaries say that is spelled most like it."""
    said = sorted({part for entry in entries for part in _PART.findall(entry.summary.lower())})
    parts = (difflib.get_close_matches(part, said, 1, _NEAR) or [part] for part in wanted.split())
    return " ".join(part for (part,) in parts)


def _rank(entry: Entry, wanted: str, near: frozenset[str]) -> int | None:
    """The place of an entry among the found, or None: 0 for the name itself."""
    if entry.name == wanted:
        return 0
    if entry.name.startswith(wanted):
        return 1
    if any(part.startswith(wanted) for part in entry.name.split("-")):
        return 2
    if wanted in entry.name:
        return 3
    said = f"{entry.name} {entry.signature} {entry.summary}".lower()
    if all(part in said for part in wanted.split()):
        return 4
    return 5 if entry.name in near else None
