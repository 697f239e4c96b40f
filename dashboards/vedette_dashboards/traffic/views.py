"""All views that somebody looks at, kept over time and encoded once for all who look."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from vedette_dashboards.traffic import messages
from vedette_dashboards.traffic.graph import Path, Snapshot, View, focus
from vedette_dashboards.traffic.standing import StandingView

MOST_VIEWS = 256
"""Views kept at once; the one looked at longest ago is forgotten first, and is laid out anew when asked for again."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be sent of one view now: two encoded messages and the numbers that tell whether a browser has them."""

    version: int
    topo: bytes
    seq: int
    frame: bytes


class Views:
    """Takes in snapshots and hands out sheets; safe for use by several threads."""

    def __init__(self, most_kept: int = MOST_VIEWS) -> None:
        self._most_kept = most_kept
        self._kept: OrderedDict[Path, StandingView] = OrderedDict()
        self._sheets: dict[Path, Sheet] = {}
        self._snapshot: Snapshot | None = None
        self._as_of_ms = 0.0
        self._now_s = 0.0
        self._lock = Lock()
        self.seq = 0
        self.index = messages.index({})

    def absorb(self, snapshot: Snapshot, *, as_of_ms: float, now_s: float) -> bool:
        """Takes in a snapshot; False when it says nothing new. `as_of_ms`: its window's end on this process's clock."""
        with self._lock:
            kept = self._snapshot
            if kept is not None and (kept.end, kept.views) == (snapshot.end, snapshot.views):
                return False
            self._snapshot, self._as_of_ms, self._now_s = snapshot, as_of_ms, now_s
            self.seq += 1
            self.index = messages.index(snapshot.services())
            self._sheets.clear()
            for path in {(), *snapshot.views, *self._kept}:
                self._update(path, snapshot)
            return True

    def ready(self, path: Path) -> Sheet | None:
        """The sheet of a view if it is encoded already; never waits."""
        return self._sheets.get(path)

    def sheet(self, path: Path) -> Sheet | None:
        """What is to be sent of a view; None before the first snapshot."""
        with self._lock:
            if self._snapshot is None:
                return None
            if path not in self._kept:
                if not _view(path, self._snapshot).nodes:  # a name that nobody has must push out no map of others
                    return self._encode(StandingView(path), self._snapshot)
                self._update(path, self._snapshot)
            self._kept.move_to_end(path)
            if path not in self._sheets:
                self._sheets[path] = self._encode(self._kept[path], self._snapshot)
            return self._sheets[path]

    def _encode(self, standing: StandingView, snapshot: Snapshot) -> Sheet:
        topology = standing.topology
        frame = messages.frame(topology, standing.fresh, snapshot, self.seq, self._as_of_ms)
        return Sheet(topology.version, messages.topo(topology), self.seq, frame)

    def _update(self, path: Path, snapshot: Snapshot) -> None:
        if path not in self._kept:
            while len(self._kept) >= self._most_kept:
                forgotten, _ = self._kept.popitem(last=False)
                self._sheets.pop(forgotten, None)
            self._kept[path] = StandingView(path)
        self._kept[path].absorb(_view(path, snapshot), self._now_s)


def _view(path: Path, snapshot: Snapshot) -> View:
    empty = View(path, {}, {}, None)
    if len(path) < 2:
        return snapshot.views.get(path, empty)
    region = snapshot.views.get(path[:1])
    return focus(region, path[1]) if region is not None else empty
