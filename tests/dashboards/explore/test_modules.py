"""The page's pure modules, asked one by one in the browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.dashboards.explore.conftest import Reader
from vedette_dashboards.explore.http import MODULES

pytestmark = pytest.mark.browser
Ask = Callable[[str, str], Any]


@pytest.fixture
def ask(reader: Reader) -> Ask:
    """`ask("address", "m.letter(0)")`: an expression over one module."""

    def evaluate(module: str, expression: str) -> Any:
        return reader.page.evaluate(f"import('{MODULES.address}{module}.mjs').then((m) => {expression})")

    return evaluate


def test_rows_live_in_the_address(ask: Ask) -> None:
    shown = (("a,b,:eq", True), (" c ", False), ("", True), ("d,e", True))
    rows = json.dumps([{"text": text, "shown": seen} for text, seen in shown])
    written = ask("address", f"[...m.writeRows('?s=e-1h&q=old&rows=9&hide=0:x', {rows})]")
    assert written == [["s", "e-1h"], ["q", "a,b,:eq,d,e"], ["rows", "3,2"], ["hide", "1:c"]]
    again = ask("address", f"m.readRows('?' + m.writeRows('', {rows}))")
    assert [(row["text"], row["shown"]) for row in again] == [("a,b,:eq", True), ("c", False), ("d,e", True)]


@pytest.mark.parametrize(
    ("search", "texts"),
    [
        ("", []),
        ("?q=", []),
        ("?q=a,b", ["a,b"]),
        ("?q=a,b&rows=1,1", ["a", "b"]),
        ("?q=a,b&rows=1,2", ["a,b"]),  # written by another hand: one row is never wrong
        ("?q=a,b&rows=x", ["a,b"]),
        ("?q=a,b&rows=-1,3", ["a,b"]),
        ("?q=a&hide=7:z&hide=0:y&hide=nonsense", ["y", "a", "z"]),
    ],
)
def test_addresses_of_others(ask: Ask, search: str, texts: list[str]) -> None:
    assert [row["text"] for row in ask("address", f"m.readRows({search!r})")] == texts


def test_letters(ask: Ask) -> None:
    assert ask("address", "[0, 25, 26, 51, 52].map(m.letter)") == ["A", "Z", "AA", "AZ", "BA"]


def test_the_history_keeps_each_once_and_the_newest_on_top(ask: Ask) -> None:
    found = ask(
        "history",
        """(() => {
          const rows = (text) => [{ text, shown: true }];
          let kept = [];
          for (let n = 0; n < 80; n++) kept = m.withEntry(kept, rows(`e${n}`), n);
          kept = kept.map((one) => one.at === 30 ? { ...one, pinned: true } : one);
          kept = m.withEntry(kept, rows("e30"), 100);
          for (let n = 0; n < 70; n++) kept = m.withEntry(kept, rows(`f${n}`), 200 + n);
          const counts = [m.found(kept, "E3 0").length, m.found(kept, "zz").length];
          return [kept.length, kept[0].rows[0].text, m.found(kept, "")[0], ...counts];
        })()""",
    )
    assert found == [61, "f69", {"rows": [{"text": "e30", "shown": True}], "at": 100, "pinned": True}, 1, 0]
    assert ask("history", "[0, 59e3, 60e3, 3.7e6, 9e7, 2e8].map(m.ago)") == [
        "just now", "just now", "1 minute ago", "1 hour ago", "1 day ago", "2 days ago",
    ]  # fmt: skip


def test_what_was_kept_by_another_release_is_no_trouble(ask: Ask, reader: Reader) -> None:
    for text in ("{", "7", '[{"rows": 1}, {"rows": [{"text": 5}]}, null]'):
        reader.page.evaluate("text => localStorage.setItem('vedette-explore-history', text)", text)
        assert ask("history", "m.kept()") == []


@pytest.mark.parametrize(
    "where",
    [
        "{join: 'all', not: false, parts: []}",
        "{join: 'all', not: false, parts: [{key: 'name', operator: 'is', values: ['a'], not: false}]}",
        "{join: 'all', not: false, parts: [{key: 'name', operator: 'is', values: ['a'], not: false},"
        " {key: 'b', operator: 'has', values: [], not: true}]}",
        "{join: 'all', not: false, parts: [{key: 'name', operator: 'is', values: ['a'], not: false},"
        " {join: 'any', not: true, parts: [{key: 'b', operator: 'has', values: [], not: true}]}]}",
        "{join: 'any', not: false, parts: [{key: 'name', operator: 'is', values: ['a'], not: false},"
        " {key: 'b', operator: 'has', values: [], not: true}]}",
    ],
)
def test_the_name_is_taken_out_of_the_conditions_and_put_back(ask: Ask, where: str) -> None:
    assert ask("where", f"JSON.stringify(m.joinName(m.splitName({where}))) === JSON.stringify({where})") is True
