"""The examples, a service of each framework: one request crosses them all, and the graph shows who asked whom."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.support.ports import free_ports
from tests.support.processes import Engine, ask, engine
from tests.support.waiting import until

EXAMPLES = Path(__file__).parents[2] / "examples"
CHAIN = ("fastapi", "flask", "django", "aiohttp", "grpc")
EDGES = {
    ("INTERNET", "web"),
    ("web", "cart"),
    ("cart", "orders"),
    ("orders", "sqlite"),
    ("orders", "stock"),
    ("stock", "prices"),
}


@contextmanager
def example(framework: str, environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One of the services, in a process of its own."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, str(EXAMPLES / f"{framework}_service.py")],
            env={**os.environ, **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def edges(one: Engine) -> set[tuple[str, str]]:
    document: dict[str, Any] = one.get("/api/v1/traffic", window="2m").json()
    region: dict[str, Any] = next((node for node in document["nodes"] if node["name"] == "eu-north-1"), {})
    return {(connection["source"], connection["target"]) for connection in region.get("connections", ())}


def test_a_request_through_every_framework_shows_on_the_graph(tmp_path: Path) -> None:
    ports = free_ports(len(CHAIN))
    with engine(tmp_path / "data") as one, ExitStack() as services:
        log = tmp_path / "services.log"
        for place, framework in enumerate(CHAIN):
            environment = {
                "PORT": str(ports[place]),
                "VEDETTE_URL": one.url,
                "VEDETTE_STEP": "1s",
                "OTEL_RESOURCE_ATTRIBUTES": "cloud.region=eu-north-1",
            }
            if place + 1 < len(CHAIN):
                scheme = "" if CHAIN[place + 1] == "grpc" else "http://"
                environment["BEHIND"] = f"{scheme}127.0.0.1:{ports[place + 1]}"
            services.enter_context(example(framework, environment, log))

        def answer() -> bytes | None:
            try:
                found = ask(f"http://127.0.0.1:{ports[0]}/orders/7")
            except OSError:
                return None
            return found.body if found.status == 200 else None

        body = until(answer, seconds=60, what=lambda: f"an answer; they said:\n{log.read_text()}")
        assert b'"price":70' in body.replace(b" ", b"")
        until(lambda: edges(one) >= EDGES, seconds=30, what=lambda: f"{EDGES - edges(one)} beside {edges(one)}")
        # Before all had begun, some were asked that were not there; nobody else may be on it.
        assert edges(one) - EDGES <= {(caller, "127.0.0.1") for caller, _ in EDGES}
