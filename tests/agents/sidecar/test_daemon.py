"""The sidecar as others meet it: real sockets, a real client of another's make, packets lost and found."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from spectator.config import Config
from spectator.registry import Registry as SpectatorRegistry
from spectator.stopwatch import StopWatch

from tests.agents.readings import Measured, measured
from tests.agents.stand_in import StandIn
from tests.support.ports import free_ports
from tests.support.waiting import until
from vedette_agent import MemoryTransport, Settings, wire
from vedette_agent.sidecar.daemon import Daemon, Places
from vedette_agent.sidecar.kernel import udp
from vedette_agent.sidecar.listeners import CannotListen, UnixListener

ANY = -1
SETTINGS = Settings(app="checkout", process_metrics=False, tracing=False)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    places = Places(port=ANY, statsd_port=ANY, admin_port=ANY, socket_path=tmp_path / "run" / "spectatord.unix")
    with Daemon(SETTINGS, places, transport=MemoryTransport()) as running:
        yield running


def seen(daemon: Daemon, wanted: Callable[[Measured], bool]) -> Measured:
    """What was measured, added up until it is as wanted."""
    together: Measured = {}

    def there() -> bool:
        for key, value in measured(daemon.agent.registry.read(1)).items():
            together[key] = together.get(key, 0.0) + value if ("statistic", "count") in key else value
        return wanted(together)

    until(there, seconds=10, what="the meters")
    return together


def tagged(name: str, statistic: str, **tags: str) -> tuple[Any, ...]:
    return (name, *sorted({"app": "checkout", "statistic": statistic, **tags}.items()))


@pytest.mark.parametrize("way", ["udp", "unix"])
def test_spectators_python_client_works_unchanged(daemon: Daemon, tmp_path: Path, way: str) -> None:
    place = {"udp": f"udp://127.0.0.1:{daemon.port}", "unix": f"unix://{tmp_path}/run/spectatord.unix"}[way]
    client = SpectatorRegistry(Config(place, {"platform": "test"}))
    client.counter("requests", {"id": "ok", "odd": "ä b"}).increment(3)
    client.gauge("depth", ttl_seconds=60).set(7)
    client.max_gauge("most").set(9)
    client.age_gauge("backup").now()
    client.timer("call").record(0.25)
    client.pct_timer("latency").record(0.01)
    client.distribution_summary("size").record(10)
    client.pct_distribution_summary("rows").record(100)
    with StopWatch(client.timer("block")):
        pass
    monotonic = client.monotonic_counter("total")
    monotonic.set(10)
    monotonic.set(30)
    done = tagged("block", "count", platform="test")
    found = seen(
        daemon, lambda found: found.get(done, 0) > 0 and found.get(tagged("total", "count", platform="test"), 0) > 0
    )
    assert found[tagged("requests", "count", platform="test", id="ok", odd="__b")] == 0.3
    assert found[tagged("depth", "gauge", platform="test")] == 7
    assert found[tagged("most", "max", platform="test")] == 9
    assert 0 <= found[tagged("backup", "gauge", platform="test")] < 10
    assert found[tagged("latency", "percentile", platform="test", percentile="T0064")] == 0.1
    assert found[tagged("total", "count", platform="test")] == 2.0
    client.close()


def test_statsd_lines_are_taken(daemon: Daemon) -> None:
    port = [one.port for one in daemon.listeners if hasattr(one, "port")][-1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(
            b"hits:3|c|@0.5|#kind:a,urgent\ncall:250|ms|@0.5\nqueue:7|g\nqueue:-2|g\nsize:1:2:3|h\nx:1|s\n",
            ("127.0.0.1", port),
        )
    found = seen(
        daemon,
        lambda found: (
            tagged("spectatord.parseErrors", "count", id="statsd") in found
            and found.get(tagged("hits", "count", kind="a", urgent="1"), 0) > 0
        ),
    )
    assert found[tagged("hits", "count", kind="a", urgent="1")] == 0.6
    assert found[tagged("call", "count")] == 0.2
    assert found[tagged("queue", "gauge")] == 5
    assert found[tagged("size", "totalAmount")] == 0.6
    assert found[tagged("spectatord.parseErrors", "count", id="statsd")] == 0.1


def ask(url: str, method: str = "GET", body: bytes | None = None) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, method=method), timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_admin_port_tells_and_forgets(daemon: Daemon) -> None:
    assert daemon.admin is not None
    url = f"http://127.0.0.1:{daemon.admin.port}"
    registry = daemon.agent.registry
    registry.gauge("depth", {"q": "a"}).set(1)
    registry.gauge("depth", {"q": "b"}).set(1)
    registry.age_gauge("backup").now()
    registry.counter("hits").increment()
    assert ask(f"{url}/metrics")[1]["Gauge"] == ["depth,q=a", "depth,q=b", "spectatord.udpRxQueue"]
    assert ask(f"{url}/metrics/g/depth,q=a", "DELETE") == (200, {"deleted": 1})
    assert ask(f"{url}/metrics/A", "DELETE") == (200, {"deleted": 1})
    assert ask(f"{url}/metrics/c", "DELETE")[0] == 404
    found = measured(registry.read(1))
    assert tagged("depth", "gauge", q="a") not in found
    assert found[tagged("depth", "gauge", q="b")] == 1
    assert tagged("backup", "gauge") not in found
    assert ask(f"{url}/config")[1]["common_tags"] == {"app": "checkout"}
    assert ask(f"{url}/config/common_tags", "POST", b'{"mantisUser": "ann"}') == (
        200,
        {"app": "checkout", "mantisUser": "ann"},
    )
    assert ("hits", ("app", "checkout"), ("mantisUser", "ann"), ("statistic", "count")) in measured(registry.read(2))
    assert ask(f"{url}/config/common_tags", "POST", b'{"app": "other"}')[0] == 400
    assert ask(f"{url}/config/common_tags", "POST", b"no json")[0] == 400
    assert ask(f"{url}/nowhere")[0] == 404


def test_a_taken_place_is_told(tmp_path: Path, daemon: Daemon) -> None:
    with pytest.raises(CannotListen, match=r"UDP port \d+ of 127.0.0.1 cannot be listened on .* --port takes another"):
        Daemon(SETTINGS, Places(port=daemon.port or 0))
    with pytest.raises(CannotListen, match="another daemon listens on"):
        UnixListener(tmp_path / "run" / "spectatord.unix", print)
    plain = tmp_path / "plain"
    plain.write_text("precious")
    with pytest.raises(CannotListen, match="no socket"):
        UnixListener(plain, print)
    assert plain.read_text() == "precious"


def test_a_socket_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "left.unix"
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    dead.bind(str(path))
    dead.close()
    UnixListener(path, print).close()


def test_what_the_kernel_drops_is_counted(daemon: Daemon) -> None:
    """Packets for a socket that nobody reads for a while."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.bind(("127.0.0.1", 0))
        for _ in range(1000):
            sender.sendto(b"c:x:1" * 100, deaf.getsockname())
        figures = udp(os.fstat(deaf.fileno()).st_ino)
    assert figures is not None
    assert figures.dropped > 500
    assert figures.waiting > 0
    assert udp(0) is None


