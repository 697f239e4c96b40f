"""The supervisor, over real processes: order of start and end, crashes, refusals, and no orphans."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_ports
from tests.support.waiting import until
from tests.vedette import keeper
from vedette.supervisor import answers, how


class Kept:
    """A supervisor in a process, and what it prints."""

    def __init__(self, directory: Path, **manners: str) -> None:
        self.directory = directory
        self.ports = dict(zip(manners, free_ports(len(manners)), strict=True))
        programs = [
            {"name": name, "port": str(self.ports[name]), "manners": how_it_is} for name, how_it_is in manners.items()
        ]
        self.output = directory / "output"
        with self.output.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, keeper.__file__, json.dumps(programs), str(directory)],
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text()

    def says(self, text: str) -> None:
        until(lambda: text in self.said(), what=f"'{text}' in {self.said()!r}")

    def answers(self, name: str) -> bool:
        return answers(f"http://127.0.0.1:{self.ports[name]}/")

    def pid(self, name: str) -> int:
        """The process that listens for `name`, as the kernel tells it."""
        wanted = f"\0{self.ports[name]}\0".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (entry / "cmdline").exists():
                line = (entry / "cmdline").read_bytes()
                if wanted in line and b"\0serve\0" in line:
                    return int(entry.name)
        raise AssertionError(f"nobody serves {name}")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[list[Kept]]:
    """Supervisors to be ended with the test, whatever happened."""
    all_kept: list[Kept] = []
    yield all_kept
    for one in all_kept:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_all_start_and_end_in_the_opposite_order(tmp_path: Path, kept: list[Kept]) -> None:
    kept.append(house := Kept(tmp_path, engine="well", pages="well", demo="well"))
    house.says("all ready")
    assert all(house.answers(name) for name in house.ports)
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(10) == 0
    assert [line.split()[0] for line in (tmp_path / "ends").read_text().splitlines()] == ["demo", "pages", "engine"]
    assert not any(house.answers(name) for name in house.ports)


def test_a_crashed_child_is_started_again_and_it_is_said(tmp_path: Path, kept: list[Kept]) -> None:
    kept.append(house := Kept(tmp_path, engine="well", pages="well"))
    house.says("all ready")
    pages = house.pid("pages")
    os.kill(house.pid("engine"), signal.SIGKILL)
    house.says("engine was ended by signal 9 (SIGKILL); starting it again in 0.5 s")
    house.says("engine runs again.")
    assert house.answers("engine")
    assert house.pid("pages") == pages
    os.kill(house.pid("engine"), signal.SIGKILL)
    house.says("starting it again in 1 s")


def test_a_child_that_cannot_start_ends_everything_with_its_own_sentence(tmp_path: Path, kept: list[Kept]) -> None:
    kept.append(house := Kept(tmp_path, engine="well", pages="refusing"))
    assert house.process.wait(10) == 1
    assert "pages could not start: Nobody lives here." in house.said()
    assert not house.answers("engine")


def test_a_child_that_does_not_end_is_ended_by_force_in_time(tmp_path: Path, kept: list[Kept]) -> None:
    kept.append(house := Kept(tmp_path, engine="well", demo="stubborn"))
    house.says("all ready")
    house.process.terminate()
    assert house.process.wait(10) == 0
    assert "demo did not end within 1 s; ended by force." in house.said()
    assert not house.answers("demo")


def test_a_second_interrupt_ends_all_at_once(tmp_path: Path, kept: list[Kept]) -> None:
    kept.append(house := Kept(tmp_path, engine="well", demo="stubborn"))
    house.says("all ready")
    house.process.send_signal(signal.SIGINT)
    house.says("Ending")
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(5) == 130
    until(lambda: not house.answers("demo") and not house.answers("engine"), what="silence")


def test_no_child_outlives_a_killed_supervisor(tmp_path: Path, kept: list[Kept]) -> None:
    kept.append(house := Kept(tmp_path, engine="well", demo="stubborn"))
    house.says("all ready")
    house.process.kill()
    house.process.wait()
    until(lambda: not house.answers("engine") and not house.answers("demo"), what="the end of both children")


def test_what_a_child_prints_is_kept(tmp_path: Path, kept: list[Kept]) -> None:
    kept.append(house := Kept(tmp_path, engine="refusing"))
    house.process.wait(10)
    assert (tmp_path / "engine.log").read_text() == "vedette: Nobody lives here.\n"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (0, "ended with status 0"),
        (3, "ended with status 3"),
        (-15, "was ended by signal 15 (SIGTERM)"),
        (-99, "by signal 99$"),
    ],
)
def test_an_end_in_words(end: int, words: str) -> None:
    assert re.search(words.replace("(", r"\(").replace(")", r"\)"), how(end))
