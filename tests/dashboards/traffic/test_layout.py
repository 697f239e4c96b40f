"""The layout's promises for any call graph: same input, same places; nothing overlaps; nothing that stands moves."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dashboards.traffic.world import vizceral_sample
from vedette_dashboards.traffic.graph import read_snapshot
from vedette_dashboards.traffic.layout import Place, Spacing, keep_apart, layered
from vedette_dashboards.traffic.ranks import rank_nodes

NAMES = st.sampled_from([f"n{number:02}" for number in range(24)])
LINKS = st.lists(st.tuples(NAMES, NAMES), max_size=60)
GRAPHS = st.tuples(st.lists(NAMES, min_size=1, unique=True), LINKS)
SPACING = Spacing()


def apart(places: dict[str, Place]) -> bool:
    return all(
        abs(one.x - other.x) >= SPACING.column - 0.6 or abs(one.y - other.y) >= SPACING.row - 0.6
        for one, other in combinations(places.values(), 2)
    )


@given(GRAPHS, st.none() | NAMES)
def test_the_same_graph_has_the_same_layout_in_whatever_order_it_is_given(
    graph: tuple[list[str], list[tuple[str, str]]], entry: str | None
) -> None:
    nodes, links = graph
    assert layered(nodes, links, entry=entry) == layered(nodes[::-1], links[::-1] + links, entry=entry)


@given(GRAPHS, st.none() | NAMES)
def test_every_node_has_a_place_and_no_two_overlap(
    graph: tuple[list[str], list[tuple[str, str]]], entry: str | None
) -> None:
    nodes, links = graph
    places = layered(nodes, links, entry=entry)
    assert places.keys() == set(nodes)
    assert apart(places)


@given(GRAPHS, GRAPHS, st.none() | NAMES)
@settings(max_examples=200)
def test_what_stands_does_not_move_when_nodes_and_links_come_and_go(
    before: tuple[list[str], list[tuple[str, str]]], after: tuple[list[str], list[tuple[str, str]]], entry: str | None
) -> None:
    standing = layered(*before, entry=entry)
    places = layered(*after, entry=entry, standing=standing)
    assert places.keys() == set(after[0])
    if standing.keys() & places.keys():  # else nothing stands, and the layout is a fresh one
        assert {name: places[name] for name in standing if name in places} == {
            name: place for name, place in standing.items() if name in places
        }
        assert apart(places)
        assert apart({**standing, **places}), "a place of a node that has gone stays reserved"


@given(GRAPHS, st.none() | NAMES)
def test_ranks_follow_the_links_that_were_not_cut(
    graph: tuple[list[str], list[tuple[str, str]]], entry: str | None
) -> None:
    nodes, links = graph
    inner = [(a, b) for a, b in links if a in nodes and b in nodes]
    ranking = rank_nodes(nodes, inner, entry)
    assert all(ranking.rank[a] < ranking.rank[b] for a, b in inner if a != b and (a, b) not in ranking.back)
    if entry in nodes:
        assert [name for name, rank in ranking.rank.items() if rank == 0] == [entry]


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 23)), max_size=60))
def test_no_link_is_cut_where_there_is_no_cycle(pairs: list[tuple[int, int]]) -> None:
    links = [(f"n{min(pair):02}", f"n{max(pair):02}") for pair in pairs if pair[0] != pair[1]]
    assert rank_nodes({name for link in links for name in link}, links).back == frozenset()


def test_a_chain_runs_from_left_to_right_and_its_new_end_joins_on_the_right() -> None:
    links = [("INTERNET", "edge"), ("edge", "api"), ("api", "db")]
    places = layered({name for link in links for name in link}, links, entry="INTERNET")
    assert [places[name].x for name in ("INTERNET", "edge", "api", "db")] == [0, 230, 460, 690]
    longer = layered([*places, "disk"], [*links, ("db", "disk")], entry="INTERNET", standing=places)
    assert longer["disk"].x == 920


def test_a_tall_rank_is_split_into_sub_columns() -> None:
    leaves = [f"leaf{number:02}" for number in range(30)]
    places = layered(["hub", *leaves], [("hub", leaf) for leaf in leaves], entry="hub")
    assert len({places[leaf].x for leaf in leaves}) == 3
    height = max(place.y for place in places.values()) - min(place.y for place in places.values())
    assert height <= SPACING.row * SPACING.tallest
    assert apart(places)


def test_a_real_region_of_73_services_is_laid_out_without_overlap_and_not_too_tall() -> None:
    view = read_snapshot(vizceral_sample()).views["us-east-1",]
    places = layered(view.nodes, view.edges, entry=view.entry)
    assert len(places) == 73
    assert apart(places)
    width, height = (
        max(getattr(place, axis) for place in places.values()) - min(getattr(place, axis) for place in places.values())
        for axis in ("x", "y")
    )
    assert height <= 1_150
    assert 1 <= width / height <= 3


@given(st.lists(st.floats(-1e3, 1e3), max_size=30), st.floats(0.1, 50))
def test_kept_apart_keeps_order_gap_and_mean(wished: list[float], gap: float) -> None:
    heights = keep_apart(wished, gap)
    assert all(after - before >= gap - 1e-6 for before, after in pairwise(heights))
    assert sum(heights) == pytest.approx(sum(wished), abs=1e-6)
