"""What a process cannot start with: one sentence, status 1, and whoever runs already is not disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_ports
from tests.support.processes import Engine, Running, engine


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The one who was there before."""
    with engine(tmp_path_factory.mktemp("refused") / "data") as running:
        yield running


def test_a_port_in_use(one: Engine, tmp_path: Path) -> None:
    (free,) = free_ports(1)
    for options, wanted in (
        (("engine", "--port", str(one.port), "--otlp-port", str(free)), "the API (--port)"),
        (("engine", "--port", str(free), "--otlp-port", str(one.otlp_port)), "OpenTelemetry (--otlp-port)"),
        (("dashboards", "--port", str(one.port)), "the dashboards (--dashboards-port)"),
        (("up", "--port", str(one.port)), "the API (--port)"),
    ):
        data = () if options[0] == "dashboards" else ("--data", str(tmp_path / "other"))
        said = refusal(tmp_path, *options, *data)
        assert said.startswith("vedette: Port ")
        assert wanted in said
    assert one.get("/readyz").status == 200


def test_a_directory_that_another_process_owns(one: Engine, tmp_path: Path) -> None:
    port, otlp = free_ports(2)
    said = refusal(tmp_path, *("engine", "--data", str(one.data), "--port", str(port), "--otlp-port", str(otlp)))
    assert "belongs to another running process" in said
    assert one.get("/readyz").status == 200


def test_another_step_than_the_stores(one: Engine, tmp_path: Path) -> None:
    port, otlp = free_ports(2)
    with engine(tmp_path / "data", step="1s"):
        pass
    ports = ("--port", str(port), "--otlp-port", str(otlp))
    said = refusal(tmp_path, *("engine", "--data", str(tmp_path / "data"), "--step", "5s", *ports))
    assert "step" in said


def test_a_disk_without_room(tmp_path: Path) -> None:
    port, otlp = free_ports(2)
    ports = ("--port", str(port), "--otlp-port", str(otlp))
    said = refusal(tmp_path, *("engine", "--data", str(tmp_path / "data"), "--reserve", "100000TiB", *ports))
    assert "MiB free" in said
    assert "--reserve" in said


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    port, otlp = free_ports(2)
    ports = ("--port", str(port), "--otlp-port", str(otlp))
    said = refusal(tmp_path, *("engine", "--data", str(tmp_path / "file" / "data"), *ports))
    assert "cannot be used" in said


@pytest.mark.parametrize(
    "option", [("--step", "soon"), ("--max-age", "-1h"), ("--reserve", "much"), ("--port", "70000")]
)
def test_an_option_that_makes_no_sense(tmp_path: Path, option: tuple[str, str]) -> None:
    running = Running("up", "--data", str(tmp_path / "data"), *option, log=tmp_path / "log")
    assert running.process.wait(30) == 2
    assert option[0] in running.said()
    assert "Traceback" not in running.said()


def refusal(tmp_path: Path, *arguments: str) -> str:
    """What a command says that refuses to start: one line, status 1."""
    log = tmp_path / "refusal.log"
    log.unlink(missing_ok=True)
    running = Running(*arguments, log=log)
    assert running.process.wait(60) == 1, running.said()
    lines = [line for line in running.said().splitlines() if not line.startswith("time=")]
    assert len(lines) == 1, lines
    return lines[0]
