"""Where the nodes of a call graph stand: layers from left to right, callers before those they call.

A first layout ranks the nodes, orders each rank so that links cross little (barycentre sweeps), and spreads each
rank with a minimum gap, tall ranks in several sub-columns. A later one is given what stands already: **a standing
node never moves**, and new nodes are put into the free place nearest to their neighbours. Nothing here is random:
the same input gives the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from vedette_dashboards.traffic.ranks import Link, Ranking, rank_nodes

SWEEPS = 12
SPREADS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands, in layout units (a pixel at zoom 1), and its rank."""

    x: float
    y: float
    rank: int


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances in layout units. Two nodes are at least `column` apart in x, or `row` apart in y."""

    rank: float = 230.0
    column: float = 124.0
    row: float = 84.0
    tallest: int = 11  # nodes in one sub-column before a rank gets another one


WIDE = Spacing()


def layered(
    nodes: Iterable[str],
    links: Iterable[Link],
    *,
    entry: str | None = None,
    standing: Mapping[str, Place] | None = None,
    spacing: Spacing = WIDE,
) -> dict[str, Place]:
    """A place for every node. Links to unknown nodes and from a node to itself are ignored; `entry` comes first.

    `standing` are the places of an earlier layout: nodes found there keep theirs exactly; places of nodes that are
    gone may be among them, and stay reserved.
    """
    names = sorted(set(nodes))
    known = set(names)
    inner = sorted({(a, b) for a, b in links if a in known and b in known and a != b})
    ranking = rank_nodes(names, inner, entry)
    if standing and any(name in standing for name in names):
        return _join(ranking, inner, standing, entry=entry, spacing=spacing)
    return _fresh(ranking, inner, spacing)


def _fresh(ranking: Ranking, links: Sequence[Link], spacing: Spacing) -> dict[str, Place]:
    columns: dict[int, list[str]] = {}
    for name in ranking.order:
        columns.setdefault(ranking.rank[name], []).append(name)
    near = _neighbours(ranking.rank, links)
    _order_columns(columns, near)
    gaps = {rank: spacing.row / _sub_columns(len(column), spacing) for rank, column in columns.items()}
    y = _spread(columns, near, gaps)
    places: dict[str, Place] = {}
    x = 0.0
    for rank in sorted(columns):
        count = _sub_columns(len(columns[rank]), spacing)
        for index, name in enumerate(columns[rank]):
            places[name] = Place(round(x + index % count * spacing.column, 1), round(y[name], 1), rank)
        x += spacing.rank + (count - 1) * spacing.column
    return places


def _sub_columns(size: int, spacing: Spacing) -> int:
    return max(1, ceil(size / spacing.tallest))


def _neighbours(nodes: Iterable[str], links: Iterable[Link]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {name: [] for name in nodes}
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    return near


def _order_columns(columns: dict[int, list[str]], near: Mapping[str, Sequence[str]]) -> None:
    """Sorts each column by the mean place of its neighbours, to and fro; keeps the order with the shortest links."""

    def positions() -> dict[str, float]:
        return {name: (index + 0.5) / len(column) for column in columns.values() for index, name in enumerate(column)}

    def length(at: Mapping[str, float]) -> float:
        return sum(abs(at[a] - at[b]) for a in near for b in near[a])

    at = positions()
    best, shortest = {rank: list(column) for rank, column in columns.items()}, length(at)
    for sweep in range(SWEEPS):
        for rank in sorted(columns, reverse=sweep % 2 == 1):
            column = columns[rank]
            mean = {
                name: sum(at[other] for other in near[name]) / len(near[name]) if near[name] else at[name]
                for name in column
            }
            column.sort(key=lambda name: (mean[name], at[name]))
            at.update({name: (index + 0.5) / len(column) for index, name in enumerate(column)})
        now = length(at)
        if now < shortest - 1e-9:
            best, shortest = {rank: list(column) for rank, column in columns.items()}, now
    columns.update(best)


def _spread(
    columns: Mapping[int, Sequence[str]], near: Mapping[str, Sequence[str]], gaps: Mapping[int, float]
) -> dict[str, float]:
    """Heights: each column in its order, as near as the gap allows to the mean of its neighbours; all centred on 0."""
    y: dict[str, float] = {}
    for rank, column in columns.items():
        top = -gaps[rank] * (len(column) - 1) / 2
        y.update({name: top + index * gaps[rank] for index, name in enumerate(column)})
    for turn in range(SPREADS):
        for rank in sorted(columns, reverse=turn % 2 == 1):
            column = columns[rank]
            wished = [
                sum(y[other] for other in near[name]) / len(near[name]) if near[name] else y[name] for name in column
            ]
            y.update(zip(column, keep_apart(wished, gaps[rank]), strict=True))
    middle = (min(y.values()) + max(y.values())) / 2 if y else 0.0
    return {name: height - middle for name, height in y.items()}


def keep_apart(wished: Sequence[float], gap: float) -> list[float]:
    """The heights nearest (least squares) to the wished ones that keep their order and stand at least `gap` apart.

    With z[i] = y[i] - i * gap this is isotonic regression; solved by pooling adjacent violators.
    """
    pools: list[tuple[float, int]] = []  # (mean, how many)
    for index, wish in enumerate(wished):
        mean, size = wish - index * gap, 1
        while pools and pools[-1][0] >= mean:
            before, count = pools.pop()
            mean = (before * count + mean * size) / (count + size)
            size += count
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    return [mean + index * gap for index, mean in enumerate(flat)]


def _join(
    ranking: Ranking,
    links: Sequence[Link],
    standing: Mapping[str, Place],
    *,
    entry: str | None,
    spacing: Spacing,
) -> dict[str, Place]:
    """Puts the new nodes beside the standing ones, callers first."""
    names = ranking.rank.keys()
    taken = dict(standing)
    near = _neighbours(names, links)
    callers: dict[str, list[str]] = {name: [] for name in names}
    callees: dict[str, list[str]] = {name: [] for name in names}
    for a, b in links:
        if (a, b) not in ranking.back:
            callers[b].append(a)
            callees[a].append(b)
    lowest = 0 if entry is None else 1
    for name in ranking.order:
        if name in taken:
            continue
        before = [taken[other].rank for other in callers[name] if other in taken]
        after = [taken[other].rank for other in callees[name] if other in taken]
        if name == entry:
            rank = 0
        elif before:
            rank = max(before) + 1
        else:
            rank = max(lowest, min(after) - 1) if after else lowest
        heights = [taken[other].y for other in near[name] if other in taken]
        wish = sum(heights) / len(heights) if heights else 0.0
        taken[name] = _free_place(rank, wish, taken.values(), spacing)
    return {name: taken[name] for name in names}


def _free_place(rank: int, wish: float, taken: Iterable[Place], spacing: Spacing) -> Place:
    """The free place of a rank nearest to the wished height."""
    others = list(taken)
    best: tuple[float, float, float] | None = None
    for x in _columns_of(rank, others, spacing):
        close = sorted(other.y for other in others if abs(other.x - x) < spacing.column - 0.5)
        heights = [wish, *(y - spacing.row for y in close), *(y + spacing.row for y in close)]
        y = min(
            (height for height in heights if all(abs(height - other) >= spacing.row - 0.05 for other in close)),
            key=lambda height: (abs(height - wish), height),
        )
        if best is None or (abs(y - wish), x) < (best[0], best[1]):
            best = (abs(y - wish), x, y)
    if best is None:
        raise AssertionError("a rank has at least one column")
    return Place(round(best[1], 1), round(best[2], 1), rank)


def _columns_of(rank: int, others: Sequence[Place], spacing: Spacing) -> list[float]:
    """The x of a rank's sub-columns; a rank that nobody stands in yet gets one right of the ranks before it."""
    here = sorted({other.x for other in others if other.rank == rank})
    if here:
        return here
    lower = [other for other in others if other.rank < rank]
    if lower:
        last = max(other.rank for other in lower)
        return [max(other.x for other in lower) + spacing.rank * (rank - last)]
    first = min((other.x for other in others), default=0.0)
    return [first - spacing.rank]
