"""The expressions that the pages ask are expressions of the language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_dashboards import questions
from vedette_query.vocabulary.catalogue import Catalogue

LANGUAGE = Catalogue(()).graph

ASKED = [
    questions.requests(app="playback", by="region"),
    questions.failures(app="playback", served=False, by="ipc.server.region"),
    questions.latencies(app="playback"),
    questions.latencies(),
    *[expression for _, expression in questions.EXAMPLES],
]


@pytest.mark.parametrize("expression", ASKED)
def test_the_language_takes_them(expression: str) -> None:
    assert len(LANGUAGE.evaluate(expression)) == 1


def test_what_they_say() -> None:
    assert questions.requests(by="app") == "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by"
    assert questions.latencies(app="api", served=False) == (
        "name,ipc.client.call,:eq,ipc.server.app,api,:eq,:and,(,50,95,99,),:percentiles"
    )
    assert "ipc.status,(,unexpected_error,connection_error," in questions.failures()


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("api", "api"), ("a,b", "a\\u002cb"), ("a:b", "a\\u003ab"), ("a b", "a b"), (" a", "\\u0020a"), ("(", "\\u0028")],
)
def test_escape(text: str, escaped: str) -> None:
    assert questions.escape(text) == escaped


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20))
def test_an_app_of_any_name_is_one_token(name: str) -> None:
    expression = questions.requests(app=name)
    assert expression.split(",")[8] == questions.escape(name)
    assert expression.count(":eq") == 3 + questions.escape(name).count(":eq")
