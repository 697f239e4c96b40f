"""What expressions carry from one chunk of a window to the next.

An expression that goes along its lines (`evaluation/stateful.py`) leaves a `Kept` behind: one row of numbers for each
of its lines. The next chunk finds it under the same expression. Nothing here is changed once it was kept, so an
expression that stands in two places, and is computed twice, gives the same twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from vedette_query.errors import TooMuch
from vedette_query.evaluation.lines import Lines, Values, no_data
from vedette_query.model.expr import SeriesExpr, Tags

MAX_KEPT: Final = 5_000_000
"""Numbers that are carried from one chunk to the next (40 MB)."""

Key = tuple[Hashable, int]
"""What a line is known by: its tags, and which of the lines with these tags it is."""


@dataclass(frozen=True)
class Kept:
    """The lines of an expression up to the end of a chunk. `state` is [lines, numbers]; NaN is "nothing so far"."""

    keys: tuple[Key, ...]
    tags: tuple[Tags, ...]
    labels: tuple[str, ...]
    state: Values


class Memory:
    """What all expressions kept of the chunks before, and what they keep of this one."""

    def __init__(self, before: Mapping[int, Kept] | None = None, *, limit: int = MAX_KEPT) -> None:
        self._before: Mapping[int, Kept] = before or {}
        self._after: dict[int, Kept] = {}
        self._limit = limit

    def next(self) -> Memory:
        """The memory for the chunk that follows."""
        return Memory(self._after, limit=self._limit)

    def before(self, expr: SeriesExpr) -> Kept | None:
        return self._before.get(id(expr))

    def keep(self, expr: SeriesExpr, kept: Kept) -> None:
        """Hand on to the next chunk. Raises `TooMuch` when all that is kept passes the limit."""
        self._after[id(expr)] = kept
        if (held := sum(one.state.size for one in self._after.values())) > self._limit:
            raise TooMuch(
                f"the expression remembers {held:,} values from one chunk to the next, the limit is {self._limit:,}; "
                "use a longer step, shorter rolling windows, or fewer lines"
            )


@dataclass(frozen=True)
class Continued:
    """The lines of a chunk, after them (from `absent` on) those that were there before only, as lines of nothing."""

    lines: Lines
    state: Values
    absent: int

    def with_values(self, values: Values, relabel: Callable[[str], str]) -> Lines:
        """The lines with their new values; of those that are absent now, only where there still is something to say."""
        lines = self.lines.with_values(values, self.lines.relabelled(relabel))
        said = ~np.isnan(values[self.absent :]).all(axis=1)
        if said.all():
            return lines
        return lines.take([*range(self.absent), *(self.absent + np.flatnonzero(said)).tolist()])


def continued(expr: SeriesExpr, input: SeriesExpr, lines: Lines, memory: Memory | None) -> Continued:
    """Put the lines of a chunk beside what is known of them."""
    count = len(lines)
    kept = memory.before(expr) if memory else None
    if kept is None:
        return Continued(lines, np.empty((count, 0)), count)
    place = {key: row for row, key in enumerate(kept.keys)}
    keys = _keys(input, lines)
    state = np.full((count, kept.state.shape[1]), np.nan)
    for line, key in enumerate(keys):
        if (row := place.pop(key, None)) is not None:
            state[line] = kept.state[row]
    rest = list(place.values())
    if rest:
        lines = Lines(
            (*lines.tags, *(kept.tags[row] for row in rest)),
            np.vstack((lines.values, np.full((len(rest), lines.values.shape[1]), np.nan))),
            (*(lines.label(line) for line in range(count)), *(kept.labels[row] for row in rest)),
            lines.messages,
        )
    return Continued(lines, np.vstack((state, kept.state[rest])), count)


def hand_on(expr: SeriesExpr, input: SeriesExpr, lines: Lines, state: Values, memory: Memory | None) -> None:
    """Keep a state for each line; a line of which nothing is known yet is as good as one that was never there."""
    if memory is None:
        return
    known = np.flatnonzero(~np.isnan(state).all(axis=1)).tolist()
    keys = _keys(input, lines)
    memory.keep(
        expr,
        Kept(
            tuple(keys[line] for line in known),
            tuple(lines.tags[line] for line in known),
            tuple(lines.label(line) for line in known),
            state[known],
        ),
    )


def nothing(expr: SeriesExpr, points: int, memory: Memory | None) -> Lines:
    """The empty line of an ungrouped result, under the name that it had in a chunk before, if it had one."""
    kept = memory.before(expr) if memory else None
    if memory is None or kept is None:
        return no_data(points)
    memory.keep(expr, kept)
    return Lines(kept.tags, np.full((1, points), np.nan), kept.labels)


def name(expr: SeriesExpr, lines: Lines, memory: Memory | None) -> Lines:
    """The one line of an ungrouped result as it is, its name kept for chunks in which there is nothing."""
    if memory:
        memory.keep(expr, Kept(((0, 0),), lines.tags, (lines.label(0),), np.empty((1, 0))))
    return lines


def _keys(input: SeriesExpr, lines: Lines) -> list[Key]:
    if input.sole:
        return [(None, line) for line in range(len(lines))]
    seen: Counter[Hashable] = Counter()
    keys: list[Key] = []
    for tags in lines.tags:
        identity = frozenset(tags.items())
        keys.append((identity, seen[identity]))
        seen[identity] += 1
    return keys
