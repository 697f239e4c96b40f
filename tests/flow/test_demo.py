"""The whole house with its demo: one command, real traffic, faults that show, alerts, an end without orphans."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import House
from tests.support.processes import Answer, ask
from tests.support.waiting import until
from vedette.demo.topology import REGIONS, SERVICES, STORES, Map

FIRES_S = 120.0
"""How long all may take to fire, or to resolve: windows of six steps of 5 s, rules evaluated each 10 s, `for` 10 s."""


def region(document: dict[str, Any], name: str) -> dict[str, Any]:
    """One region's graph."""
    return next((node for node in document["nodes"] if node["name"] == name), {"nodes": [], "connections": []})


def fault(house: House, *words: str) -> str:
    """`vedette fault`, as a person types it."""
    command = [sys.executable, "-m", "vedette", "fault", *words, "--demo-port", str(house.demo_port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout


def firing(house: House) -> set[tuple[str, str, str]]:
    """The alerts that fire now: rule, app, region."""
    alerts = house.get("/api/v1/alerts").json()["alerts"]
    return {
        (one["rule"], one["labels"].get("app", ""), one["labels"].get("region", ""))
        for one in alerts
        if one["state"] == "firing"
    }


def test_the_terminal_says_where_to_go(house: House) -> None:
    said = house.said()
    for text in (house.url, house.pages, "Ctrl-C", "requests/s between the demo's services"):
        assert text in said


def test_every_region_has_its_services_and_the_stores_their_callers_know(house: House) -> None:
    everybody = {service.name for service in SERVICES} | set(STORES)

    def whole() -> bool:
        document = house.traffic()
        return all(everybody <= {node["name"] for node in region(document, one.name)["nodes"]} for one in REGIONS)

    until(whole, seconds=60, what="all services in all regions")
    nodes = {node["name"]: node["metadata"] for node in region(house.traffic(), "us-east-1")["nodes"]}
    assert nodes["redis"]["virtual"] is True
    assert nodes["playback"]["virtual"] is False
    until(lambda: playback(house)["instances"] == 2, seconds=30, what="two instances of playback")
    pairs = {(one["source"], one["target"]) for one in region(house.traffic(), "us-east-1")["connections"]}
    assert {("INTERNET", "edge"), ("edge", "api"), ("api", "playback"), ("catalog", "redis")} <= pairs


def playback(house: House) -> dict[str, Any]:
    """What the graph says of playback in us-east-1."""
    nodes = region(house.traffic(), "us-east-1")["nodes"]
    found: dict[str, Any] = next((node["metadata"] for node in nodes if node["name"] == "playback"), {"instances": 0})
    return found


def test_a_trace_crosses_the_services(house: House) -> None:
    def crossing() -> dict[str, Any] | None:
        traces = house.get("/api/v1/traces?app=playback&limit=50").json()["traces"]
        return next((one for one in traces if {"edge", "api", "playback", "catalog"} <= set(one["apps"])), None)

    found = until(crossing, seconds=30, what="a trace through four services")
    assert found["rootApp"] == "edge"
    assert house.get(f"/api/v1/traces/{found['traceId']}").json()["spans"]


FAULTS = {
    ("latency", "us-east-1", "playback"): ("SlowResponses", "playback", "us-east-1"),
    ("errors", "eu-west-1", "catalog"): ("HighErrors", "catalog", "eu-west-1"),
    ("dead", "eu-west-1", "playback"): ("InstanceDown", "playback", "eu-west-1"),
    ("failover", "us-west-2", "edge"): ("FailedOver", "edge", "us-west-2"),
}


def test_faults_fire_their_alerts_and_mending_resolves_them(house: House) -> None:
    expected = set(FAULTS.values())
    for (kind, where, service), _ in FAULTS.items():
        assert where in fault(house, kind, "on", "--region", where, "--service", service)
    seen: set[tuple[str, str, str]] = set()

    def all_fired() -> bool:
        seen.update(firing(house))
        return expected <= seen

    try:
        until(all_fired, seconds=FIRES_S, what=lambda: str(expected - seen))
    finally:
        for kind, where, service in FAULTS:
            fault(house, kind, "off", "--region", where, "--service", service)
    assert fault(house) == "Nothing is broken.\n"
    until(lambda: not expected & firing(house), seconds=FIRES_S, what="all of them resolved")
    resolved = {one["rule"] for one in house.get("/api/v1/alerts").json()["alerts"] if one["state"] == "resolved"}
    assert {"SlowResponses", "HighErrors", "InstanceDown", "FailedOver"} <= resolved


def test_a_dead_instance_comes_back(house: House) -> None:
    fault(house, "dead", "on", "--region", "us-east-1", "--service", "playback")
    port = next(p.port for p in where(house).instances("us-east-1", "playback"))
    until(lambda: not listens(port), what="its listener to close")
    fault(house, "dead", "off", "--region", "us-east-1", "--service", "playback")
    until(lambda: listens(port), what="its listener to open")


def where(house: House) -> Map:
    return Map(house.demo_port)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "flood", "region": "us-east-1", "service": "api", "on": True},
        {"kind": "latency", "region": "mars", "service": "api", "on": True},
        {"kind": "latency", "region": "us-east-1", "service": "api", "on": "perhaps"},
        {"kind": "latency"},
        [],
    ],
)
def test_a_fault_that_cannot_be_is_refused(house: House, body: object) -> None:
    answer = switch(house, body)
    assert answer.status == 400
    assert answer.json()["type"] == "error"


def switch(house: House, body: object) -> Answer:
    url = f"http://127.0.0.1:{house.demo_port}/faults"
    return ask(url, json.dumps(body).encode(), {"content-type": "application/json"})


def test_a_killed_engine_is_started_again_and_the_data_is_there(house: House) -> None:
    before = house.get("/api/v1/tags/app?q=name,ipc.server.call,:eq").json()
    assert before
    engine = next(pid for pid in house.family() if b"engine" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(engine, 9)
    until(lambda: "engine was ended by signal 9" in house.said(), what="the supervisor to notice")
    until(lambda: "engine runs again." in house.said(), seconds=60, what="the engine to run again")
    assert set(before) <= set(house.get("/api/v1/tags/app?q=name,ipc.server.call,:eq").json())


def test_ctrl_c_ends_everything_and_the_data_stays(tmp_path: Path) -> None:
    house = House(tmp_path / "data").start()
    now_ms = int(time.time() * 1000)
    before = counted(house, now_ms)
    assert len(house.family()) >= 6, "engine, dashboards, demo and its regions"
    assert house.interrupt() == 0
    assert house.family() == set()
    assert "did not end" not in house.said()
    ports = [house.port, house.otlp_port, house.pages_port, *(house.demo_port + offset for offset in range(40))]
    assert not [port for port in ports if listens(port)]
    house.start()
    assert counted(house, now_ms) >= before > 0
    family = house.family()
    house.kill()
    until(lambda: not house.family(), seconds=30, what=f"the end of {family}")


def counted(house: House, until_ms: int) -> float:
    """Requests that all services had answered until then; agents may still add to the last step."""
    query = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,:per-step"
    answer = house.get(f"/api/v1/graph?q={query}&s={until_ms - 600_000}&e={until_ms}&format=json").json()
    return sum(value for point in answer["values"] for value in point if isinstance(value, int | float))
