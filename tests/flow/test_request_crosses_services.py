"""A request crosses three services: its trace, and the edges between the services, can be read."""

from __future__ import annotations

import random
from typing import Any

from tests.support.company import CHAIN, Services
from tests.support.processes import Engine, ask
from tests.support.waiting import until


def traffic(engine: Engine) -> dict[str, Any]:
    """The only region's graph, or an empty one."""
    document = engine.get("/api/v1/traffic", window="2m").json()
    return next((node for node in document["nodes"] if node["name"] == "eu-north-1"), {"nodes": [], "connections": []})


def edges(engine: Engine) -> dict[tuple[str, str], int]:
    """Calls per pair over the two minutes of the window."""
    return {
        (one["source"], one["target"]): round(one["metadata"]["rate"] * 120) for one in traffic(engine)["connections"]
    }


def test_a_trace_and_its_edges(running: Engine) -> None:
    number = random.randint(10, 30)
    with Services(running.url) as services:
        for order in range(number):
            assert ask(f"{services.urls['shop']}/orders/{order}").status == 200
        failed = ask(f"{services.urls['shop']}/orders/none-such")
        assert failed.status == 422

    def whole() -> list[dict[str, Any]] | None:
        found = running.get("/api/v1/traces", app="ledger", limit="100").json()["traces"]
        return found if len(found) == number and all(one["spans"] == 5 for one in found) else None

    traces: list[dict[str, Any]] = until(whole, seconds=60, what="the traces")
    one = traces[0]
    assert one["rootApp"] == "shop"
    assert one["apps"] == sorted(CHAIN)

    spans = running.get(f"/api/v1/traces/{one['traceId']}").json()["spans"]
    by_id = {span["spanId"]: span for span in spans}
    way = [(span["app"], span["kind"]) for span in spans]
    assert sorted(way) == sorted(
        [("shop", "server"), ("shop", "client"), ("stock", "server"), ("stock", "client"), ("ledger", "server")]
    )
    ledger = next(span for span in spans if span["app"] == "ledger")
    up = []
    while ledger["parentId"]:
        ledger = by_id[ledger["parentId"]]
        up.append(ledger["app"])
    assert up == ["stock", "stock", "shop", "shop"]

    expected = {("INTERNET", "shop"): number + 1, ("shop", "stock"): number, ("stock", "ledger"): number}
    until(
        lambda: {pair: round(calls) for pair, calls in edges(running).items()} == expected,
        what=str(expected),
        seconds=60,
    )
    shop = next(node for node in traffic(running)["nodes"] if node["name"] == "shop")
    assert shop["metadata"]["instances"] == 1
    assert shop["metadata"]["virtual"] is False
