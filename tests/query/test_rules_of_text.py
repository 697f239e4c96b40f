"""Rules of Atlas that its recorded cases do not show: what texts, legends and labels become."""

from __future__ import annotations

import pytest

from tests.query.recorded import recorded_store
from vedette_query.errors import BadRequest
from vedette_query.model.normalize import normalize
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.slots import presentable

CATALOGUE = Catalogue(Settings().custom_averages)
STEP_MS = 60_000
SERVICE = GraphService(recorded_store(STEP_MS).samples, CATALOGUE, Settings(step_ms=STEP_MS))

EVEN_OR_ODD = "class,:has,prime,:has,:or"
"""A query of which no simple legend can be made, so that labels are the default ones."""


def normal(program: str) -> str:
    (expr,) = map(presentable, CATALOGUE.graph.evaluate(program))
    assert expr is not None
    return normalize(expr)


def labels(program: str) -> list[str]:
    request = GraphRequest(program, start="e-5m", end="2026-11-22T00:03", timezones=("UTC",))
    return [line.legend for line in SERVICE.evaluate(request).lines]


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("a,:has,area,:ls", "a,:has,:sum,:area"),
        ("a,:has,foo,:ls", "a,:has,:sum,:foo"),
        ("a,:has,$a b,:legend", "a,:has,:sum,$(a) b,:legend"),
        ("a,:has,$$a,:legend", "a,:has,:sum,$$(a),:legend"),
        ("a,:has,$(a,:legend", "a,:has,:sum,$(a,:legend"),
        ("a,:has,x$(,:legend", "a,:has,:sum,x$(,:legend"),
        ("a,:has,a$,:legend", "a,:has,:sum,a$,:legend"),
    ],
)
def test_normal_text_of_a_style(program: str, printed: str) -> None:
    assert normal(program) == printed


@pytest.mark.parametrize(
    ("legend", "shown"),
    [
        ("$name", "1.0"),
        ("$(name)s", "1.0s"),
        ("$missing", "missing"),
        ("$$name", "$1.0"),
        ("a$ b$", "a$ b$"),
        ("$()name", "$name"),
        ("$(name", "$name"),
        ("$($(name)", "$(name"),
        ("x$(", "x$"),
    ],
)
def test_variables_of_a_legend(legend: str, shown: str) -> None:
    assert labels(f"1,{legend},:legend") == [shown]


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("1m,:offset", "sum((has(class)) or (has(prime))) (offset=1m)"),
        ("1m,:offset,:neg", "NO TAGS (offset=1m)"),
        ("1m,:offset,:integral", "integral(sum((has(class)) or (has(prime)))) (offset=1m)"),
        ("1m,:offset,max,:stat", "stat-max(sum((has(class)) or (has(prime)))) (offset=1m)"),
        ("1d,:offset", "NO DATA (offset=1d)"),
        (f"1m,:offset,{EVEN_OR_ODD},:add", "NO TAGS"),
        ("1m,:offset,own,:legend", "own"),
    ],
)
def test_a_default_label_tells_at_its_end_of_the_least_offset(word: str, shown: str) -> None:
    assert labels(f"{EVEN_OR_ODD},{word}") == [shown]


def test_labels_of_groups_tell_of_the_offset_too() -> None:
    assert labels(f"{EVEN_OR_ODD},(,class,),:by,1m,:offset,2,:mul") == [
        "class=even (offset=1m)",
        "class=odd (offset=1m)",
    ]


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("%d|%f,5,:const,1.5,:neg,2,:nlist,:format", "5|-1.500000"),
        ("%2$s %1$s %s,(,a,b,),:format", "b a a"),
        ("%05d|%-5d|%5s|%.2s,(,42,42,ab,xyz,),:format", "00042|42   |   ab|xy"),
        ("%x %X,(,255,255,),:format", "ff FF"),
        ("100%%,(,),:format", "100%"),
        ("%s,(,a\\u002cb,),:format", "a,b"),
    ],
)
def test_format(program: str, text: str) -> None:
    assert CATALOGUE.graph.evaluate(program) == (text,)


@pytest.mark.parametrize("alpha", ["4", "444", "zz"])
def test_an_alpha_of_its_own_has_two_digits(alpha: str) -> None:
    with pytest.raises(BadRequest, match="invalid alpha"):
        labels(f"1,{alpha},:alpha")


def test_an_alpha_beside_a_color_is_read_as_a_number() -> None:
    assert normal("a,:has,f00,:color,4,:alpha") == "a,:has,:sum,04ff0000,:color"
