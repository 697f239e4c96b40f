"""What an expression prints is the expression: over all recorded programs, and thousands that grew out of them."""

from __future__ import annotations

import pytest

from tests.query.fuzz import Fuzzer
from tests.query.recorded import CASES
from vedette_query.errors import QueryError
from vedette_query.model.normalize import normalize
from vedette_query.model.style import LINE_STYLES, StyleExpr
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.events import event
from vedette_query.vocabulary.slots import presentable

CATALOGUE = Catalogue(Settings().custom_averages)
RECORDED = sorted({case["expr"] for section in ("eval", "parse") for case in CASES[section] if case.get("expr")})


def expressions(program: str) -> list[StyleExpr]:
    try:
        stack = CATALOGUE.graph.evaluate(program)
    except QueryError:
        return []
    return [expr for item in stack if (expr := presentable(item)) is not None]


def check(program: str) -> int:
    """Hold all expressions of a program to the rules; how many there were."""
    if ":named-rewrite" in program:
        return 0  # the internal word, with which one can lie about what an expression is called
    # A line style that there is not prints as a word that there is not, in Atlas too; the chart refuses it.
    found = [expr for expr in expressions(program) if expr.settings.get("ls", "line") in LINE_STYLES]
    for expr in found:
        printed = expr.text()
        assert [again.text() for again in expressions(printed)] == [printed], program
        normal = normalize(expr)
        assert [normalize(again) for again in expressions(normal)] == [normal], program
    return len(found)


def test_recorded_programs() -> None:
    assert sum(map(check, RECORDED)) > 300


def test_programs_that_grew_out_of_them() -> None:
    fuzzer = Fuzzer(7, CATALOGUE.graph)
    assert sum(check(fuzzer.program()) for _ in range(3_000)) > 700


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(10))
def test_very_many_programs_that_grew_out_of_them(seed: int) -> None:
    fuzzer = Fuzzer(100 + seed, CATALOGUE.graph)
    assert sum(check(fuzzer.program()) for _ in range(10_000)) > 2_000


def test_events() -> None:
    events = CATALOGUE.interpreter("event")
    fuzzer, seen = Fuzzer(8, events), 0
    for _ in range(2_000):
        try:
            stack = events.evaluate(fuzzer.program())
        except QueryError:
            continue
        for item in stack:
            expr = event(item)
            if expr is None:
                continue
            seen += 1
            printed, normal = expr.text(), expr.normal().text()
            assert [one.text() for one in map(event, events.evaluate(printed)) if one] == [printed]
            assert [one.normal().text() for one in map(event, events.evaluate(normal)) if one] == [normal]
    assert seen > 100
