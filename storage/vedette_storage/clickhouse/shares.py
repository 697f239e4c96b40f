"""Which layer answers which part of a selection's window, so that the answer is that of the raw samples; pure.

A rollup can answer where its buckets fit into the steps of the selection and where no window is marked dirty; the layer
below it answers the rest, down to the raw samples, which can answer everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from vedette_storage.clickhouse.layers import Layer, Layers, Rollup
from vedette_storage.selection import Selection

WORTHWHILE_MS: Final = 2 * 3_600_000
"""In a shorter window the raw samples are read as fast as it takes to ask what is dirty."""

_MOST_STRETCHES: Final = 24
"""With more dirty stretches than this, those that lie close together are taken for one: a condition stays short."""


@dataclass(frozen=True, order=True)
class Stretch:
    """The time in (after, until]."""

    after_ms: int
    until_ms: int


@dataclass(frozen=True)
class Share:
    """What one layer answers: stretches in order, whose ends lie on its buckets."""

    layer: Layer
    stretches: tuple[Stretch, ...]


def fitting(selection: Selection, layers: Layers) -> tuple[Rollup, ...]:
    """The rollups whose buckets the steps of the selection are made of, finest first; none if it is not worth it."""
    if selection.points * selection.step_ms < WORTHWHILE_MS:
        return ()
    return tuple(
        one
        for one in layers.rollups
        if selection.step_ms % one.width_ms == 0 and selection.start_ms % one.width_ms == 0
    )


def shares(
    selection: Selection, raw: Layer, rollups: Collection[Rollup], dirty: Iterable[tuple[str, int]]
) -> tuple[Share, ...]:
    """The shares of the layers, coarsest first; what follows each other is disjoint, and together it is the window.

    `rollups` are the fitting ones, finest first; `dirty` holds signals with the ends of the windows that are marked
    with them, `writing` standing for the finest rollup there is.
    """
    marked: dict[str, list[int]] = {}
    for signal, window_ms in dirty:
        marked.setdefault(signal, []).append(window_ms)
    stale: list[Stretch] = []
    stale_of: dict[Rollup, list[Stretch]] = {}
    finest = True
    for rollup in rollups:
        ends = marked.get(rollup.signal, []) + (marked.get("writing", []) if finest else [])
        own = [Stretch(end - rollup.width_ms, end) for end in ends]
        stale = merged(aligned(stretch, rollup.width_ms) for stretch in (*own, *stale))
        stale_of[rollup] = stale
        finest = False
    rest = [Stretch(selection.start_ms - selection.step_ms, selection.end_ms)]
    found: list[Share] = []
    for rollup in reversed(tuple(rollups)):
        clean = without(rest, stale_of[rollup])
        if clean:
            found.append(Share(rollup, tuple(clean)))
        rest = without(rest, clean)
    return (*found, Share(raw, tuple(rest))) if rest else tuple(found)


def aligned(stretch: Stretch, width_ms: int) -> Stretch:
    """The stretch with its ends moved out to whole buckets."""
    return Stretch(stretch.after_ms // width_ms * width_ms, -(-stretch.until_ms // width_ms) * width_ms)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The time that any of the stretches covers, in order; with small gaps filled where there would be too many."""
    ordered = sorted(stretches)
    gap_ms = 0
    while True:
        found: list[Stretch] = []
        for one in ordered:
            if found and one.after_ms <= found[-1].until_ms + gap_ms:
                found[-1] = Stretch(found[-1].after_ms, max(found[-1].until_ms, one.until_ms))
            else:
                found.append(one)
        if len(found) <= _MOST_STRETCHES:
            return found
        ordered, gap_ms = found, max(60_000, 2 * gap_ms)


def without(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """The time of the stretches that none of the others covers, in order. Both are in order and disjoint."""
    rest = list(stretches)
    for other in others:
        rest = [
            part
            for one in rest
            for part in (
                Stretch(one.after_ms, min(one.until_ms, other.after_ms)),
                Stretch(max(one.after_ms, other.until_ms), one.until_ms),
            )
            if part.after_ms < part.until_ms
        ]
    return rest
