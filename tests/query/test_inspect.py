"""Taking an expression apart: places of tokens, the stack after each, where it fails, and what fits at a place."""

from __future__ import annotations

import random
import time
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.programs import meaningful, soup
from tests.query.recorded import CASES
from vedette_query.api.inspect import ALL_TEXT, LEAST_TEXT, MAX_ITEMS, MAX_TEXT, InspectService
from vedette_query.errors import BadProgram, BadRequest, QueryError, TooMuch
from vedette_query.language.inspection import Inspection, inspect
from vedette_query.language.interpreter import Interpreter, unfrozen
from vedette_query.language.tokens import locate, split
from vedette_query.model.names import item_text
from vedette_query.settings import CUSTOM_AVERAGES, Settings
from vedette_query.vocabulary.catalogue import Catalogue

CATALOGUE = Catalogue(CUSTOM_AVERAGES)
SERVICE = InspectService(CATALOGUE, Settings())
RECORDED = [case for case in CASES["parse"] if case["vocab"] in CATALOGUE.names]


def document(q: str, **given: str) -> Any:
    return SERVICE.answer({"q": q, **given})


def fits(q: str, at: int | None = None) -> Any:
    """What fits at a place, by default the end."""
    return document(q, at=str(len(q) if at is None else at))["complete"]


def outcome(interpreter: Interpreter, program: str) -> tuple[str, ...] | str:
    """The stack that a program leaves, or the message with which it fails."""
    try:
        return tuple(map(item_text, interpreter.evaluate(program)))
    except QueryError as error:
        return str(error)


def ended(found: Inspection) -> tuple[str, ...] | str:
    """The same, as an inspection tells it."""
    if found.failure is not None:
        return found.failure.message
    return tuple(map(item_text, unfrozen(found.moments[-1].context).stack)) if found.moments else ()


class TestPlaces:
    @settings(deadline=None, max_examples=300)
    @given(st.text("a😀(),:/* \\u002c\n", max_size=24))
    def test_tokens_cover_the_text_and_say_what_is_split(self, program: str) -> None:
        located = locate(program)
        if located.unclosed is None:
            assert [token.text for token in located.tokens] == split(program)
        else:
            with pytest.raises(BadProgram, match="unclosed comment"):
                split(program)
        covered = set()
        for token in located.all:
            assert 0 <= token.start < token.end <= len(program)
            covered |= set(range(token.start, token.end))
        rest = "".join(character for place, character in enumerate(program) if place not in covered)
        assert not rest.strip("".join(map(chr, range(0x21))) + ",")

    @settings(deadline=None, max_examples=300)
    @given(st.text("ab(),:/* ", max_size=24))
    def test_a_token_is_its_place_without_the_comments_in_it(self, program: str) -> None:
        located = locate(program)
        for token in located.tokens:
            own = [c for c in located.comments if token.start <= c.start and c.end <= token.end]
            text = "".join(
                character
                for place, character in enumerate(program[token.start : token.end], token.start)
                if not any(comment.start <= place < comment.end for comment in own)
            )
            assert text == token.text

    def test_both_sides_of_a_comment_join(self) -> None:
        tokens = document(" na/* key, */me ,b,:eq")["tokens"]
        assert [(token["text"], token["start"], token["end"]) for token in tokens] == [
            ("name", 1, 15),
            ("/* key, */", 3, 13),
            ("b", 17, 18),
            (":eq", 19, 22),
        ]

    def test_places_count_characters(self) -> None:
        (first, second, _) = document("😀,b,:eq")["tokens"]
        assert (first["end"], second["start"]) == (1, 2)

    def test_kinds(self) -> None:
        kinds = [token["kind"] for token in document("a,(,:b,),:eq,/* c */")["tokens"]]
        assert kinds == ["text", "open", "word", "close", "word", "comment"]


