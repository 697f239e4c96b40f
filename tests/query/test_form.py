"""Forms: what is written is read again, every expression of the form is read, and the reasons for the others."""

from __future__ import annotations

import json
import random
from typing import Any

import httpx
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.query.forms import conditions, forms, one_line
from tests.query.programs import meaningful
from vedette_query.api.form import FormService
from vedette_query.errors import BadRequest, QueryError
from vedette_query.language.tokens import listed
from vedette_query.model.form import Condition, Conditions, Form, Step
from vedette_query.model.form_document import document, form_of
from vedette_query.model.form_text import where_text, write
from vedette_query.model.form_where import conditions as conditions_of
from vedette_query.model.form_words import FUNCTIONS
from vedette_query.model.normalize import normalize
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.slots import presentable

CATALOGUE = Catalogue(Settings().custom_averages)
SERVICE = FormService(CATALOGUE, Settings())
AVERAGES = ("node-avg", "eureka-avg")
A = "name,a,:eq"


def read(program: str) -> Form | str:
    found = SERVICE.read(program)
    return found["why"] if found["form"] is None else form_of(found["form"], AVERAGES)


def normal(program: str) -> list[str]:
    return [normalize(expr) for item in CATALOGUE.graph.evaluate(program) if (expr := presentable(item)) is not None]


def mirrored(form: Form) -> None:
    """What is written of a form is read again as the same form."""
    assume(not one_line(form))
    program = write(form)
    try:
        normal(program)
    except QueryError:
        assume(False)  # e.g. lines that are no longer grouped, grouped once more: the language has no such thing
    assert read(program) == form


def meant(form: Form) -> None:
    """However a form is written, it is read as one that means the same."""
    try:
        program = write(form)
        meaning = normal(program)
    except QueryError:
        assume(False)
    found = read(program)
    assert isinstance(found, Form), found
    assert normal(write(found)) == meaning
    assert read(write(found)) == found


def kept(seed: int) -> None:
    """Any expression at all has a form of the same meaning, or a reason why not."""
    program = meaningful(random.Random(seed), CATALOGUE.graph)
    found = SERVICE.read(program)
    assert (found["form"] is None) == bool(found["why"])
    if found["form"] is None:
        return
    again = SERVICE.build(json.loads(json.dumps(found["form"])))
    assert again["error"] is None
    assert normal(again["q"]) == normal(program)


@settings(deadline=None, max_examples=100)
@given(forms())
def test_what_is_written_is_read_again(form: Form) -> None:
    mirrored(form)


@settings(deadline=None, max_examples=60)
@given(forms())
def test_every_form_that_can_be_written_has_one_meaning(form: Form) -> None:
    meant(form)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 2**32))
def test_any_expression_keeps_its_meaning_or_has_a_reason(seed: int) -> None:
    kept(seed)


@pytest.mark.proof
@settings(deadline=None, max_examples=4000)
@given(forms())
def test_thousands_of_forms_are_mirrored(form: Form) -> None:
    mirrored(form)
    meant(form)


@pytest.mark.proof
@settings(deadline=None, max_examples=10_000)
@given(st.integers(0, 2**32))
def test_thousands_of_expressions_keep_their_meaning(seed: int) -> None:
    kept(seed)


@settings(deadline=None)
@given(forms())
def test_a_document_is_a_form(form: Form) -> None:
    assert form_of(json.loads(json.dumps(document(form))), AVERAGES) == form


@settings(deadline=None)
@given(conditions())
def test_conditions_are_what_the_words_make(condition: Condition) -> None:
    (query,) = CATALOGUE.query.evaluate(where_text(Conditions((condition,))))
    assert conditions_of(query) == Conditions((condition,))


@pytest.mark.parametrize("word", sorted(word for word in FUNCTIONS if word != "keep"))
def test_every_function_is_read_after_a_group_and_a_consolidation(word: str) -> None:
    usual = [parameter.usual or "x" for parameter in FUNCTIONS[word].parameters if parameter.kind != "keys"]
    program = ",".join([A, ":max", ":cf-sum", "(,x,y,),:by", *usual, f":{word}"])
    found = read(program)
    assert isinstance(found, Form), found
    assert (found.aggregate, found.consolidation, found.keys, found.steps[0].word) == ("max", "sum", ("x", "y"), word)
    assert normal(write(found)) == normal(program)


