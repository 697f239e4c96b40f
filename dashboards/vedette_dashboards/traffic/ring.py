"""Where the regions of the global graph stand: on a circle about the node by which traffic enters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import atan2, cos, hypot, pi, sin

from vedette_dashboards.traffic.layout import Place

RADIUS = 300.0
APART = 210.0
"""The least distance between two nodes on the circle, in layout units."""


def ring(
    nodes: Iterable[str], *, centre: str | None = None, standing: Mapping[str, Place] | None = None
) -> dict[str, Place]:
    """A place for every node: `centre` in the middle, the others by name on a circle wide enough to keep them apart.

    As in `layered`, a standing node never moves; a new one goes to the middle of the widest free arc, further out
    when that is too narrow for it.
    """
    names = sorted(set(nodes) - {centre})
    middle = {centre: Place(0.0, 0.0, 0)} if centre is not None and centre in set(nodes) else {}
    known = {name: place for name, place in (standing or {}).items() if name != centre}
    if not any(name in known for name in names):
        return {**middle, **_fresh(names)}
    for name in names:
        if name not in known:
            known[name] = _widest_arc(known.values())
    return {**middle, **{name: known[name] for name in names}}


def _fresh(names: list[str]) -> dict[str, Place]:
    count = len(names)
    if count == 0:
        return {}
    radius = max(RADIUS, APART / (2 * sin(pi / count))) if count > 1 else RADIUS
    start = {1: 0.0, 2: pi}.get(count, -pi / 2 if count % 2 else -pi / 2 + pi / count)
    return {name: _at(start + 2 * pi * index / count, radius) for index, name in enumerate(names)}


def _widest_arc(taken: Iterable[Place]) -> Place:
    places = list(taken)
    angles = sorted(atan2(place.y, place.x) for place in places)
    arcs = [(after - before, before) for before, after in zip(angles, [*angles[1:], angles[0] + 2 * pi], strict=True)]
    width, before = max(arcs, key=lambda arc: (round(arc[0], 6), -arc[1]))
    radius = RADIUS
    while True:
        place = _at(before + width / 2, radius)
        if all(hypot(place.x - other.x, place.y - other.y) >= APART * 0.9 for other in places):
            return place
        radius += APART / 2


def _at(angle: float, radius: float) -> Place:
    return Place(round(cos(angle) * radius, 1), round(sin(angle) * radius, 1), 1)
