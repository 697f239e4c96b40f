"""Names of endpoints: few values, whatever the paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.recorded import cases
from vedette_agent.identity import sanitise
from vedette_agent.ipc import endpoint


@pytest.mark.parametrize(
    "case", [case for case in cases("sanitise") if case["kind"] == "endpoint_path"], ids=lambda case: case["raw"][:40]
)
def test_paths_are_sanitised_as_recorded(case: dict[str, str]) -> None:
    assert endpoint.of_path(case["raw"]) == case["sanitised"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "none"),
        ("", "none"),
        ("/a?b=/c", "_a"),
        ("/graphql", "_graphql"),
        ("/v", "_v"),
        ("/v12/x", "_v12_x"),
        ("/v1a", "_-"),
        ("/one/two/three/four/five/six", "_one_two_three_four_five"),
        ("/rhythm/stream", "_rhythm_stream"),
        ("/f47ac10b-58cc/x", "_-_x"),
        ("/élan", "_-"),
    ],
)
def test_the_rules_for_paths(path: str, name: str) -> None:
    assert endpoint.of_path(path) == name


@given(st.text())
def test_any_path_gives_a_short_name_of_permitted_characters(path: str) -> None:
    name = endpoint.of_path(path)
    assert 0 < len(name) <= 120
    assert sanitise(name) == name
    assert name == "none" or name.count("_") <= 5


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("/", "none"),
        ("/users/{id}", "_users_-"),
        ("/en/users/{id}/friends", "_en_users_-_friends"),
        ("/files/{path:path}", "_files_-"),
        ("/a.b/c d", "_a.b_c_d"),
        ("/x/{y}.json", "_x_-"),
    ],
)
def test_templates_keep_their_words_and_lose_their_parameters(template: str, name: str) -> None:
    assert endpoint.of_template(template) == name


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("", "none"),
        ("users/<int:id>/", "_users_-"),
        ("^users/(?P<id>[0-9]+)/$", "_users_-"),
        (r"^a\.b/(?P<x>([^/]+)|(y))/v(?P<version>\d+)\Z", "_a.b_-_-"),
        ("^plain/$", "_plain"),
    ],
)
def test_routes_of_django_are_templates_too(pattern: str, name: str) -> None:
    assert endpoint.of_template(endpoint.of_pattern(pattern)) == name


@given(st.text())
def test_any_pattern_gives_a_short_name_of_permitted_characters(pattern: str) -> None:
    name = endpoint.of_template(endpoint.of_pattern(pattern))
    assert 0 < len(name) <= 120
    assert sanitise(name) == name


@given(st.text())
def test_any_template_gives_a_short_name_of_permitted_characters(template: str) -> None:
    name = endpoint.of_template(template)
    assert 0 < len(name) <= 120
    assert sanitise(name) == name