@pytest.mark.parametrize(
    ("program", "written"),
    [
        (A, f"{A},:sum"),
        (f"{A},(,k,),:by", f"{A},:sum,(,k,),:by"),
        ("name,(,a,),:in,:sum", f"{A},:sum"),
        ("b,1,:eq,name,a,:eq,:and,c,2,:eq,d,3,:eq,:or,:and", "b,1,:eq,name,a,:eq,:and,c,2,:eq,d,3,:eq,:or,:and,:sum"),
        (f"{A},b,1,:eq,c,2,:eq,:and,:and", f"{A},b,1,:eq,:and,c,2,:eq,:and,:sum"),
        (f"{A},b,1,:eq,:or,:not", f"{A},b,1,:eq,:or,:not,:sum"),
        (f"{A},:not,:not", f"{A},:not,:not,:sum"),
        (r"name,a\.b,:re", "name,a.b,:starts,:sum"),
        (r"name,.*a\.b$,:re", "name,a.b,:ends,:sum"),
        (f"{A},:sum,(,k,),:cg", f"{A},:sum,(,k,),:by"),
        (f"{A},:dup,:sum,:swap,:count,:div", f"{A},:avg,:cf-avg"),
        (f"{A},:avg,(,k,),:by,:cf-max", f"{A},:avg,:cf-max,(,k,),:by"),
        (f"{A},:median", f"{A},(,50,),:percentiles"),
        (f"{A},:sum,1h,:offset,1w,:offset", f"{A},:sum,1w,:offset"),
        (f"{A},x,1,:eq,:cq,:sum", f"{A},x,1,:eq,:and,:sum"),
        (f"{A},(,k,),:by,:dup,max,:stat,5,:gt,:filter", f"{A},:sum,(,k,),:by,:stat-max,5,:gt,:filter"),
        (f"{A},:sum,foo,:legend,:per-step", f"{A},:sum,:per-step,foo,:legend"),
        (f"{A},:sum,f00,:color,40,:alpha,2,:lw", f"{A},:sum,2,:lw,40ff0000,:color"),
        (f"{A},:des-fast", f"{A},:des-fast"),
        (f"/* calls */ {A} , :sum ", f"{A},:sum"),
    ],
)
def test_other_spellings(program: str, written: str) -> None:
    found = read(program)
    assert isinstance(found, Form), found
    assert write(found) == written


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("", "There is nothing in it yet."),
        (f"{A},name,b,:eq", "It gives 2 results; the form shows one."),
        (f"{A},name,b,:eq,:div", "It joins two sets of lines by :div; the form shows one."),
        ("42", "There is no query in it, only the number 42."),
        (":random", "There is no query in it: :random."),
        (f"{A},(,k,),:by,:stat-max,:stat-min,:gt,:filter", "Its :filter has a condition that the form does not know; it"
         " can keep lines by one statistic."),
        (f"{A},(,),:by", "It groups by no key at all."),
        ("name,a", "expecting time series expr, found String 'name'"),
        (f"{A},:summ", "unknown word ':summ'"),
        (",".join([A, *(f"k,{n},:eq,:or" for n in range(120))]), "It has 121 conditions; the form shows at most 100."),
    ],
)  # fmt: skip
def test_why_an_expression_has_no_form(program: str, why: str) -> None:
    assert read(program) == why


def test_a_question_with_too_many_alternatives_is_no_form() -> None:
    program = ",".join(["a,1,:eq,b,1,:eq,:or"] + ["a,1,:eq,b,1,:eq,:or,:and"] * 14)
    assert "alternatives when written out" in str(read(program))


