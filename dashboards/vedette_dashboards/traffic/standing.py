"""One view kept over time: its nodes stay where they stand, and what falls silent is shown as stale before it goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette_dashboards.traffic.graph import Edge, Node, Path, View
from vedette_dashboards.traffic.layout import Place, Spacing, layered
from vedette_dashboards.traffic.ring import ring

KEEP_SILENT_S = 300.0
"""How long a node or an edge that had calls is still drawn (dashed) after the last answer that knew it."""

GROWTH = 0.5
"""A view is laid out anew when more than this share of nodes has come since the last time (it began with too few)."""

REMEMBERED = 2_000
"""The most places that are kept for nodes that have gone, in case they return."""

CLOSE_UP = Spacing(rank=300.0, column=190.0, row=104.0, tallest=9)


@dataclass(frozen=True, slots=True)
class Topology:
    """What stands in a view, in the order in which frames name it. `version` changes when anything in it does."""

    version: int
    path: Path
    entry: str | None
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    places: tuple[Place, ...]


@dataclass(slots=True)
class StandingView:
    """Takes in one view after another and keeps its topology. Not safe for use by two threads at once."""

    path: Path
    topology: Topology = field(init=False)
    fresh: View = field(init=False)
    _nodes: dict[str, tuple[Node, float]] = field(default_factory=dict)
    _edges: dict[tuple[str, str], tuple[Edge, float]] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)
    _laid_out: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.topology = Topology(0, self.path, None, (), (), ())
        self.fresh = View(self.path, {}, {}, None)

    def absorb(self, view: View, now_s: float) -> None:
        """Takes in the newest form of the view; `now_s` is any clock that only goes forward, in seconds."""
        self.fresh = view
        self._nodes |= {name: (node, now_s) for name, node in view.nodes.items()}
        self._edges |= {ends: (edge, now_s) for ends, edge in view.edges.items()}
        oldest = now_s - KEEP_SILENT_S
        self._nodes = {name: kept for name, kept in self._nodes.items() if kept[1] >= oldest}
        self._edges = {
            ends: kept
            for ends, kept in self._edges.items()
            if kept[1] >= oldest and ends[0] in self._nodes and ends[1] in self._nodes
        }
        entry = view.entry or self.topology.entry
        self._lay_out(entry if entry in self._nodes else None)
        self._publish(entry if entry in self._nodes else None)

    def _lay_out(self, entry: str | None) -> None:
        names = self._nodes.keys()
        if not self._laid_out or len(names - self._laid_out) > GROWTH * len(self._laid_out):
            self._places = {}
            self._laid_out = frozenset(names)
        if self.path:
            spacing = Spacing() if len(self.path) == 1 else CLOSE_UP
            places = layered(names, self._edges, entry=entry, standing=self._places, spacing=spacing)
        else:
            places = ring(names, centre=entry, standing=self._places)
        gone = [name for name in self._places if name not in places]
        for name in gone[: max(0, len(gone) - REMEMBERED)]:
            del self._places[name]
        self._places |= places

    def _publish(self, entry: str | None) -> None:
        nodes = tuple(self._nodes[name][0] for name in sorted(self._nodes))
        edges = tuple(self._edges[ends][0] for ends in sorted(self._edges))
        places = tuple(self._places[node.name] for node in nodes)
        new = Topology(self.topology.version, self.path, entry, nodes, edges, places)
        if _shape(new) != _shape(self.topology):
            new = Topology(self.topology.version + 1, self.path, entry, nodes, edges, places)
        self.topology = new


def _shape(topology: Topology) -> object:
    """What a topology message tells; figures, which frames tell, left out."""
    return (
        topology.entry,
        [(node.name, node.label, node.kind, node.virtual) for node in topology.nodes],
        [(edge.source, edge.target, edge.protocol, edge.virtual) for edge in topology.edges],
        topology.places,
    )
