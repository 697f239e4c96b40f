"""The global graph's layout: regions about the entry."""

from __future__ import annotations

from itertools import combinations
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from vedette_dashboards.traffic.layout import Place
from vedette_dashboards.traffic.messages import RADII
from vedette_dashboards.traffic.ring import ring

REGIONS = st.lists(st.integers(0, 30).map("region-{}".format), max_size=14, unique=True)


def apart(places: dict[str, Place]) -> bool:
    """No two nodes touch, however busy they are."""
    return all(
        hypot(one.x - other.x, one.y - other.y) > 2 * RADII[0][1] for one, other in combinations(places.values(), 2)
    )


@given(REGIONS)
def test_regions_stand_apart_about_the_entry(regions: list[str]) -> None:
    places = ring([*regions, "INTERNET"], centre="INTERNET")
    assert places["INTERNET"] == Place(0, 0, 0)
    assert places.keys() == {"INTERNET", *regions}
    assert apart(places)
    assert places == ring([*regions[::-1], "INTERNET"], centre="INTERNET")


@given(REGIONS.filter(bool), REGIONS)
def test_a_standing_region_does_not_move(before: list[str], after: list[str]) -> None:
    standing = ring([*before, "INTERNET"], centre="INTERNET")
    both = sorted({*before, *after})
    places = ring([*both, "INTERNET"], centre="INTERNET", standing=standing)
    assert {name: places[name] for name in standing} == standing
    assert apart(places)


def test_without_an_entry_all_stand_on_the_circle() -> None:
    assert len({(place.x, place.y) for place in ring(["a", "b", "c"]).values()}) == 3