def sent(collector: StandIn, name: str) -> float:
    """What the collector was told of a counter, in all."""
    return sum(
        value * batch.step_ms / 1000
        for batch in collector.batches()
        for series, value in zip(wire.parse_table(batch.table), batch.values, strict=True)
        if series.name == name and not math.isnan(value)
    )


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "vedette_agent.sidecar", "--admin-port", "0", *options]


def test_lines_of_standard_input_are_published_at_its_end() -> None:
    with StandIn() as collector:
        options = ("--url", collector.url, "--app", "orders", "--port", "0", "--stdin", "--tag", "team=a")
        ended = subprocess.run(command(*options), input=b"c:orders:5\nc:orders:5\n", timeout=30, check=False)
        assert ended.returncode == 0
        assert sent(collector, "orders") == pytest.approx(10)
        assert b'"team":"a"' in collector.batches()[0].table.replace(b" ", b"")


def test_the_machine_is_reported_when_asked_for() -> None:
    with StandIn() as collector:
        options = ("--url", collector.url, "--port", "0", "--stdin", "--machine")
        assert subprocess.run(command(*options), input=b"", timeout=30, check=False).returncode == 0
        assert b"mem.totalReal" in collector.batches()[0].table


def test_all_that_arrived_is_published_when_it_is_told_to_end() -> None:
    with StandIn() as collector:
        (port,) = free_ports(1)
        running = subprocess.Popen(command("--url", collector.url, "--app", "orders", "--port", str(port)))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("127.0.0.1", port))

            def heard() -> bool:
                """The kernel tells, at the second packet, when nobody listens."""
                try:
                    sender.send(b"")
                    time.sleep(0.01)
                    sender.send(b"")
                except ConnectionRefusedError:
                    return False
                return True

            until(heard, seconds=20, what="the daemon to listen")
            for _ in range(50):
                sender.send(b"c:late:1")
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
        assert sent(collector, "late") == pytest.approx(50)


def test_a_wrong_option_is_one_sentence() -> None:
    for wrong, sentence in (
        (["--tag", "novalue"], "--tag takes KEY=VALUE, not 'novalue'"),
        (["--step", "soon"], "'soon' is not a step such as `10s`"),
        (["--url", "ftp://x"], "The collector's URL is http(s)://"),
    ):
        ended = subprocess.run(command("--port", "0", *wrong), capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 1
        assert ended.stderr.startswith("vedette agent: ")
        assert sentence in ended.stderr
