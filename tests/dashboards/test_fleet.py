"""Apps and their neighbours from the traffic graph."""

from __future__ import annotations

from typing import Any

import pytest

from vedette_dashboards.fleet import App, Flow, firing, fleet, neighbours, state


def node(name: str, rate: float | None = 10.0, errors: float = 0.0, **facts: Any) -> dict[str, Any]:
    measured = {} if rate is None else {"rate": rate, "errorPercent": 100 * errors / rate if rate else 0.0}
    return {"name": name, "metadata": {**measured, **({"errors": errors} if rate is not None else {}), **facts}}


def call(source: str, target: str, normal: float, danger: float = 0.0, **facts: Any) -> dict[str, Any]:
    metrics = {"normal": normal, "warning": 0.0, "danger": danger}
    return {"source": source, "target": target, "metrics": metrics, "metadata": facts}


def world(**regions: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> dict[str, Any]:
    nodes = [
        {"name": name, "updated": 1000 + n, "nodes": [node("INTERNET"), *inside], "connections": connections}
        for n, (name, (inside, connections)) in enumerate(regions.items())
    ]
    outside = [call("INTERNET", name, 5.0, 0.5) for name in regions]
    return {"nodes": [{"name": "INTERNET", "nodes": [], "connections": []}, *nodes], "connections": outside}


def test_worst_first_then_by_name() -> None:
    found = fleet(
        world(
            east=(
                [
                    node("zeta"),
                    node("beta"),
                    node("bad", errors=1.0),
                    node("worse", errors=4.0),
                    node("so-so", errors=0.2),
                ],
                [],
            )
        )
    )
    assert [app.name for app in found.apps] == ["worse", "bad", "so-so", "beta", "zeta"]
    assert [app.health for app in found.apps] == ["danger", "danger", "warning", "ok", "ok"]
    assert found.count("danger") == 2


def test_regions_add_up_and_the_slowest_stands() -> None:
    traffic = world(
        east=([node("api", 10.0, p99=0.1, instances=2)], []), west=([node("api", 30.0, p99=0.4, instances=1)], [])
    )
    api = fleet(traffic).app("api")
    assert api is not None
    assert (api.flow.rate, api.flow.p99, api.instances) == (40.0, 0.4, 3)
    assert sorted(api.regions) == ["east", "west"]


def test_one_failing_region_makes_the_app_failing() -> None:
    traffic = world(east=([node("api", 10.0, errors=1.0)], []), west=([node("api", 990.0)], []))
    api = fleet(traffic).app("api")
    assert api is not None
    assert (api.flow.error_percent, api.health) == (0.1, "danger")


def test_a_virtual_app_without_figures_takes_those_of_its_callers() -> None:
    store = node("redis", None, virtual=True)
    traffic = world(east=([store], [call("api", "redis", 7.0, 1.0, p99=0.02), call("web", "redis", 2.0, p99=0.05)]))
    redis = fleet(traffic).app("redis")
    assert redis is not None
    assert (redis.flow.rate, redis.flow.failed, redis.flow.p99, redis.virtual) == (10.0, 1.0, 0.05, True)


def test_an_app_seen_from_another_region_is_not_virtual_when_it_reports_somewhere() -> None:
    traffic = world(east=([node("api", virtual=True)], []), west=([node("api", virtual=False)], []))
    api = fleet(traffic).app("api")
    assert api is not None
    assert not api.virtual


def test_entries_for_other_regions_and_the_outside_are_no_apps() -> None:
    found = fleet(world(east=([node("api"), node("playback@west")], [])))
    assert [app.name for app in found.apps] == ["api"]
    assert found.outside.rate == 5.5
    assert found.newest == 1000


def test_neighbours_over_regions_count_once() -> None:
    traffic = world(
        east=([], [call("api", "playback@west", 3.0), call("api", "catalog", 1.0), call("INTERNET", "api", 9.0)]),
        west=([], [call("api@east", "playback", 3.0), call("web", "playback", 4.0, 1.0)]),
    )
    callers, _ = neighbours(traffic, "playback")
    assert {name: flow.rate for name, flow in callers.items()} == {"web": 5.0, "api": 3.0}
    assert list(callers) == ["web", "api"]
    callers, callees = neighbours(traffic, "api")
    assert {name: flow.rate for name, flow in callees.items()} == {"playback": 3.0, "catalog": 1.0}
    assert list(callers) == ["INTERNET"]


def test_a_firing_alert_is_a_warning_and_never_hides_a_failure() -> None:
    assert App("a", Flow(10.0), alerts=1).health == "warning"
    assert App("a", Flow(10.0, 5.0), alerts=1).health == "danger"
    assert App("a", Flow(), alerts=0).health == "quiet"
    counted = firing(
        {"alerts": [{"state": "firing", "labels": {"app": "a"}}, {"state": "pending", "labels": {"app": "a"}}]}
    )
    assert counted == {"a": 1}


@pytest.mark.parametrize(
    ("failed", "word"),
    [(0.0, "ok"), (0.99, "ok"), (1.0, "warning"), (4.99, "warning"), (5.0, "danger"), (100.0, "danger")],
)
def test_the_limits_are_the_apis(failed: float, word: str) -> None:
    assert state(Flow(100.0, failed)) == word


def test_nothing_stored_is_no_error() -> None:
    found = fleet({"nodes": [], "connections": []})
    assert (found.apps, found.outside.rate, found.newest) == ((), 0.0, None)
    assert neighbours({"nodes": [], "connections": []}, "api") == ({}, {})