def test_what_has_not_been_filled_in_is_left_out() -> None:
    blank = {"key": "", "operator": "is", "values": []}
    draft: dict[str, Any] = {
        "where": {
            "join": "any",
            "parts": [blank, {"key": "x", "operator": "is", "values": [""]}, {"parts": [blank], "join": "any"}],
        },
        "steps": [{"word": ""}],
        "style": {"legend": "", "axis": "1"},
    }
    assert form_of(draft) == Form(style={"axis": "1"})
    draft["where"]["parts"].append({"key": "name", "operator": "is", "values": ["a", "b"]})
    assert write(form_of(draft)) == f"{A},:sum,1,:axis"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "the form should be an object, found a list"),
        ({"aggregate": "mean"}, "there is no aggregate 'mean', there are sum, avg"),
        ({"aggregate": ""}, "there is no aggregate ''"),
        ({"consolidation": "last"}, "there is no consolidation 'last', there are avg, sum, min, max"),
        ({"keys": "app"}, "'keys' should be a list, found a text"),
        ({"where": {"join": "some"}}, "a group joins its conditions by all or any, found 'some'"),
        ({"where": {"parts": [{"key": "a", "operator": "like"}]}}, "there is no operator 'like', there are is"),
        ({"where": {"parts": [{"key": 1}]}}, "'key' should be a text, found a number"),
        ({"steps": [{"word": "smooth"}]}, "there is no function 'smooth'"),
        ({"steps": [{"word": "rolling-mean", "arguments": ["x"]}]}, "rolling-mean needs a whole number for 'points'"),
        ({"steps": [{"word": "gt"}]}, "gt needs a number for 'number', found ''"),
        ({"aggregate": "percentiles"}, "say which percentiles, such as 50 and 99"),
    ],
)
def test_a_bad_form_is_told_in_a_sentence(given: object, said: str) -> None:
    with pytest.raises(BadRequest, match=said.replace("(", r"\(")):
        form_of(given)


def test_nested_deeper_than_anybody_reads() -> None:
    where: dict[str, Any] = {"key": "a", "operator": "has"}
    for _ in range(30):
        where = {"join": "any", "parts": [where]}
    with pytest.raises(BadRequest, match="nested more than 20 deep"):
        form_of({"where": where})


def test_a_bare_word_is_kept() -> None:
    form = read(f"{A},:approx-distinct-cumulative,2,:mul")
    assert isinstance(form, Form)
    assert (form.aggregate, form.steps[0]) == ("", Step("approx-distinct-cumulative"))
    assert listed(("a b", "c,d")) in write(Form(Conditions((Condition("k", "one-of", ("a b", "c,d")),))))


def test_over_http(recorded_urls: dict[int, str]) -> None:
    url = recorded_urls[10_000]
    choices = httpx.get(f"{url}/api/v1/expr/form").json()
    assert {one["word"] for one in choices["aggregates"]} >= {"sum", "percentiles", "node-avg"}
    assert all(one["summary"] for one in choices["functions"])
    found = httpx.get(f"{url}/api/v1/expr/form", params={"q": f"{A},:avg"}).json()
    assert (found["form"]["aggregate"], found["why"], found["queries"]) == ("avg", "", [f"{A},:avg"])
    asked = {"q": f"{A},:max,2,:axis,{A},:count", "cq": "region,x,:eq"}
    queries = httpx.get(f"{url}/api/v1/expr/form", params=asked).json()["queries"]
    assert queries == [f"{A},region,x,:eq,:and,:max", f"{A},region,x,:eq,:and,:count"]
    text = json.dumps(found["form"])
    for answer in (
        httpx.get(f"{url}/api/v1/expr/build", params={"form": text}),
        httpx.post(f"{url}/api/v1/expr/build", content=text),
    ):
        assert answer.json() == {"q": f"{A},:avg", "query": A, "error": None}
    wrong = {"where": {"parts": [{"key": "a", "operator": "matches", "values": ["("]}]}}
    assert "invalid regular expression '('" in httpx.post(f"{url}/api/v1/expr/build", json=wrong).json()["error"]
    for body, said in ((b"{", "the form is no JSON"), (b'{"aggregate": "x"}', "there is no aggregate 'x'")):
        refused = httpx.post(f"{url}/api/v1/expr/build", content=body)
        assert refused.status_code == 400
        assert said in refused.json()["message"]
    assert httpx.get(f"{url}/api/v1/expr/build").status_code == 400
    assert "the limit is 65536" in str(read("a," * 33_000))


@example("name,a,:eq,:sum")
@given(st.text(max_size=60))
def test_any_text_has_an_answer(program: str) -> None:
    found = SERVICE.read(program)
    assert (found["form"] is None) == bool(found["why"])
