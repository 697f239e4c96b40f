"""The documents are true: links lead somewhere, and commands, options and files are what they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer

from vedette import VERSION
from vedette.command import app
from vedette.demo.faults import KINDS
from vedette_agent.sidecar.__main__ import parser

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```.*?^```", re.S | re.M)
_DECISION = re.compile(r"^\d{4}-[a-z0-9-]+\.md$")


FOLDERS = ("docs", "agents", "collector", "storage", "query", "dashboards", "benchmarks", "examples", "tests", "deploy")


def documents() -> list[Path]:
    """Every Markdown file that is ours."""
    return [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.md")))]


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    text = _BLOCK.sub("", document.read_text())
    targets = [target for target in _LINK.findall(text) if not re.match(r"[a-z]+:", target)]
    missing = [target for target in targets if not (document.parent / target.partition("#")[0]).exists()]
    assert not missing


def test_every_document_is_reached_from_the_readme() -> None:
    reached, found = set(), [ROOT / "README.md"]
    while found:
        document = found.pop()
        if document in reached:
            continue
        reached.add(document)
        for target in _LINK.findall(document.read_text()):
            linked = (document.parent / target.partition("#")[0]).resolve()
            if linked.suffix == ".md" and linked.exists():
                found.append(linked)
    assert set((ROOT / "docs").rglob("*.md")) <= reached


def options() -> dict[str, set[str]]:
    """The long options of each command. Those of the sidecar are the agent's own."""
    group = typer.main.get_command(app)
    found = {
        name: {text for parameter in command.params for text in parameter.opts if text.startswith("--")}
        for name, command in group.commands.items()  # type: ignore[attr-defined]  # a group has commands
    }
    of_agent = {text for action in parser()._actions for text in action.option_strings if text.startswith("--")}
    return found | {"agent": of_agent - {"--help"}}


def test_every_command_and_option_is_described() -> None:
    text = (ROOT / "docs/reference/command.md").read_text()
    for name, known in options().items():
        assert f"## vedette {name}\n" in text
        for option in known:
            assert f"`{option}`" in text, f"vedette {name} {option}"


def test_no_option_is_described_that_does_not_exist() -> None:
    known = {option for of_one in options().values() for option in of_one}
    known |= {"--help", "--others--"}  # the latter is what tags of a line of others say
    for document in (ROOT / "docs").rglob("*.md"):
        for line in document.read_text().splitlines():
            if "curl" not in line and not line.startswith("  --data-urlencode"):
                assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)) <= known, (document, line)


def test_every_fault_is_described() -> None:
    text = (ROOT / "docs/reference/command.md").read_text()
    assert [kind for kind in KINDS if f"| `{kind}` |" not in text] == []


def test_every_decision_is_listed_and_numbered_once() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    decisions = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert all(_DECISION.match(name) for name in decisions)
    assert [name[:4] for name in decisions] == [f"{number:04d}" for number in range(1, len(decisions) + 1)]
    for name in decisions:
        assert f"[{name[:4]}]({name})" in index
        assert (ROOT / "docs/decisions" / name).read_text().startswith(f"# {name[:4]}. ")


def test_one_version_everywhere() -> None:
    for project in ("pyproject.toml", "agents/pyproject.toml"):
        assert tomllib.loads((ROOT / project).read_text())["project"]["version"] == VERSION


def test_the_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = {
        target
        for document in documents()
        for target in re.findall(r"(?:`|^    )make ([a-z]+)\b", document.read_text(), re.M)
    }
    assert named
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.M)] == []
