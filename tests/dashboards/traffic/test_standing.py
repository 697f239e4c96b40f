"""Views kept over time: places stay, the silent are stale before they go, a version tells that a map has changed."""

from __future__ import annotations

import orjson

from tests.dashboards.traffic.world import World
from vedette_dashboards.traffic import messages
from vedette_dashboards.traffic.graph import Path, Snapshot, View, read_snapshot
from vedette_dashboards.traffic.layout import Place
from vedette_dashboards.traffic.standing import KEEP_SILENT_S, StandingView, Topology
from vedette_dashboards.traffic.views import Views

EAST: Path = ("us-east-1",)


def snapshot(world: World) -> Snapshot:
    return read_snapshot(world.answer())


def east(world: World) -> View:
    return snapshot(world).views[EAST]


def places(topology: Topology) -> dict[str, Place]:
    return {node.name: place for node, place in zip(topology.nodes, topology.places, strict=True)}


def test_new_services_find_places_and_move_nobody() -> None:
    standing = StandingView(EAST)
    standing.absorb(east(World()), 0)
    before = places(standing.topology)
    standing.absorb(east(World(extra={("api", "search"): (5, 0.01), ("search", "redis"): (5, 0.01)})), 5)
    after = places(standing.topology)
    assert after.keys() - before.keys() == {"search"}
    assert {name: after[name] for name in before} == before
    assert standing.topology.version == 2


def test_figures_alone_make_no_new_topology() -> None:
    standing = StandingView(EAST)
    standing.absorb(east(World()), 0)
    standing.absorb(east(World(factor=3, failing={("us-east-1", "playback"): 0.5})), 5)
    assert standing.topology.version == 1


def test_what_falls_silent_is_stale_then_gone_and_returns_to_its_place() -> None:
    standing = StandingView(EAST)
    busy = World(extra={("api", "search"): (5, 0.01)})
    standing.absorb(east(busy), 0)
    place = places(standing.topology)["search"]
    standing.absorb(east(World()), KEEP_SILENT_S)
    assert places(standing.topology)["search"] == place
    message = orjson.loads(messages.frame(standing.topology, standing.fresh, snapshot(World()), 7, 0))
    names = [node.name for node in standing.topology.nodes]
    assert message["nodes"][names.index("search")] is None
    assert message["nodes"][names.index("api")] is not None
    standing.absorb(east(World()), KEEP_SILENT_S + 1)
    assert "search" not in places(standing.topology)
    standing.absorb(east(busy), KEEP_SILENT_S + 2)
    assert places(standing.topology)["search"] == place


def test_a_map_begun_with_two_nodes_is_laid_out_anew_once_it_has_grown() -> None:
    whole = east(World())
    begun = View(EAST, {name: whole.nodes[name] for name in ("INTERNET", "edge")}, {}, "INTERNET")
    standing = StandingView(EAST)
    standing.absorb(begun, 0)
    standing.absorb(whole, 5)
    fresh = StandingView(EAST)
    fresh.absorb(whole, 5)
    assert places(standing.topology) == places(fresh.topology)


def test_messages_name_nodes_once_and_figures_in_the_same_order() -> None:
    world = World(failing={("us-east-1", "playback"): 0.25})
    standing = StandingView(EAST)
    standing.absorb(east(world), 0)
    topo = orjson.loads(messages.topo(standing.topology))
    frame = orjson.loads(messages.frame(standing.topology, standing.fresh, snapshot(world), 3, 123.0))
    assert (topo["view"], topo["entry"], frame["topo"]) == (["us-east-1"], "INTERNET", topo["version"])
    assert (frame["t"], frame["seq"], frame["window"], frame["step"]) == (123.0, 3, 60.0, 10.0)
    assert len(topo["nodes"]) == len(topo["pos"]) == len(frame["nodes"])
    assert len(topo["edges"]) == len(frame["edges"])
    source, target = (
        next(number for number, node in enumerate(topo["nodes"]) if node["name"] == name)
        for name in ("api", "playback")
    )
    number = next(
        number for number, edge in enumerate(topo["edges"]) if (edge["source"], edge["target"]) == (source, target)
    )
    level, normal, warning, danger, p50, p95, p99, estimated = frame["edges"][number]
    assert (level, warning, estimated) == ("danger", 0, 0)
    connections = world.answer()["nodes"][2]["connections"]
    sent = next(each for each in connections if (each["source"], each["target"]) == ("api", "playback"))
    assert {"normal": normal, "warning": warning, "danger": danger} == sent["metrics"], "to the last digit"
    assert [p50, p95, p99] == [sent["metadata"][key] for key in ("p50", "p95", "p99")]
    assert frame["nodes"][target][:2] == ["danger", 24.6]


def test_an_event_is_one_line_of_data_whatever_the_names() -> None:
    odd = World(extra={("api", 'new\nline "quoted" <b>'): (1, 0.1)})
    standing = StandingView(EAST)
    standing.absorb(east(odd), 0)
    event = messages.event("topo", messages.topo(standing.topology), "b.1.1").decode()
    assert event.startswith("event: topo\nid: b.1.1\ndata: {")
    assert event.endswith("}\n\n")
    assert event.count("\n") == 4


def test_views_encode_once_for_all_and_again_only_for_news() -> None:
    views = Views()
    assert views.sheet(EAST) is None
    assert views.absorb(snapshot(World()), as_of_ms=1, now_s=1)
    sheet = views.sheet(EAST)
    assert sheet is not None
    assert views.sheet(EAST) is sheet is views.ready(EAST)
    assert not views.absorb(snapshot(World()), as_of_ms=2, now_s=2), "the same window says nothing new"
    assert views.sheet(EAST) is sheet
    assert views.absorb(snapshot(World(factor=2)), as_of_ms=3, now_s=3)
    again = views.sheet(EAST)
    assert again is not None
    assert (again.version, again.seq) == (sheet.version, sheet.seq + 1)


def test_a_service_of_its_own_and_an_unknown_one() -> None:
    views = Views()
    views.absorb(snapshot(World()), as_of_ms=1, now_s=1)
    service, unknown = views.sheet((*EAST, "catalog")), views.sheet((*EAST, "nobody"))
    assert service is not None
    assert unknown is not None
    assert {node["name"] for node in orjson.loads(service.topo)["nodes"]} == {
        "api",
        "recommendations",
        "catalog",
        "redis",
        "cassandra",
    }
    assert orjson.loads(unknown.topo)["nodes"] == []


def test_few_views_are_kept_and_unknown_ones_never() -> None:
    views = Views(most_kept=6)
    views.absorb(snapshot(World()), as_of_ms=1, now_s=1)
    for number in range(50):
        assert views.sheet((f"nowhere-{number}",)) is not None
        assert views.ready((f"nowhere-{number}",)) is None
    assert views.sheet(()) is not None
    for service in ("edge", "api", "catalog", "profiles", "playback"):
        assert views.sheet((*EAST, service)) is not None
    assert views.ready(()) is not None
    assert views.sheet((*EAST, "redis")) is not None
    assert views.ready(()) is None, "looked at longest ago"
    assert views.absorb(snapshot(World(factor=2)), as_of_ms=2, now_s=2)
    assert views.sheet(()) is not None
