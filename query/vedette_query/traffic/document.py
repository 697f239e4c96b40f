"""The shape of the traffic document: Vizceral's recursive graph, with latency and provenance added in `metadata`.

Rates are per second, latencies in seconds (null when unknown), times in milliseconds, `window` and `step` in seconds.
The dictionaries with the key `class` are written as calls, since it is a word of the language.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

Health = Literal["normal", "warning", "danger"]


class Metrics(TypedDict):
    """Calls per second by outcome; the three add up to the rate."""

    normal: float
    warning: float
    danger: float


class Notice(TypedDict):
    """A sentence on a node or a connection. Vizceral shows it as HTML, so no text of a stranger may be in it."""

    title: str
    severity: int  # 0 information, 1 warning, 2 error


class Figures(TypedDict):
    """What is known of a stream of calls."""

    rate: float
    errors: float
    warnings: float
    errorPercent: float
    p50: float | None
    p95: float | None
    p99: float | None


class ServiceFigures(Figures):
    """The calls that a service receives in this graph (for INTERNET: that it sends), and the service itself."""

    virtual: bool  # reports nothing of itself in this region
    instances: int | None  # None where nothing of the kind is known
    alerts: int  # firing now


class LinkFigures(Figures):
    """The calls along one connection, and where the numbers come from."""

    protocol: str  # several are joined by commas
    estimated: bool  # some of it is derived from sampled spans
    virtual: bool  # one end reports nothing of itself


Service = TypedDict(
    "Service",
    {
        "name": str,
        "displayName": str,
        "renderer": Literal["focusedChild"],
        "class": Health,
        "metadata": ServiceFigures,
        "notices": list[Notice],
    },
)

Connection = TypedDict(
    "Connection",
    {
        "source": str,
        "target": str,
        "class": Health,
        "metrics": Metrics,
        "metadata": LinkFigures,
        "notices": list[Notice],
    },
)

Region = TypedDict(
    "Region",
    {
        "renderer": Literal["region"],
        "name": str,
        "displayName": str,
        "class": Health,
        "nodes": list[Service],
        "connections": list[Connection],
        "metadata": Figures | dict[str, object],  # the calls that enter the region; empty for the outside world
        "updated": NotRequired[int],
        "maxVolume": NotRequired[float],
        "entryNode": NotRequired[str],
    },
)


class Document(TypedDict):
    """The root: the global graph."""

    renderer: Literal["global"]
    name: Literal["edge"]
    serverUpdateTime: int
    window: int
    start: int
    end: int
    step: int
    nodes: list[Region]
    connections: list[Connection]
