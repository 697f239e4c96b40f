"""The vocabulary of events: printing, normalizing, and what is refused."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from vedette_query.api.expr import ExprService
from vedette_query.errors import BadProgram, BadRequest, Missing, QueryError
from vedette_query.model.events import Raw, Sample, Table
from vedette_query.model.expr import Expr
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.events import event
from vedette_storage.predicate import Equal

CATALOGUE = Catalogue(Settings().custom_averages)
EVENTS = CATALOGUE.interpreter("event")
SERVICE = ExprService(CATALOGUE, Settings())


def text(program: str) -> list[str]:
    return [item.text() if isinstance(item, Expr) else str(item) for item in EVENTS.evaluate(program)]


def ask(name: str, program: str, vocabulary: str = "event") -> object:
    return SERVICE.answer(name, QueryParams([("q", program), ("vocab", vocabulary)]))


@pytest.mark.parametrize(
    "program",
    [
        "level,ERROR,:eq,(,message,),:table",
        "level,ERROR,:eq,app,www,:eq,:and,(,a,b c,\\u0028,),:table",
        "level,ERROR,:eq,(,fingerprint,),(,message,),:sample",
        "level,ERROR,:eq,(,a,b,),(,),:sample",
        "name,(,a,b,),:in,(,x\\u002cy,),:table",
    ],
)
def test_an_expression_prints_as_the_program_that_makes_it(program: str) -> None:
    assert text(program) == [program]
    assert text(text(program)[0]) == [program]


def test_words_make_what_they_say() -> None:
    error = Equal("level", "ERROR")
    assert EVENTS.evaluate("level,ERROR,:eq,(,a,),:table") == (Table(error, ("a",)),)
    assert EVENTS.evaluate("level,ERROR,:eq,(,a,),(,b,c,),:sample") == (Sample(error, ("a",), ("b", "c")),)
    assert event(error) == Raw(error)
    assert event("level") is None
    assert Raw(error).text() == "level,ERROR,:eq"


def test_common_queries_reach_into_events() -> None:
    assert text("level,ERROR,:eq,(,a,),:table,app,www,:eq,:cq") == ["level,ERROR,:eq,app,www,:eq,:and,(,a,),:table"]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("level,ERROR,:eq,(,),:table", "requirement failed: set of columns cannot be empty"),
        ("level,ERROR,:eq,(,),(,a,),:sample", "requirement failed: sampleBy cannot be empty"),
        (
            "level,(,a,),:table",
            "no matches for word ':table' with stack [String,List], candidates: [q:Query columns:List -- EventExpr]",
        ),
        (
            "level,ERROR,:eq,(,a,),:sample",
            "no matches for word ':sample' with stack [Equal,List], candidates: "
            "[q:Query sampleBy:List projectionKeys:List -- EventExpr]",
        ),
        ("level,ERROR,:eq,(,a,),:table,(,b,),:table", "no matches for word ':table' with stack [Table,List]"),
        ("level,ERROR,:eq,:sum", "unknown word ':sum'"),
    ],
)
def test_refusals(program: str, message: str) -> None:
    with pytest.raises(QueryError) as refusal:
        EVENTS.evaluate(program)
    assert str(refusal.value).startswith(message)


def test_graphs_do_not_know_these_words() -> None:
    with pytest.raises(BadProgram, match="unknown word ':table'"):
        CATALOGUE.graph.evaluate("level,ERROR,:eq,(,a,),:table")


def test_normal_form_has_the_query_in_normal_form() -> None:
    assert ask("normalize", "z,1,:eq,name,a,:eq,:and,(,c,b,),:table,b,:has,:true,:and") == [
        "name,a,:eq,z,1,:eq,:and,(,c,b,),:table", "b,:has",
    ]  # fmt: skip
    normal = "a,1,:eq,:not,z,(,x,y,),:in,:and,(,x,),(,y,),:sample"
    assert ask("normalize", "z,(,y,x,x,),:in,a,1,:eq,:not,:and,(,x,),(,y,),:sample") == [normal]
    assert ask("normalize", normal) == [normal]


def test_queries_and_steps_of_events() -> None:
    assert ask("queries", "b,:has,(,x,),:table,a,:has") == ["a,:has", "b,:has"]
    steps = ask("debug", "a,:has,(,x,),:table")
    assert isinstance(steps, list)
    assert steps[-1]["context"]["stack"] == ["a,:has,(,x,),:table"]
    words = ask("complete", "a,:has,(,x,)")
    assert isinstance(words, list)
    assert "table" in [word["name"] for word in words]


def test_what_is_left_must_be_events() -> None:
    with pytest.raises(BadRequest, match=r"expected an expression, found \[String\]"):
        ask("debug", "a,:has,b")
    with pytest.raises(BadRequest, match="expected an expression, stack is empty"):
        ask("debug", "")
    with pytest.raises(Missing, match="key not found: nope"):
        ask("debug", "1", "nope")
