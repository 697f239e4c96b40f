"""The editor's pure modules, asked one by one in the browser, and held against the language itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.dashboards.editor.conftest import Desk
from vedette_dashboards.editor import MODULES
from vedette_query.language.tokens import escape, locate

pytestmark = pytest.mark.browser
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(desk: Desk) -> Ask:
    """`ask("tokens", "m.escape(given)", "a,b")`: an expression over one module."""
    desk.page.goto(desk.light)

    def evaluate(module: str, expression: str, given: Any = None) -> Any:
        script = f"given => import('{MODULES.address}{module}.mjs').then((m) => {expression})"
        return desk.page.evaluate(script, given)

    return evaluate


def programs() -> list[str]:
    random_ = random.Random(5)
    letters = "ab😀é():,,,/**/ \n\t\\u002c"
    return ["".join(random_.choice(letters) for _ in range(random_.randint(0, 24))) for _ in range(2_000)]


def units(text: str, at: int) -> int:
    """A place in characters, as a place in UTF-16 units."""
    return len(text[:at].encode("utf-16-le")) // 2


def test_the_browser_finds_the_tokens_that_the_language_finds(ask: Ask) -> None:
    given = programs()
    found = ask("tokens", "given.map(m.locate)", given)
    for program, located in zip(given, found, strict=True):
        expected = locate(program)
        assert [(t["kind"], t["text"], t["start"], t["end"]) for t in located["tokens"]] == [
            (t.kind, t.text, units(program, t.start), units(program, t.end)) for t in expected.all
        ], program
        unclosed = None if expected.unclosed is None else units(program, expected.unclosed)
        assert located["unclosed"] == unclosed, program


def test_the_browser_escapes_as_the_language_does(ask: Ask) -> None:
    given = [*programs(), "(", ")", " a ", "\\u0041", "/*", "a\tb", ""]
    assert ask("tokens", "given.map(m.escape)", given) == list(map(escape, given))


def test_places_are_counted_both_ways(ask: Ask) -> None:
    text = "a😀b\ud800c"
    assert ask("tokens", "[0, 1, 2, 3, 4, 6].map((at) => m.toCharacters(given, at))", text) == [0, 1, 2, 2, 3, 5]
    assert ask("tokens", "[0, 1, 2, 3, 4, 5, 9].map(m.toUnits(given))", text) == [0, 1, 3, 4, 5, 6, 6]


@pytest.mark.parametrize(
    ("text", "chosen", "go_on", "expected"),
    [  # what is replaced stands in brackets, | is the caret
        ("[]", "app", True, "app,|"),
        ("[na]", "name", True, "name,|"),
        ("name,a,:eq,[:su]", ":sum", False, "name,a,:eq,:sum|"),
        ("name,a,:eq,[:su],x", ":sum", False, "name,a,:eq,:sum|,x"),
        ("[na], a", "name", True, "name,| a"),
        ("([]", "app", False, "(,app|"),
        ("name,a,:eq []", ":sum", False, "name,a,:eq ,:sum|"),
        ("[]a,:sum", "app", False, "app|,a,:sum"),
        ("[]a,:sum", "app", True, "app,|a,:sum"),
    ],
)
def test_what_is_taken_gets_the_commas_that_it_needs(
    ask: Ask, text: str, chosen: str, go_on: bool, expected: str
) -> None:
    before, _, rest = text.partition("[")
    written, _, after = rest.partition("]")
    given = [before + written + after, len(before), len(before + written), {"insert": chosen, "goOn": go_on}]
    found = ask("suggestions", "m.fitted(...given)", given)
    result, caret = before + found["text"] + after, found["caret"]
    assert f"{result[:caret]}|{result[caret:]}" == expected


def test_suggestions_that_begin_with_what_is_written_come_first(ask: Ask) -> None:
    words = [
        {"name": name, "vocabulary": "math", "signature": "", "summary": "", "usual": usual}
        for name, usual in (("rolling-sum", True), ("cf-sum", False), ("sum", True), ("dup", False), ("consume", True))
    ]
    complete = {"words": words, "known": True, "list": False, "expects": None, "key": None, "query": None}
    labels = "m.suggest(given, '{}', null).map(({{label}}) => label)"
    assert ask("suggestions", labels.format("su"), complete) == [":sum", ":rolling-sum", ":cf-sum", ":consume"]
    assert ask("suggestions", labels.format(":"), complete) == [":rolling-sum", ":sum", ":consume"]
    assert ask("suggestions", labels.format(":d"), complete) == [":dup"]
    listed = {**complete, "list": True, "expects": "key"}
    found = ask("suggestions", "m.suggest(given, 'a', {keys: ['app', 'region', 'zone.a,b']})", listed)
    assert [(one["label"], one["insert"], one["goOn"]) for one in found] == [
        ("app", "app", False),
        ("zone.a,b", "zone.a\\u002cb", False),
    ]