class TestSteps:
    @pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["id"])
    def test_recorded_programs_end_as_the_interpreter_ends_and_bad_ones_stop_at_a_token(self, case: Any) -> None:
        found = inspect(CATALOGUE.interpreter(case["vocab"]), case["expr"])
        assert ended(found) == outcome(CATALOGUE.interpreter(case["vocab"]), case["expr"])
        if found.failure is not None:
            place = found.failure.token
            assert place is not None or found.failure.message == "unclosed comment"
            assert all(moment.token < (place or len(found.tokens)) for moment in found.moments)

    @pytest.mark.parametrize("seed", range(4))
    def test_so_do_random_ones(self, seed: int) -> None:
        random_ = random.Random(seed)
        for make in (meaningful, soup) * 40:
            program = make(random_, CATALOGUE.graph)
            assert ended(inspect(CATALOGUE.graph, program)) == outcome(CATALOGUE.graph, program), program

    def test_each_step_tells_what_is_new(self) -> None:
        steps = document("a,b,:swap,c,:drop")["steps"]
        assert [[item["text"] for item in step["stack"]] for step in steps] == [
            ["a"],
            ["b", "a"],
            ["a", "b"],
            ["c", "a", "b"],
            ["a", "b"],
        ]
        assert [step["new"] for step in steps] == [1, 1, 2, 1, 0]

    def test_a_list_is_one_step_at_its_closing_parenthesis(self) -> None:
        found = document("(,a,(,b,),),c")
        assert [step["token"] for step in found["steps"]] == [5, 6]
        assert found["steps"][0]["stack"][0] == {"type": "List", "text": "List(a, (, b, ))"}

    def test_what_is_frozen_lies_below_and_is_counted(self) -> None:
        last = document("a,b,:freeze,c")["steps"][-1]
        assert ([item["text"] for item in last["stack"]], last["frozen"]) == (["c", "b", "a"], 2)

    def test_words_say_which_overload_ran(self) -> None:
        tokens = document("name,a,:eq,:max,:max")["tokens"]
        assert [token["word"]["vocabulary"] for token in tokens[2:]] == ["query", "data", "math"]
        assert tokens[3]["word"]["signature"] != tokens[4]["word"]["signature"]


FAILING = (
    ("name,a,:summ", 2, "unknown word ':summ'"),
    ("name,a,:eq,:sum,5,:topk", 5, "no matches for word ':topk' with stack [Sum,String]"),
    ("a,(,b", 1, "unmatched opening parenthesis"),
    ("a,),b", 1, "unmatched closing parenthesis"),
    ("name,a,:eq,:sum,2,median,:legend,x,:get", 8, "key not found: x"),
    ("a,(?i)b,:re", 2, "unsupported: inline flags in '(?i)b'"),
    ("a,/* b */,:not", 2, "no matches for word ':not'"),
)


class TestFailures:
    @pytest.mark.parametrize(("program", "token", "message"), FAILING)
    def test_the_failing_token(self, program: str, token: int, message: str) -> None:
        found = document(program)
        error = found["error"]
        assert error["token"] == token
        assert error["message"].startswith(message)
        place = found["tokens"][token]
        assert (error["start"], error["end"]) == (place["start"], place["end"])

    def test_an_open_comment_is_marked_to_the_end(self) -> None:
        error = document("a,b,:eq,/* for")["error"]
        assert (error["token"], error["start"], error["end"]) == (None, 8, 14)
        assert len(document("a,b,:eq,/* for")["steps"]) == 3

    def test_words_that_may_have_been_meant(self) -> None:
        assert "sum" in document("name,a,:eq,:summ")["error"]["near"]
        assert document("name,:eq")["error"]["near"] == ()

    def test_what_is_no_graph_yet(self) -> None:
        assert document("name,a")["unfinished"] == "expecting time series expr, found String 'name'"
        assert document("name,a,:eq")["unfinished"] is None
        assert document("a,:drop")["unfinished"] == "the stack is empty, there is nothing to show"
        assert document("")["unfinished"] is None


