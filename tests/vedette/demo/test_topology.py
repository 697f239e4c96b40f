"""The company's plan is whole: every call has somebody who answers it, and every listener a port of its own."""

import pytest

from vedette.demo.topology import JOURNEYS, PORTS_PER_REGION, REGIONS, SERVICES, STORES, Map, next_region


def test_every_call_is_answered_by_somebody() -> None:
    answered = {(service.name, one.method, one.path) for service in SERVICES for one in service.endpoints}
    for service in SERVICES:
        for endpoint in service.endpoints:
            for call in (call for stage in endpoint.stages for call in stage):
                assert call.to in STORES or (call.to, call.method, call.path) in answered


def test_users_ask_the_edge_for_what_it_has() -> None:
    edge = next(service for service in SERVICES if service.name == "edge")
    assert {(method, path) for method, path, _ in JOURNEYS} == {(one.method, one.path) for one in edge.endpoints}
    assert sum(weight for *_, weight in JOURNEYS) == pytest.approx(1)


def test_no_two_listeners_share_a_port_and_all_lie_in_the_forty() -> None:
    ports = [place.port for place in Map(7200).places()]
    assert len(ports) == len(set(ports))
    assert min(ports) > 7200
    assert max(ports) < 7200 + PORTS_PER_REGION * (len(REGIONS) + 1)


def test_six_services_in_each_of_three_regions_and_two_playbacks() -> None:
    where = Map()
    for region in REGIONS:
        here = {place.service for place in where.places() if place.region == region.name}
        assert here == {"edge", "api", "playback", "catalog", "profiles", "recommendations", *STORES}
        assert len(where.instances(region.name, "playback")) == 2


def test_only_data_stores_need_a_name_from_outside() -> None:
    assert set(Map().peers().values()) == set(STORES)
    assert len(Map().peers()) == len(STORES) * len(REGIONS)


def test_fail_over_goes_round() -> None:
    names = [region.name for region in REGIONS]
    assert [next_region(name) for name in names] == [*names[1:], names[0]]
