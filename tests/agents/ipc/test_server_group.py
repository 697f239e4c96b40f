"""Names of server groups, as Spectator takes them apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.recorded import cases
from vedette_agent.ipc.server_group import ServerGroup, parse


@pytest.mark.parametrize("case", cases("ipc", "server_group"), ids=lambda case: str(case["asg"]))
def test_names_are_taken_apart_as_recorded(case: dict[str, Any]) -> None:
    found = parse(case["asg"])._asdict()
    assert {"asg_out" if key == "asg" else key: value for key, value in found.items()} == {
        key: value for key, value in case.items() if key != "asg"
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("", ServerGroup(None, None, None, None, None, None)),
        ("app", ServerGroup("app", "app", "app", None, None, None)),
        ("app-v123", ServerGroup("app", "app", "app-v123", None, None, "v123")),
        ("app-main", ServerGroup("app", "app-main", "app-main", "main", None, None)),
        ("app-main-v123", ServerGroup("app", "app-main", "app-main-v123", "main", None, "v123")),
        ("app-main-a-b-v001", ServerGroup("app", "app-main-a-b", "app-main-a-b-v001", "main", "a-b", "v001")),
        ("app--v123456", ServerGroup("app", "app-", "app--v123456", None, None, "v123456")),
        ("-main-a", ServerGroup(None, "-main-a", "-main-a", None, "a", None)),
        ("-v123", ServerGroup(None, None, "-v123", None, None, "v123")),
    ],
)
def test_the_rules_for_names(name: str, found: ServerGroup) -> None:
    assert parse(name) == found


@given(st.text())
def test_any_text_is_a_name(name: str) -> None:
    assert parse(name).asg == (name or None)
