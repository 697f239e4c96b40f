"""`vedette query` as a person and as a script have it: a real process, a real API, a terminal of so many columns."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from tests.dashboards.recorded_api import serving
from tests.vedette.query.company import APPS, NOON, STEP, store
from vedette.query.api import Api
from vedette.query.asking import Wanted, watch
from vedette.query.delivery import Delivery, Format
from vedette.query.look import Look
from vedette.query.question import Question
from vedette_query.app import QueryApi
from vedette_query.settings import Settings

REQUESTS = "name,requests,:eq,(,app,),:by"
SPAN = ("-s", str(NOON - 300_000), "-e", str(NOON + 300_000), "--tz", "UTC")
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    api = QueryApi(store(), Settings(step_ms=STEP), registry=CollectorRegistry())
    app = FastAPI()
    app.include_router(api.router())
    with serving(app) as url:
        yield url
    api.close()


def run(url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command with its output in a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "vedette", "query", *arguments],
        env={**os.environ, "VEDETTE_URL": url, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def watched(url: str, *arguments: str, columns: int, rows: int = 40, enough: bytes = b"", **environment: str) -> str:
    """What a terminal of that size is sent; with `enough`, the command is interrupted (Ctrl-C) once that came."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        env = {**os.environ, "VEDETTE_URL": url, "TERM": "xterm-256color", **environment}
        for name in ("COLUMNS", "LINES"):  # a shell's own, which would win over the size of the terminal
            env.pop(name, None)
        os.execve(sys.executable, [sys.executable, "-m", "vedette", "query", *arguments], env)
    said = b""
    interrupted = False
    while True:
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        said += part
        if enough and not interrupted and said.count(enough) >= 1:
            interrupted = True
            os.write(terminal, b"\x03")
    os.waitpid(child, 0)
    os.close(terminal)
    return said.decode().replace("\r\n", "\n")


class TestInAPipe:
    def test_csv_with_times_of_the_zone(self, url: str) -> None:
        answer = run(url, REQUESTS, *SPAN)
        assert (answer.returncode, answer.stderr) == (0, "")
        rows = answer.stdout.splitlines()
        assert rows[0] == '"timestamp","api","catalog","edge","playback"'
        assert rows[1].startswith("2026-11-22T11:55:10Z,")
        assert len(rows) == 61

    def test_json_is_the_api_s_own(self, url: str) -> None:
        answer = json.loads(run(url, "-f", "json", REQUESTS, *SPAN).stdout)
        assert answer["legend"] == list(APPS)
        assert len(answer["values"]) == 60

    def test_a_table_is_whole_however_wide(self, url: str) -> None:
        legend = "x" * 150
        text = run(url, "-f", "table", "--values", f"{REQUESTS},{legend},:legend", *SPAN).stdout
        assert text.count(legend) == len(APPS) * 2
        assert "one value each 10 s" in text

    def test_a_chart_has_no_colours(self, url: str) -> None:
        text = run(url, "-f", "chart", REQUESTS, *SPAN).stdout
        assert "\x1b" not in text
        assert "a   api" in text

    def test_who_reads_may_stop(self, url: str) -> None:
        command = f"{sys.executable} -m vedette query {' '.join(SPAN)} '{REQUESTS}' | head -n 1"
        said = subprocess.run(
            ["bash", "-c", command], env={**os.environ, "VEDETTE_URL": url}, capture_output=True, text=True, check=True
        )
        assert said.stdout.startswith('"timestamp"')
        assert said.stderr == ""


class TestIntoAFile:
    def test_the_name_decides(self, url: str, tmp_path: Path) -> None:
        for name, begins in (("a.csv", b'"timestamp"'), ("a.json", b'{"start"'), ("a.png", b"\x89PNG")):
            answer = run(url, "-o", str(tmp_path / name), REQUESTS, *SPAN)
            assert (answer.returncode, answer.stdout) == (0, ""), answer.stderr
            assert (tmp_path / name).read_bytes().startswith(begins)

    def test_text_is_without_colours(self, url: str, tmp_path: Path) -> None:
        watched(url, "-o", str(tmp_path / "a.txt"), REQUESTS, *SPAN, columns=80)
        text = (tmp_path / "a.txt").read_text()
        assert "\x1b" not in text
        assert "playback" in text

    def test_a_name_that_says_nothing(self, url: str) -> None:
        answer = run(url, "-o", "answer.doc", "1")
        assert answer.returncode == 2
        assert answer.stderr == (
            "vedette: The name answer.doc does not say what to write; let it end with .txt, .csv, .json, .png, "
            "or add --format.\n"
        )


