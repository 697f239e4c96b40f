"""What a tag query asks of a series: a small tree of clauses, without any text of a language.

A clause on a key that the series lacks is false, so `Not` of it is true. `name` is a key like any other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Always:
    """Every series (`value=True`) or none."""

    value: bool = True


@dataclass(frozen=True)
class HasKey:
    key: str


@dataclass(frozen=True)
class Equal:
    key: str
    value: str


@dataclass(frozen=True)
class LessThan:
    """Lexical order of the text, as are the next three."""

    key: str
    value: str


@dataclass(frozen=True)
class LessOrEqual:
    key: str
    value: str


@dataclass(frozen=True)
class GreaterThan:
    key: str
    value: str


@dataclass(frozen=True)
class GreaterOrEqual:
    key: str
    value: str


@dataclass(frozen=True)
class Matches:
    """A regular expression anchored at the start of the value only."""

    key: str
    pattern: str
    ignore_case: bool = False


@dataclass(frozen=True)
class OneOf:
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class And:
    left: Predicate
    right: Predicate


@dataclass(frozen=True)
class Or:
    left: Predicate
    right: Predicate


@dataclass(frozen=True)
class Not:
    inner: Predicate


Predicate = (
    Always | HasKey | Equal | LessThan | LessOrEqual | GreaterThan | GreaterOrEqual | Matches | OneOf | And | Or | Not
)
