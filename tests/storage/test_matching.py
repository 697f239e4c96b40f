"""Predicates in Python, clause by clause."""

from __future__ import annotations

import pytest

from tests.storage.blocks import rate
from vedette_storage.errors import Refused
from vedette_storage.matching import matches
from vedette_storage.predicate import (
    Always,
    And,
    Equal,
    GreaterOrEqual,
    GreaterThan,
    HasKey,
    LessOrEqual,
    LessThan,
    Matches,
    Not,
    OneOf,
    Or,
    Predicate,
)

CPU = rate("cpu", app="api", zone="")


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        *((Always(), True), (Always(False), False), (HasKey("name"), True), (HasKey("zone"), True)),
        *((HasKey("absent"), False), (Not(HasKey("absent")), True), (Equal("name", "cpu"), True)),
        *((Equal("zone", ""), True), (Equal("absent", ""), False), (Not(Equal("absent", "x")), True)),
        *((LessThan("app", "b"), True), (LessThan("app", "api"), False), (LessThan("absent", "b"), False)),
        *((LessOrEqual("app", "api"), True), (GreaterThan("app", "api"), False), (GreaterOrEqual("app", "api"), True)),
        *((Matches("app", "p"), False), (Matches("app", ".p"), True), (Matches("app", "AP", ignore_case=True), True)),
        *((Matches("app", "ap$"), False), (Matches("app", "a(?!b)"), True), (Matches("absent", ""), False)),
        *((OneOf("app", ("x", "api")), True), (OneOf("app", ()), False), (OneOf("absent", ("",)), False)),
        *((And(HasKey("app"), HasKey("absent")), False), (Or(HasKey("app"), HasKey("absent")), True)),
    ],
    ids=repr,
)
def test_a_clause_holds_or_not(predicate: Predicate, expected: bool) -> None:
    assert matches(predicate, CPU) is expected


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(Refused, match=r"'\(' is not a regular expression"):
        matches(Matches("app", "("), CPU)