class TestFitting:
    @pytest.mark.parametrize(
        ("program", "expects", "key", "query"),
        [
            ("", "name", None, None),
            ("na", "name", None, None),
            ("name,", "value", "name", None),
            ("name,ipc", "value", "name", None),
            ("name,a,", None, None, None),
            ("name,a,:eq,", "key", None, "name,a,:eq"),
            ("name,a,:eq,app,", "value", "app", "name,a,:eq"),
            ("name,a,:eq,app,x,:eq,z,", "value", "z", "name,a,:eq,app,x,:eq,:and"),
            ("name,a,:eq,:sum,(,", "key", None, "name,a,:eq"),
            ("name,a,:eq,:sum,(,app,re", "key", None, "name,a,:eq"),
            ("name,a,:eq,app,(,x,", "value", "app", "name,a,:eq"),
            ("name,a,:eq,:sum,", "key", None, None),
            ("name,a,:eq,:sum,5,", None, None, None),
            ("a,:freeze,", "key", None, None),
        ],
    )
    def test_what_is_expected(self, program: str, expects: str | None, key: str | None, query: str | None) -> None:
        found = fits(program)
        assert (found["expects"], found["key"], found["query"]) == (expects, key, query)

    def test_words_fit_the_stack_before_the_token_that_is_written(self) -> None:
        program = "name,a,:eq,:su,(,b,),:by"
        found = fits(program, program.index(":su") + 2)
        assert (found["start"], found["end"]) == (11, 14)
        names = {word["name"]: word for word in found["words"]}
        assert names["sum"]["vocabulary"] == "data"
        assert names["sum"]["usual"] is True
        assert names["dup"]["usual"] is False
        assert "by" not in names
        assert "topk" not in names

    def test_every_word_that_fits_would_run(self) -> None:
        program = "name,a,:eq,:sum,(,app,),:by"
        for word in fits(f"{program},")["words"]:
            if word["name"] not in ("clear", "drop", "freeze"):
                assert document(f"{program},:{word['name']}")["error"] is None, word

    def test_nothing_fits_within_a_comment_and_behind_a_failure_nothing_is_known(self) -> None:
        assert fits("a,/* b */,c", 5) is None
        behind = fits("a,:summ,")
        assert (behind["known"], behind["words"]) == (False, [])

    def test_it_is_not_looked_for_unasked(self) -> None:
        assert document("name,")["complete"] is None


class TestLimits:
    def test_long_texts_are_cut_and_their_length_is_said(self) -> None:
        item = document(f"name,{'x' * 1000},:eq")["steps"][-1]["stack"][0]
        assert (len(item["text"]), item["length"]) == (MAX_TEXT, 1009)

    def test_all_of_an_answer_is_bounded(self) -> None:
        found = document(",".join(["name,a,:eq,:sum"] * 127))
        shown = [item for step in found["steps"] for item in step["stack"]]
        assert max(len(step["stack"]) for step in found["steps"]) == MAX_ITEMS
        assert sum(len(item["text"]) for item in shown) <= ALL_TEXT + LEAST_TEXT * len(shown)
        assert found["steps"][-1]["size"] == 127
        many = document(",".join([f"name,{'y' * 300},:eq,:sum"] * 100))
        assert sum(len(item["text"]) for step in many["steps"] for item in step["stack"]) <= ALL_TEXT

    def test_too_many_tokens_are_refused_with_both_numbers(self) -> None:
        with pytest.raises(TooMuch, match="513 tokens; 512 at most"):
            document(",".join(["a"] * 513))
        with pytest.raises(TooMuch, match="65537 characters"):
            document("a" * 65_537)
        with pytest.raises(BadRequest, match="missing required parameter 'q'"):
            SERVICE.answer({})

    def test_the_longest_recorded_program_is_quick(self) -> None:
        longest = max((case["expr"] for case in RECORDED if case["vocab"] == "custom"), key=len)
        took = []
        for _ in range(20):
            start = time.perf_counter()
            document(longest)
            took.append(time.perf_counter() - start)
        assert min(took) < 0.002


def test_over_http(recorded_urls: dict[int, str]) -> None:
    url = recorded_urls[60_000]
    answer = httpx.get(f"{url}/api/v1/expr/inspect", params={"q": "name,a,:eq,:summ", "at": "5"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"tokens", "steps", "error", "unfinished", "complete"}
    wrong = httpx.get(f"{url}/api/v1/expr/inspect", params={"q": "a", "at": "x"})
    assert (wrong.status_code, wrong.json()["message"]) == (400, 'For input string: "x"')
    unknown = httpx.get(f"{url}/api/v1/expr/inspect", params={"q": "a", "vocab": "x"})
    assert unknown.status_code == 404
