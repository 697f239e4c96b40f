"""The traffic document: its shape against a real Vizceral document, its numbers against hand-made edges."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.traffic.edges import COMPANY, EAST, MINUTE, WEST
from vedette_query.traffic.graph import NOWHERE, Context, draw, places
from vedette_storage.edges import INTERNET, Edge

SAMPLE = Path(__file__).parents[2] / "data" / "vizceral-sample.json"

NAMES = st.sampled_from(["a", "b", "c", INTERNET])
REGIONS = st.sampled_from(["r1", "r2", ""])
EDGES = st.lists(
    st.builds(
        lambda src, src_region, dst, dst_region, calls, bad, worse, virtual: Edge(
            src, src_region, dst, dst_region, "http_1", calls, calls * bad, calls * worse, {50: calls}, virtual
        ),
        NAMES,
        REGIONS,
        st.sampled_from(["a", "b", "c", "d"]),
        REGIONS,
        st.integers(1, 10_000),
        st.floats(0, 0.5),
        st.floats(0, 0.5),
        st.booleans(),
    ),
    max_size=25,
)


def drawn(edges: list[Edge], *, only: str = "", context: Context | None = None) -> dict[str, Any]:
    """A document as a client sees it."""
    document = draw(edges, MINUTE, now_ms=1_790_000_067_000, context=context or Context(), only=only)
    found: dict[str, Any] = json.loads(json.dumps(document))
    return found


def region(document: Mapping[str, Any], name: str) -> Any:
    return next(node for node in document["nodes"] if node["name"] == name)


def node(graph: Mapping[str, Any], name: str) -> Any:
    return next(one for one in graph["nodes"] if one["name"] == name)


def link(graph: Mapping[str, Any], source: str, target: str) -> Any:
    return next(one for one in graph["connections"] if (one["source"], one["target"]) == (source, target))


def kinds(value: Mapping[str, Any]) -> dict[str, type]:
    """JSON kinds by key; Vizceral makes no difference between whole and other numbers."""
    return {key: float if isinstance(one, int) else type(one) for key, one in value.items()}


def test_every_level_has_the_keys_and_kinds_that_vizceral_reads() -> None:
    sample = json.loads(SAMPLE.read_text())
    ours = drawn(COMPANY)
    theirs_region, our_region = region(sample, EAST), region(ours, EAST)
    # `props` are Netflix's limits for a fail-over; sub-nodes of a service are its clusters, which we do not know.
    for theirs, mine, absent in [
        (sample, ours, set()),
        (region(sample, INTERNET), region(ours, INTERNET), set()),
        (theirs_region, our_region, {"props"}),
        (theirs_region["nodes"][1], our_region["nodes"][1], {"nodes", "node_type"}),
        (sample["connections"][0], ours["connections"][0], set()),
        (theirs_region["connections"][0], our_region["connections"][0], set()),
    ]:
        expected = {key: kind for key, kind in kinds(theirs).items() if key not in absent}
        found = kinds(mine)
        assert {key: found.get(key) for key in expected} == expected
    assert [ours["renderer"], our_region["renderer"]] == ["global", "region"]
    assert {one["renderer"] for one in our_region["nodes"]} == {"focusedChild"}


@pytest.mark.parametrize("name", [EAST, WEST])
def test_every_connection_ends_at_nodes_of_its_own_graph(name: str) -> None:
    document = drawn(COMPANY)
    for graph in (document, region(document, name)):
        known = [one["name"] for one in graph["nodes"]]
        assert len(known) == len(set(known))
        for one in graph["connections"]:
            assert {one["source"], one["target"]} <= set(known)


def test_the_envelope_says_what_it_covers() -> None:
    document = drawn(COMPANY)
    assert (document["window"], document["step"]) == (60, 10)
    assert (document["start"], document["end"]) == (MINUTE.start_ms, MINUTE.end_ms)
    assert document["serverUpdateTime"] == 1_790_000_067_000


def test_the_world_shows_entering_and_crossing_traffic() -> None:
    document = drawn(COMPANY)
    assert [one["name"] for one in document["nodes"]] == [INTERNET, EAST, WEST]
    assert [(one["source"], one["target"]) for one in document["connections"]] == [(INTERNET, EAST), (EAST, WEST)]
    assert link(document, INTERNET, EAST)["metrics"] == {"normal": 9.9, "warning": 0.1, "danger": 0.0}
    assert link(document, EAST, WEST)["metrics"] == {"normal": 1.0, "warning": 0.0, "danger": 0.0}


def test_a_connection_has_rates_by_outcome_and_merged_latency() -> None:
    playback = link(region(drawn(COMPANY), EAST), "edge", "playback")
    assert playback["metrics"] == {"normal": 4.5, "warning": 0.0, "danger": 0.5}
    assert playback["class"] == "danger"
    assert playback["metadata"]["errorPercent"] == 10.0
    assert playback["metadata"]["p50"] == pytest.approx(0.011184809)  # all of the lower half is in this bucket
    assert playback["metadata"]["p95"] == pytest.approx(0.039146836 + 0.9 * (0.044739241 - 0.039146836), rel=1e-6)
    assert playback["notices"] == [{"title": "10.0 % of calls fail", "severity": 2}]


def test_protocols_of_one_pair_are_one_connection() -> None:
    catalog = link(region(drawn(COMPANY), WEST), "playback", "catalog")
    assert catalog["metadata"]["protocol"] == "grpc,http_1"
    assert catalog["metadata"]["rate"] == 2.0
    assert catalog["metadata"]["estimated"] is True
    assert catalog["class"] == "warning"  # 2 of 120
    assert {notice["title"] for notice in catalog["notices"]} == {
        "1.7 % of calls fail",
        "Estimated from sampled spans",
    }


def test_a_call_to_another_region_is_seen_from_both() -> None:
    document = drawn(COMPANY)
    east, west = region(document, EAST), region(document, WEST)
    assert link(east, "edge", f"playback@{WEST}")["metadata"]["rate"] == 1.0
    assert link(west, f"edge@{EAST}", "playback")["metadata"]["rate"] == 1.0
    assert node(east, f"playback@{WEST}")["metadata"]["virtual"] is True
    assert node(west, f"edge@{EAST}")["metadata"]["virtual"] is True
    assert node(west, "playback")["metadata"]["virtual"] is False


def test_a_service_counts_what_it_receives() -> None:
    east = region(drawn(COMPANY), EAST)
    playback = node(east, "playback")
    assert playback["metadata"]["rate"] == 5.0
    assert playback["metadata"]["errors"] == 0.5
    assert playback["class"] == "danger"
    assert node(east, INTERNET)["metadata"]["rate"] == 10.0
    assert node(east, INTERNET)["metadata"]["virtual"] is True


def test_a_store_seen_only_by_its_clients_is_virtual_and_stands_where_they_are() -> None:
    cassandra = node(region(drawn(COMPANY), EAST), "cassandra")
    assert cassandra["metadata"]["virtual"] is True
    assert cassandra["metadata"]["p50"] is None


def test_a_service_that_reports_in_one_region_may_be_silent_in_another() -> None:
    edges = [*COMPANY, Edge("edge", WEST, "playback", "", "http_1", 6, 0, 0, virtual=True)]
    edges.append(Edge("edge", EAST, "redis", EAST, "resp", 6, 0, 0, virtual=True))
    document = drawn(edges)
    assert node(region(document, EAST), "redis")["metadata"]["virtual"] is True
    assert node(region(document, WEST), "playback")["metadata"]["virtual"] is False
    assert node(region(document, EAST), "playback")["metadata"]["virtual"] is False


def test_a_region_is_as_unwell_as_its_worst_service() -> None:
    document = drawn(COMPANY)
    assert region(document, EAST)["class"] == "danger"
    assert region(document, WEST)["class"] == "warning"
    assert region(document, EAST)["entryNode"] == INTERNET
    assert region(document, EAST)["maxVolume"] == 10.0
    assert "entryNode" not in region(document, WEST)  # nothing enters there from the outside


def test_thresholds_of_the_classes_are_inclusive() -> None:
    for errors, health in [(0, "normal"), (0.9, "normal"), (1, "warning"), (4.9, "warning"), (5, "danger")]:
        edges = [Edge("a", "r", "b", "r", "http_1", 100, 50, errors)]
        assert link(region(drawn(edges), "r"), "a", "b")["class"] == health


def test_services_without_a_region_have_a_graph_of_their_own() -> None:
    document = drawn([Edge(INTERNET, "", "solo", "", "http_1", 60, 0, 0)])
    assert [one["name"] for one in document["nodes"]] == [INTERNET, NOWHERE]


def test_one_region_alone() -> None:
    document = drawn(COMPANY, only=EAST)
    assert [one["name"] for one in document["nodes"]] == [INTERNET, EAST]
    assert [(one["source"], one["target"]) for one in document["connections"]] == [(INTERNET, EAST)]
    assert region(document, EAST) == region(drawn(COMPANY), EAST)


def test_nothing_stored_is_an_empty_graph() -> None:
    document = drawn([])
    assert (document["nodes"], document["connections"]) == ([], [])
    assert drawn([Edge("a", "r", "b", "r", "http_1", 0, 0, 0)])["nodes"] == []


def test_instances_and_alerts_are_shown_on_their_service() -> None:
    context = Context(instances={("playback", EAST): 2}, alerts={("playback", EAST): 1})
    east = region(drawn(COMPANY, context=context), EAST)
    playback = node(east, "playback")
    assert (playback["metadata"]["instances"], playback["metadata"]["alerts"]) == (2, 1)
    assert playback["notices"][0] == {"title": "1 alert firing", "severity": 2}
    assert node(east, "edge")["metadata"]["instances"] is None


def test_names_of_strangers_are_in_no_notice() -> None:
    edges = [Edge("<b>evil</b>", EAST, "<img src=x>", EAST, "http_1", 10, 0, 10, virtual=True, estimated=True)]
    east = region(drawn(edges), EAST)
    notices = [notice["title"] for one in (*east["nodes"], *east["connections"]) for notice in one["notices"]]
    assert notices
    assert not any("<" in title for title in notices)


@settings(deadline=None, max_examples=60)
@given(EDGES)
def test_every_call_is_counted_once_in_each_graph_it_touches(edges: list[Edge]) -> None:
    document = drawn(edges)
    seconds = MINUTE.seconds
    inside = [one for one in document["nodes"] if one["name"] != INTERNET]
    for graph in inside:
        expected = math.fsum(edge.calls for edge in edges if graph["name"] in {place[1] for place in places([edge])})
        shown = math.fsum(rate for one in graph["connections"] for rate in one["metrics"].values())
        assert shown == pytest.approx(expected / seconds, rel=1e-9)
    crossing = math.fsum(edge.calls for edge in edges if len({place[1] for place in places([edge])}) == 2)
    shown = math.fsum(rate for one in document["connections"] for rate in one["metrics"].values())
    assert shown == pytest.approx(crossing / seconds, rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(EDGES)
def test_a_service_receives_what_its_connections_bring(edges: list[Edge]) -> None:
    for graph in drawn(edges)["nodes"]:
        for one in graph["nodes"]:
            if one["name"] == INTERNET:
                continue
            incoming = [link for link in graph["connections"] if link["target"] == one["name"]]
            assert one["metadata"]["rate"] == pytest.approx(
                math.fsum(link["metadata"]["rate"] for link in incoming), rel=1e-9
            )