class TestOnATerminal:
    @pytest.mark.parametrize("columns", [60, 80, 140])
    def test_a_chart_and_its_numbers_fit(self, url: str, columns: int) -> None:
        said = watched(url, REQUESTS, *SPAN, columns=columns)
        assert "\x1b[38;5;33m" in said
        lines = _CODES.sub("", said).splitlines()
        assert max(map(len, lines)) <= columns
        assert any(line.split()[:2] == ["━━", "playback"] for line in lines)
        assert lines[-1] == "2026-11-22 11:55:10 to 12:05:00 UTC, one value each 10 s"

    def test_no_color(self, url: str) -> None:
        assert "\x1b[38" not in watched(url, REQUESTS, *SPAN, columns=80, NO_COLOR="1")

    def test_no_picture(self, url: str) -> None:
        assert "A picture cannot be shown on a terminal" in watched(url, "-f", "png", "1", columns=80)

    def test_watching_asks_again_until_interrupted(self, url: str) -> None:
        said = watched(url, "--watch", "--step", "1s", "1", columns=80, enough=b"one value each")
        assert said.startswith("\x1b[H\x1b[2J")
        assert "Traceback" not in said


def test_watching_outlives_an_api_that_goes_away(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    api = QueryApi(store(), Settings(step_ms=STEP), registry=CollectorRegistry())
    app = FastAPI()
    app.include_router(api.router())
    slept: list[float] = []
    with ExitStack() as running:
        url = running.enter_context(serving(app))

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            running.close()
            if len(slept) == 2:
                raise KeyboardInterrupt

        question = Question(REQUESTS, str(NOON - 300_000), str(NOON + 300_000))
        with pytest.raises(KeyboardInterrupt):
            watch(Api(url), question, Wanted(Delivery(Format.table)), Look, sleep)
    api.close()
    said = capfdbinary.readouterr().out.decode()
    assert said.index("one value each 10 s") < said.index(f"No query API answers on {url}")
    assert all(1 <= seconds <= 12 for seconds in slept)


class TestRefused:
    def test_the_word_that_failed_is_marked(self, url: str) -> None:
        answer = run(url, "name,requests,:eq,:summ,(,app,),:by")
        assert answer.returncode == 1
        assert answer.stdout == ""
        assert answer.stderr == (
            "vedette: Unknown word ':summ'.\n"
            "  name,requests,:eq,:summ,(,app,),:by\n"
            "                    ^^^^^\n"
            "Did you mean :sum?\n"
        )

    def test_what_is_only_seen_later_is_said_without_a_mark(self, url: str) -> None:
        answer = run(url, "1,foo,:stat")
        assert (answer.returncode, answer.stderr) == (1, "vedette: Unknown statistic: foo.\n")

    def test_wrong_times(self, url: str) -> None:
        answer = run(url, "-s", "yesterdy-x", "1")
        assert answer.returncode == 1
        assert answer.stderr.count("\n") == 1

    def test_nobody_there(self) -> None:
        answer = run("http://127.0.0.1:1", "1")
        assert answer.returncode == 3
        assert answer.stderr == (
            "vedette: No query API answers on http://127.0.0.1:1 (connection refused). Start one with `vedette up`, "
            "or say where it is with --url or VEDETTE_URL.\n"
        )

    def test_no_address(self) -> None:
        answer = run("none", "1")
        assert answer.returncode == 2
        assert "'none' is not the address of a query API" in answer.stderr

    def test_a_wrong_option(self, url: str) -> None:
        assert run(url, "--width", "3", "1").returncode == 2

    def test_a_proxy_does_not_stand_before_this_machine(self, url: str) -> None:
        assert run(url, "1", *SPAN, http_proxy="http://127.0.0.1:1").returncode == 0


class TestExplained:
    def test_as_a_tree(self, url: str) -> None:
        text = run(url, "--explain", f"{REQUESTS},:dup,2m,:offset,:div", *SPAN).stdout
        assert "2026-11-22 11:55:10 to 12:05:00 UTC, one value each 10 s" in text
        assert ":div  4 lines\n├── name,requests,:eq,:sum,(,app,),:by  [1]" in text
        assert "sum by app, consolidated by avg: 61 steps of 10 s, 2026-11-22 11:53:00 to 12:03:00 UTC, " in text
        assert [line.split()[0] for line in text.splitlines() if " ms" in line and line.startswith("  ")] == [
            "parse", "plan", "read", "evaluate", "render", "in",
        ]  # fmt: skip

    def test_as_json(self, url: str) -> None:
        document = json.loads(run(url, "--explain", "-f", "json", REQUESTS, *SPAN).stdout)
        assert document["expressions"][0]["tree"] == {
            "text": "name,requests,:eq,:sum,(,app,),:by",
            "parts": [],
            "data": 0,
        }


def test_help_teaches_by_examples() -> None:
    text = run("", "--help").stdout
    assert text.count("vedette query ") >= 4
    assert "--explain" in text
