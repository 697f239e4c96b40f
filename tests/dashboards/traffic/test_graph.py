"""From the upstream answer to facts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboards.traffic.world import World, vizceral_sample
from vedette_dashboards.traffic.graph import Unreadable, focus, read_snapshot


def test_a_node_keeps_what_it_reports_of_itself() -> None:
    world = World(failing={("us-east-1", "playback"): 0.25})
    node = read_snapshot(world.answer()).views["us-east-1",].nodes["playback"]
    assert (node.kind, node.virtual, node.instances, node.alerts) == ("service", False, 2, 1)
    assert node.rate == pytest.approx(24.6)
    assert node.figures.danger == pytest.approx(24.6 * 0.25)
    assert node.figures.level == "danger"
    assert node.figures.p95 == pytest.approx(0.012 * 3.1)


def test_a_node_that_reports_nothing_is_the_sum_of_its_callers() -> None:
    node = read_snapshot(World().answer()).views["us-east-1",].nodes["redis"]
    assert node.virtual
    assert node.rate == pytest.approx(49.5 + 9.6)
    assert node.figures.p95 is None, "quantiles of two callers cannot be added"


def test_the_entry_is_the_sum_of_the_calls_it_makes() -> None:
    view = read_snapshot(World().answer()).views["us-east-1",]
    assert view.entry == "INTERNET"
    assert view.nodes["INTERNET"].kind == "entry"
    assert view.nodes["INTERNET"].rate == pytest.approx(61.2)


def test_kinds_tell_regions_from_services_and_services_of_other_regions() -> None:
    views = read_snapshot(World().answer()).views
    assert {node.name: node.kind for node in views[()].nodes.values()} == {
        "INTERNET": "entry",
        "us-east-1": "region",
        "us-west-2": "region",
        "eu-west-1": "region",
    }
    assert views["us-east-1",].nodes["playback@us-west-2"].kind == "peer"


def test_a_recording_of_another_tool_reads_as_well() -> None:
    snapshot = read_snapshot(vizceral_sample())
    assert {path: len(view.nodes) for path, view in snapshot.views.items()} == {
        (): 4,
        ("us-east-1",): 73,
        ("us-west-2",): 78,
        ("eu-west-1",): 74,
    }
    view = snapshot.views["us-east-1",]
    received = [edge for edge in view.edges.values() if edge.target == "yuppifies"]
    assert view.nodes["yuppifies"].rate == pytest.approx(sum(edge.figures.rate for edge in received))
    assert len(snapshot.services()["us-east-1"]) == 72


def test_focus_keeps_a_service_its_neighbours_and_only_its_own_edges() -> None:
    view = focus(read_snapshot(World().answer()).views["us-east-1",], "catalog")
    assert view.path == ("us-east-1", "catalog")
    assert view.nodes.keys() == {"catalog", "api", "recommendations", "redis", "cassandra"}
    assert ("recommendations", "redis") not in view.edges
    assert focus(view, "nobody").nodes == {}


def test_an_empty_store_is_an_empty_graph() -> None:
    snapshot = read_snapshot({"renderer": "global", "name": "edge", "nodes": [], "connections": [], "window": 60})
    assert snapshot.views[()].nodes == {}
    assert snapshot.services() == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [([], "a list"), ({"error": "x"}, "error"), ("text", "a str"), (None, "NoneType"), ({"nodes": {}}, "nodes")],
)
def test_what_is_no_graph_is_refused_with_what_it_is(body: object, found: str) -> None:
    with pytest.raises(Unreadable, match=found):
        read_snapshot(body)


@pytest.mark.parametrize(
    "spoil",
    [
        {"source": None},
        {"target": "nobody"},
        {"metrics": None},
        {"metrics": {"normal": "many"}},
        {"metadata": {"p95": float("nan")}},
        {"source": "playback", "target": "playback"},
    ],
)
def test_a_spoilt_connection_costs_only_itself(spoil: dict[str, Any]) -> None:
    answer = World().answer()
    answer["nodes"][1]["connections"][2] |= spoil
    view = read_snapshot(answer).views["eu-west-1",]
    assert len(view.edges) >= 11
    assert all(edge.figures.rate >= 0 for edge in view.edges.values())
