"""A form as an expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vedette_query.language.tokens import escape, join, listed
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.form import OPERATORS, Argument, Condition, Conditions, Form, Step
from vedette_query.model.form_words import FOLDS, KEEP, PERCENTILES
from vedette_query.model.style import StyleExpr

ALL: Final = "all"
"""The aggregate that combines nothing: it has neither groups nor a consolidation of its own."""


def write(form: Form) -> str:
    """The program of a form. What is asked for twice or in vain is written all the same; nothing is checked here."""
    return StyleExpr(_Program(series_text(form)), form.style).text()


def series_text(form: Form) -> str:
    """The program without the presentation."""
    return join(_series(form))


def where_text(where: Conditions) -> str:
    """The query that the conditions make."""
    return join(_group(where))


def _series(form: Form) -> list[str]:
    steps = list(form.steps)
    parts = [where_text(form.where)]
    if form.aggregate == PERCENTILES:
        parts += [*_by(form.keys), listed(form.parameters), f":{PERCENTILES}"]
    elif form.aggregate:
        parts += [*map(escape, form.parameters), f":{form.aggregate}"]
    else:
        parts.append(f":{steps.pop(0).word}")
    if form.consolidation and form.aggregate != ALL:
        parts.append(f":cf-{form.consolidation}")
    if form.offset:
        parts += [escape(form.offset), ":offset"]
    if form.aggregate not in (ALL, PERCENTILES):
        parts += _by(form.keys)
    for step in steps:
        parts = _after(parts, step)
    return parts


def _by(keys: tuple[str, ...]) -> list[str]:
    return [listed(keys), ":by"] if keys else []


def _after(parts: list[str], step: Step) -> list[str]:
    arguments = list(map(_plain, step.arguments))
    if step.word == KEEP:
        statistic, comparison, number = arguments
        return [*parts, f":stat-{statistic}", number, f":{comparison}", ":filter"]
    if step.word in FOLDS:
        return [*parts, f":{step.word}", *((arguments[0], ":by") if any(step.arguments) else ())]
    if step.leading:
        return [*arguments, *parts, f":{step.word}"]
    return [*parts, *arguments, f":{step.word}"]


def _plain(argument: Argument) -> str:
    return escape(argument) if isinstance(argument, str) else listed(argument)


def _group(group: Conditions) -> Iterator[str]:
    if not group.parts:
        yield ":true" if group.join == "all" else ":false"
    for place, part in enumerate(group.parts):
        yield from _group(part) if isinstance(part, Conditions) else _condition(part)
        if place:
            yield ":and" if group.join == "all" else ":or"
    if group.negated:
        yield ":not"


def _condition(condition: Condition) -> Iterator[str]:
    yield escape(condition.key)
    if condition.operator == "one-of":
        yield listed(condition.values)
    elif condition.operator != "has":
        yield escape(condition.values[0])
    yield f":{OPERATORS[condition.operator]}"
    if condition.negated:
        yield ":not"


@dataclass(frozen=True)
class _Program(SeriesExpr):
    """A program that is printed as it is, so that presentation settings can stand behind it."""

    program: str

    def text(self) -> str:
        return self.program
