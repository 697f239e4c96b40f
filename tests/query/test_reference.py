"""The reference of the words: complete, true, and found by what people type."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.query.conftest import Serve
from vedette_query.model.normalize import normalize
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.lookup import find, near_names
from vedette_query.vocabulary.reference import Entry, Example, entries
from vedette_query.vocabulary.slots import presentable
from vedette_storage.memory import MemoryStore

CATALOGUE = Catalogue(Settings().custom_averages)
ENTRIES = entries(CATALOGUE)
EXAMPLES = [(entry, example) for entry in ENTRIES for example in entry.examples]


def found(text: str) -> list[str]:
    return list(dict.fromkeys(entry.name for entry in find(ENTRIES, text)))


def test_every_word_of_every_vocabulary_is_listed() -> None:
    listed = [(entry.vocabulary, entry.name, entry.signature) for entry in ENTRIES]
    known = [
        (name, word.name, word.signature)
        for name in CATALOGUE.names
        for word in CATALOGUE.interpreter(name).vocabulary.words
    ]
    assert listed == known


@pytest.mark.parametrize(("entry", "example"), EXAMPLES, ids=[example.program for _, example in EXAMPLES])
def test_an_example_ends_with_its_word_and_says_what_it_does(entry: Entry, example: Example) -> None:
    assert example.program.endswith(f":{entry.name}")
    if not example.normalized:
        return
    styled = presentable(CATALOGUE.graph.evaluate(example.normalized)[-1])
    assert styled is not None
    assert normalize(styled) == example.normalized


def test_stacks_are_shown_top_first() -> None:
    (swap,) = [entry for entry in ENTRIES if entry.name == "swap"]
    assert swap.examples[0] == Example(("b", "a"), "a,b,:swap", ("a", "b"), "")


@pytest.mark.parametrize("entry", ENTRIES, ids=[f"{entry.vocabulary} {entry.name}" for entry in ENTRIES])
def test_a_summary_is_more_than_the_name(entry: Entry) -> None:
    assert entry.examples
    assert entry.summary.endswith(".")
    assert len(re.findall(r"[\w']+", entry.summary)) >= 3, entry.summary


class TestFinding:
    def test_a_name_comes_before_what_begins_with_it_and_what_holds_it(self) -> None:
        assert found("sum")[0] == "sum"
        names = found("clamp")
        assert names[:2] == ["clamp-min", "clamp-max"]
        names = found("max")
        assert names.index("max") < names.index("cf-max") < names.index("stat")

    def test_the_colon_and_capitals_do_not_matter(self) -> None:
        assert found(":TopK")[0] == "topk"

    def test_summaries_are_searched(self) -> None:
        assert "median" in found("percentile timer")
        assert "dist-avg" in found("average distribution")

    def test_a_slip_finds_the_word_that_was_meant(self) -> None:
        assert found("percentilse") == ["percentiles"]
        assert near_names(ENTRIES, "stdev")[0] == "stddev"
        assert found("averge") == found("average") != []
        assert found("zzyzx zzyzx") == []

    def test_nothing_asked_is_everything(self) -> None:
        assert find(ENTRIES, " ") == list(ENTRIES)


@pytest.fixture(scope="module")
def url(serve: Serve) -> str:
    return serve(MemoryStore(10_000), Settings())


class TestApi:
    def get(self, url: str, path: str = "", **given: str) -> tuple[int, Any]:
        answer = httpx.get(f"{url}/api/v1/words{path}", params=given)
        return answer.status_code, answer.json()

    def test_all_words(self, url: str) -> None:
        status, body = self.get(url)
        assert status == 200
        assert [(word["vocabulary"], word["name"]) for word in body["words"]] == [
            (entry.vocabulary, entry.name) for entry in ENTRIES
        ]
        assert body["vocabularies"] == CATALOGUE.names
        assert set(body["words"][0]) == {"name", "vocabulary", "signature", "summary", "examples"}
        assert set(body["words"][0]["examples"][0]) == {"before", "program", "after", "normalized"}

    def test_search_and_vocabulary(self, url: str) -> None:
        _, body = self.get(url, q="sum", vocab="math")
        assert body["words"][0]["name"] == "sum"
        assert {word["vocabulary"] for word in body["words"]} == {"math"}
        assert self.get(url, q="x" * 200)[1]["words"] == []

    def test_unknown_vocabulary_names_those_there_are(self, url: str) -> None:
        status, body = self.get(url, vocab="poetry")
        assert status == 404
        assert body["message"].startswith("There is no vocabulary 'poetry'; there are std, query, data, ")

    def test_one_word_with_its_overloads(self, url: str) -> None:
        status, body = self.get(url, "/sample-count")
        assert status == 200
        assert [len(word["signature"].split()) for word in body["words"]] == [5, 3]
        assert self.get(url, "/:sum")[1]["words"][0]["name"] == "sum"

    def test_a_word_that_does_not_exist_names_those_near(self, url: str) -> None:
        status, body = self.get(url, "/stdev")
        assert (status, body["message"]) == (404, "There is no word ':stdev'; did you mean :stddev?")
        assert self.get(url, "/xyzzy")[1]["message"].endswith("/api/v1/words lists all there are.")


def test_the_manual_is_as_the_words_are() -> None:
    """`make words` writes it anew."""
    from docs.reference.words import PAGE, page

    assert Path(PAGE).read_text() == page(ENTRIES)
