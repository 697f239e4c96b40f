"""What the page's feed says, as JSON: `hello`, `index`, `topo`, `frame`, `gap`. Read by `assets/traffic/feed.mjs`.

A `topo` message names the nodes and edges of a view and where they stand; `frame` messages then carry figures only,
in the same order, so that a frame of a thousand edges stays small. A node or an edge of which the newest answer says
nothing is `null` in the frame: it is stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from vedette_dashboards.traffic.graph import Edge, Figures, Node, Snapshot, View
from vedette_dashboards.traffic.standing import Topology

RADII: Mapping[int, tuple[float, float]] = {0: (44.0, 72.0), 1: (13.0, 26.0), 2: (24.0, 40.0)}
"""The least and greatest radius of a node in layout units, by the depth of the view: they fit the layouts' gaps."""


def topo(topology: Topology) -> bytes:
    """A view's nodes, edges and places."""
    index = {node.name: number for number, node in enumerate(topology.nodes)}
    return orjson.dumps(
        {
            "version": topology.version,
            "view": list(topology.path),
            "entry": topology.entry,
            "radius": RADII[len(topology.path)],
            "nodes": [
                {"name": node.name, "label": node.label, "kind": node.kind, "virtual": node.virtual}
                for node in topology.nodes
            ],
            "edges": [
                {
                    "source": index[edge.source],
                    "target": index[edge.target],
                    "protocol": edge.protocol,
                    "virtual": edge.virtual,
                }
                for edge in topology.edges
            ],
            "pos": [(place.x, place.y) for place in topology.places],
        }
    )


def frame(topology: Topology, view: View, snapshot: Snapshot, seq: int, as_of_ms: float) -> bytes:
    """The figures of a view over one window. `as_of_ms` is the window's end on this process's clock.

    A node is `[level, rate, normal, warning, danger, p50, p95, p99, instances, alerts]`, an edge
    `[level, normal, warning, danger, p50, p95, p99, estimated]`.
    """
    return orjson.dumps(
        {
            "t": as_of_ms,
            "seq": seq,
            "topo": topology.version,
            "start": snapshot.start,
            "end": snapshot.end,
            "window": snapshot.window,
            "step": snapshot.step,
            "nodes": [_node(view.nodes.get(node.name)) for node in topology.nodes],
            "edges": [_edge(view.edges.get((edge.source, edge.target))) for edge in topology.edges],
        }
    )


def index(regions: Mapping[str, Sequence[str]]) -> bytes:
    """The services of each region, for the search."""
    return orjson.dumps({"regions": regions})


def gap(since_ms: float | None, sentence: str | None) -> bytes:
    """Why no newer frame comes, and since when; both None when they come again."""
    return orjson.dumps({"since": since_ms, "sentence": sentence})


def hello(now_ms: float, interval_s: float) -> bytes:
    """This process's clock, by which a browser can tell how old a frame is, and how often frames may come."""
    return orjson.dumps({"now": now_ms, "interval": interval_s})


def event(name: str, data: bytes, identity: str) -> bytes:
    """One server-sent event. `data` must be one line, as JSON from `orjson` is."""
    return b"event: %s\nid: %s\ndata: %s\n\n" % (name.encode(), identity.encode(), data)


def _node(node: Node | None) -> list[object] | None:
    if node is None:
        return None
    figures = node.figures
    return [figures.level, node.rate, *_outcomes(figures), *_quantiles(figures), node.instances, node.alerts]


def _edge(edge: Edge | None) -> list[object] | None:
    if edge is None:
        return None
    return [edge.figures.level, *_outcomes(edge.figures), *_quantiles(edge.figures), int(edge.estimated)]


def _outcomes(figures: Figures) -> tuple[float, float, float]:
    return figures.normal, figures.warning, figures.danger


def _quantiles(figures: Figures) -> tuple[float | None, float | None, float | None]:
    return figures.p50, figures.p95, figures.p99
