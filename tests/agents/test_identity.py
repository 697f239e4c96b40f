"""Names and tags: what is kept, what is replaced, what is the same."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.recorded import cases
from vedette_agent.identity import MeterId, sanitise


@pytest.mark.parametrize("case", [case for case in cases("sanitise") if case["kind"] == "name"], ids=lambda c: c["raw"])
def test_names_are_sanitised_as_recorded(case: dict[str, str]) -> None:
    assert sanitise(case["raw"]) == case["sanitised"]


@pytest.mark.parametrize("case", [case for case in cases("sanitise") if case["kind"] == "id"], ids=str)
def test_ids_keep_the_tags_that_the_recorded_ones_keep(case: dict[str, Any]) -> None:
    """Spectator's thin client writes two keys that sanitise alike twice, where the daemon keeps the last."""
    tags: Any = {(7 if key == "__int_key__" else key): value for key, value in case["tags"].items()}
    meter_id = MeterId(case["name"], tags).sanitised()
    name, *pairs = case["spectatord_id"].split(",")
    assert meter_id.name == name
    assert dict(meter_id.tags) == dict(pair.split("=", 1) for pair in pairs)
    assert list(meter_id.tags) == sorted(meter_id.tags)


@given(st.text())
def test_sanitising_is_one_for_one_and_leaves_only_permitted_characters(text: str) -> None:
    clean = sanitise(text)
    assert len(clean) == len(text)
    assert sanitise(clean) == clean
    assert all(new in (old, "_") for new, old in zip(clean, text, strict=True))


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=5), st.randoms())
def test_the_order_of_tags_does_not_matter(tags: dict[str, str], random: Any) -> None:
    shuffled = list(tags.items())
    random.shuffle(shuffled)
    assert MeterId("m", tags) == MeterId("m", dict(shuffled))
    assert hash(MeterId("m", tags)) == hash(MeterId("m", dict(shuffled)))


def test_with_tags_overrides_in_a_new_id() -> None:
    first = MeterId("m", {"a.a": "1", "b.b": "2"})
    second = first.with_tag("b.b", "3")
    assert dict(first.tags)["b.b"] == "2"
    assert second.tags == (("a.a", "1"), ("b.b", "3"))
    assert first.with_tags({}) is first


def test_unusable_tags_are_dropped_with_a_warning_and_the_id_survives(caplog: pytest.LogCaptureFixture) -> None:
    odd: Any = {"": "x", "empty": "", "none": None, "number": 7, "good": "yes", "name": "no"}
    assert MeterId("m", odd).tags == (("good", "yes"),)
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert len(caplog.records) == 4
    nothing: Any = ["no", "mapping"]
    assert MeterId("m", nothing).tags == ()


def test_an_id_is_the_flat_tuple_of_its_texts() -> None:
    assert MeterId("m", {"k.k": "v", "a.a": "w"}) == ("m", "a.a", "w", "k.k", "v")
    assert repr(MeterId("m", {"k.k": "v"})) == "MeterId('m', {'k.k': 'v'})"
