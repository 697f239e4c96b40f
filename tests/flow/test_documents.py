"""What the documents tell a reader to type is typed here, against a real engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.processes import Engine, engine
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
SHELL = re.compile(r"^```sh\n(.*?)^```", re.S | re.M)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.S | re.M)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(pattern: re.Pattern[str], word: str) -> list[tuple[str, str]]:
    """(where, text) of each block of code that has `word` in it."""
    found = []
    for document in DOCUMENTS:
        for number, text in enumerate(pattern.findall(document.read_text()), 1):
            if word in text:
                found.append((f"{document.relative_to(ROOT)}:{number}", text))
    return found


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with the default step, as a reader has it."""
    with engine(tmp_path_factory.mktemp("documents") / "data", step="10s") as running:
        yield running


CURL = blocks(SHELL, "curl")


@pytest.mark.parametrize("text", [text for _, text in CURL], ids=[name for name, _ in CURL])
def test_a_curl_command_is_answered_well(one: Engine, text: str, tmp_path: Path) -> None:
    said = subprocess.run(
        ["bash", "-euc", text.replace("http://127.0.0.1:7101", one.url).replace("curl ", "curl --fail-with-body ")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert '"type":"error"' not in said.stdout
    for picture in re.findall(r"-o (\S+\.png)", text):
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG\r\n")


QUERIES = blocks(SHELL, "vedette query")


@pytest.mark.parametrize("text", [text for _, text in QUERIES], ids=[name for name, _ in QUERIES])
def test_a_question_from_the_terminal_is_answered(one: Engine, text: str, tmp_path: Path) -> None:
    """Where nothing is stored yet an answer has no lines, but there is one; and it is said when there is none."""
    said = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text.replace("http://127.0.0.1:7101", one.url)],
        env={**os.environ, "VEDETTE_URL": one.url, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout or list(tmp_path.iterdir())
    assert ("vedette: " in said.stderr) == ("no-such-word" in text), said.stderr


def test_there_are_commands_to_run() -> None:
    assert len(CURL) >= 8
    assert len(QUERIES) >= 12


PROGRAMS = blocks(PYTHON, "vedette_agent.start")


@pytest.mark.parametrize("text", [text for _, text in PROGRAMS], ids=[name for name, _ in PROGRAMS])
def test_a_program_counts_and_is_counted(one: Engine, text: str, tmp_path: Path) -> None:
    app = re.search(r'app="(\w+)"', text)
    assert app is not None
    program = tmp_path / "program.py"
    program.write_text(text.replace("range(60)", "range(2)"))
    ran = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "VEDETTE_URL": one.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    until(lambda: app[1] in one.get("/api/v1/tags/app").json(), what=f"app={app[1]}")


def test_the_orders_of_the_tutorial_can_be_asked_for(one: Engine) -> None:
    def asked() -> bool:
        answer = one.get("/api/v1/tags/country", q="name,orders.placed,:eq")
        return bool(answer.json() == ["se"])

    until(asked, what="orders.placed")


def test_the_example_rules_are_read(tmp_path: Path) -> None:
    text = (ROOT / "docs/how-to/write-an-alert-rule.md").read_text()
    groups, webhooks = re.findall(r"^```yaml\n(.*?)^```", text, re.S | re.M)
    rules = tmp_path / "rules.yaml"
    rules.write_text(f"{groups}\n{webhooks}")
    assert yaml.safe_load(rules.read_text())["groups"]
    with engine(tmp_path / "data", "--rules", str(rules)) as running:
        until(lambda: running.get("/api/v1/alerts").json()["rules"], what="the rule")
        (rule,) = running.get("/api/v1/alerts").json()["rules"]
        assert rule["name"] == "FewOrders"
        until(lambda: running.get("/api/v1/alerts").json()["rules"][0]["health"] == "ok", seconds=30, what="its health")


def test_every_address_is_described(one: Engine) -> None:
    text = (ROOT / "docs/reference/http.md").read_text()
    paths = one.get("/api/openapi.json").json()["paths"]
    assert [path for path in paths if f"{path}`" not in text] == []
    named = set(re.findall(r"`(?:GET|POST) (/(?:api|v1)/[^`]*)`", text))
    assert named - set(paths) <= {"/api/v1/publish-fast"}


def test_the_manual_holds_every_address(one: Engine) -> None:
    page = one.get("/api/docs").body.decode()
    assert [path for path in one.get("/api/openapi.json").json()["paths"] if path not in page] == []
    assert json.loads(one.get("/api/openapi.json").body)["info"]["title"] == "Vedette"
