"""The vocabulary documents itself, and what it says is true."""

from __future__ import annotations

import pytest

from vedette_query.errors import QueryError
from vedette_query.language.word import Word
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue

CATALOGUE = Catalogue(Settings().custom_averages)
WORDS = CATALOGUE.graph.words
EXAMPLES = [(word, example) for word in WORDS for example in word.examples]


@pytest.mark.parametrize(("word", "example"), EXAMPLES, ids=[f"{word.name} after {text}" for word, text in EXAMPLES])
def test_example_can_be_executed(word: Word, example: str) -> None:
    context = CATALOGUE.graph.execute(example)
    assert word.matches(context.stack)
    assert CATALOGUE.graph.run((f":{word.name}",), context).depth == context.depth


@pytest.mark.parametrize("word", WORDS, ids=[word.name for word in WORDS])
def test_word_says_what_it_does(word: Word) -> None:
    assert word.examples
    assert " -- " in f" {word.signature} " or word.signature.endswith("--"), word.signature
    assert word.summary.endswith(".")
    assert len(word.summary) > 10


def test_vocabularies_stand_on_each_other() -> None:
    names = [vocabulary.name for vocabulary in CATALOGUE.graph.vocabulary.chain()]
    assert names == ["std", "query", "data", "math", "stateful", "filter", "style", "custom"]
    counts = {vocabulary.name: len(vocabulary.words) for vocabulary in CATALOGUE.graph.vocabulary.chain()}
    assert counts == {
        "std": 25, "query": 18, "data": 11, "math": 52, "stateful": 22, "filter": 22, "style": 24, "custom": 2,
    }  # fmt: skip  # palette counts twice: it takes a name or a list


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (":nope", "unknown word ':nope'"),
        ("a,:eq", "no matches for word ':eq' with stack [String], candidates: [k:String v:String -- Query]"),
        ("(,a", "unmatched opening parenthesis"),
        (")", "unmatched closing parenthesis"),
        ("a,(,b,),:by", "no matches for word ':by' with stack [String,List], candidates: "),
        ("name,(?i)a,:re", "unsupported: inline flags"),
        (r"name,(a)\1,:re", "unsupported: back references"),
        ("name,[,:re", "invalid regular expression '['"),
        ("name,[a[b]],:re", "unsupported: a set of characters in a set, or && in one, in '[a[b]]'"),
        ("name,\\[x[^a-z&&b],:reic", "unsupported: a set of characters in a set"),
        ("name,a,:eq,#x,:color", "invalid color '#x'"),
        ("bogus,:time", "No enum constant java.time.temporal.ChronoField.bogus"),
        ("nope,:get", "key not found: nope"),
    ],
)
def test_refusal_says_what_was_wrong(program: str, message: str) -> None:
    with pytest.raises(QueryError) as refusal:
        CATALOGUE.graph.evaluate(program)
    assert message in str(refusal.value)


@pytest.mark.parametrize("pattern", ["[a]b[c]", "[]a]", "\\[a[b]", "[a\\[b]", "[a&b]&&", "[^]x]", "a[b]&&[c]"])
def test_sets_that_only_look_like_set_operations(pattern: str) -> None:
    assert CATALOGUE.graph.evaluate(f"name,{pattern},:re")


def test_style_passes_through_words_that_compute() -> None:
    def text(program: str) -> list[str]:
        return [item.text() for item in CATALOGUE.graph.evaluate(program)]

    assert text("a,:has,x,:legend,:neg") == ["a,:has,:sum,:neg,x,:legend"]
    assert text("a,:has,x,:legend,1,:add") == ["a,:has,:sum,1.0,:const,:add,x,:legend"]
    assert text("1,a,:has,x,:legend,:add") == ["1.0,:const,a,:has,:sum,:add,x,:legend"]
    assert text("a,:has,x,:legend,b,:has,y,:legend,:add") == ["a,:has,:sum,b,:has,:sum,:add"]
    assert text("a,:has,x,:legend,:avg") == ["a,:has,:sum,:avg,x,:legend"]
    assert text("a,:has,x,:legend,(,k,),:cg") == ["a,:has,:sum,(,k,),:by,x,:legend"]
    with pytest.raises(QueryError, match="no matches for word ':by'"):
        text("a,:has,x,:legend,(,k,),:by")


def test_freezing_puts_the_stack_aside_and_forgets_variables() -> None:
    assert CATALOGUE.graph.evaluate("a,b,:freeze,c") == ("a", "b", "c")
    with pytest.raises(QueryError, match="key not found"):
        CATALOGUE.graph.evaluate("k,v,:set,:freeze,k,:get")
