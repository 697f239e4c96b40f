"""Which column each node of a call graph belongs to: cycles are cut, then callers stand left of those they call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The rank (column, 0 is leftmost) of each node; `order` has callers before callees; `back` are the cut links."""

    rank: Mapping[str, int]
    order: Sequence[str]
    back: frozenset[Link]


def rank_nodes(nodes: Iterable[str], links: Iterable[Link], entry: str | None = None) -> Ranking:
    """Longest-path ranks after a depth-first search has cut the cycles. The same graph always gives the same ranks.

    Every link that was not cut leads to a higher rank. The entry node stands alone in rank 0; another node that nobody
    calls stands just left of the first it calls, so that its links stay short.
    """
    names = sorted(set(nodes))
    forward = sorted({(a, b) for a, b in links if a != b})
    callees: dict[str, list[str]] = {name: [] for name in names}
    callers: dict[str, list[str]] = {name: [] for name in names}
    for a, b in forward:
        callees[a].append(b)
        callers[b].append(a)
    order, back = _search(names, callees, callers, entry)
    lowest = 1 if entry in callees else 0
    rank = dict.fromkeys(names, lowest)
    if entry in callees and entry is not None:
        rank[entry] = 0
    for name in order:
        for callee in callees[name]:
            if (name, callee) not in back:
                rank[callee] = max(rank[callee], rank[name] + 1)
    for name in reversed(order):
        below = [rank[callee] for callee in callees[name] if (name, callee) not in back]
        uncalled = all((caller, name) in back for caller in callers[name])
        if uncalled and below and name != entry:
            rank[name] = max(lowest, min(below) - 1)
    return Ranking(rank, order, frozenset(back))


def _search(
    names: Sequence[str], callees: Mapping[str, Sequence[str]], callers: Mapping[str, Sequence[str]], entry: str | None
) -> tuple[list[str], set[Link]]:
    """Depth-first order, callers first, and the links that close a cycle; starts at the entry, then at the uncalled."""
    starts = sorted(names, key=lambda name: (name != entry, bool(callers[name]), name))
    open_, done = set[str](), set[str]()
    finished: list[str] = []
    back: set[Link] = (
        {(caller, entry) for caller in callers[entry]} if entry is not None and entry in callers else set()
    )
    for start in starts:
        if start in done:
            continue
        open_.add(start)
        stack = [(start, iter(callees[start]))]
        while stack:
            name, rest = stack[-1]
            callee = next(rest, None)
            if callee is None:
                stack.pop()
                open_.discard(name)
                done.add(name)
                finished.append(name)
            elif callee in open_:
                back.add((name, callee))
            elif callee not in done and (name, callee) not in back:
                open_.add(callee)
                stack.append((callee, iter(callees[callee])))
    finished.reverse()
    return finished, back
