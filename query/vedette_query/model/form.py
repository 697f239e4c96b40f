"""An expression as a form that can be filled in by clicking: conditions, aggregate, groups, functions, presentation.

A form is text in other words: `form_text.write` makes the expression, `form_reading.read` finds the form of one. Values
are texts as a person types them; numbers and durations are in their shortest spelling (`0.5`, `5m`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

Operator = Literal[
    "is", "one-of", "contains", "starts", "ends", "matches", "matches-any-case", "has", "before", "before-or-is",
    "after", "after-or-is",
]  # fmt: skip
"""What a condition asks of the value of its key. Order is lexical, as all of the language's queries have it."""

OPERATORS: Final[Mapping[Operator, str]] = {
    "is": "eq", "one-of": "in", "contains": "contains", "starts": "starts", "ends": "ends", "matches": "re",
    "matches-any-case": "reic", "has": "has", "before": "lt", "before-or-is": "le", "after": "gt", "after-or-is": "ge",
}  # fmt: skip
"""The operators and their words."""

Join = Literal["all", "any"]
JOINS: Final = get_args(Join)

Argument = str | tuple[str, ...]
"""A value that a word takes: a text, or (for keys) a list of texts."""


@dataclass(frozen=True)
class Condition:
    """One clause: `has` takes no value, `one-of` any number of them, the others one. `negated`: must not hold."""

    key: str
    operator: Operator = "is"
    values: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Conditions:
    """Clauses of which all, or any, must hold. No parts: every series for `all`, none for `any`."""

    parts: tuple[Condition | Conditions, ...] = ()
    join: Join = "all"
    negated: bool = False


@dataclass(frozen=True)
class Step:
    """A function applied to the lines: its word with its arguments, in the order in which they are written.

    `leading`: of a word between two values (`:div`), the number stands first. Two words are the form's own: `keep` (a
    filter by one statistic), and the aggregates over lines, whose argument is the list of keys to keep apart.
    """

    word: str
    arguments: tuple[Argument, ...] = ()
    leading: bool = False


@dataclass(frozen=True)
class Form:
    """A whole expression.

    `aggregate` is a word of `form_words.AGGREGATES`, or empty where the first step is a word that takes a bare query.
    `parameters` belong to the aggregate: the percentiles, or the bounds of `sample-count`.
    """

    where: Conditions = Conditions()
    aggregate: str = "sum"
    parameters: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    consolidation: str = ""  # avg, sum, min, max; empty: as is natural for the aggregate
    offset: str = ""  # how far back the data is taken from, as in 1w
    steps: tuple[Step, ...] = ()
    style: Mapping[str, str] = field(default_factory=dict)  # presentation settings by their word; ls is the line style
