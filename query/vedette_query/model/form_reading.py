"""Finding the form of an expression, or what in it no form can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from vedette_query.errors import QueryError
from vedette_query.language.tokens import join, listed
from vedette_query.model.arithmetic import Binary, Clamp, Unary
from vedette_query.model.data import Aggregate, All, DataExpr, GroupBy
from vedette_query.model.estimates import ApproxDistinct, Percentiles
from vedette_query.model.expr import SeriesExpr, is_predicate
from vedette_query.model.filters import Consolidate, Filter, Priority, Stat
from vedette_query.model.folding import As, Fold, FoldBy
from vedette_query.model.form import Argument, Form, Step
from vedette_query.model.form_macros import macro
from vedette_query.model.form_text import write
from vedette_query.model.form_where import conditions, size
from vedette_query.model.form_words import COMPARISONS, FOLDS, FUNCTIONS, KEEP, PERCENTILES, shortest
from vedette_query.model.normalize import normalize
from vedette_query.model.query import FALSE, TRUE, print_query
from vedette_query.model.rewrites import NamedRewrite, common_offset, expanded
from vedette_query.model.stateful import Stateful
from vedette_query.model.style import StyleExpr
from vedette_query.model.values import Constant
from vedette_query.timing.durations import Duration
from vedette_storage.predicate import And, Predicate

MAX_CONDITIONS: Final = 100
"""Conditions of a form; more cannot be looked through."""

EXPANDED: Final = ("avg", "stddev", "dist-avg", "dist-stddev")
"""Aggregates that a consolidation turns into what they stand for."""


class TooRich(Exception):
    """An expression has no form. `str()` is the reason, one sentence for the person who wrote it."""


class FormReader:
    """Finds forms. `evaluate` runs a program of the graph language; `averages` are the configured words."""

    def __init__(self, evaluate: Callable[[str], StyleExpr], averages: Sequence[str]) -> None:
        self._evaluate = evaluate
        self._averages = (*EXPANDED, *averages)

    def read(self, styled: StyleExpr) -> Form:
        """The form of an expression. Raises `TooRich`.

        What a form says is never more or less than the expression: each is written again and compared.
        """
        form = replace(self._series(styled.expr), style=dict(styled.settings))
        if size(form.where) > MAX_CONDITIONS:
            raise TooRich(f"It has {size(form.where)} conditions; the form shows at most {MAX_CONDITIONS}.")
        try:
            same = _meaning(self._evaluate(write(form))) == _meaning(styled)
        except QueryError as error:
            raise TooRich(f"The form cannot show all of it: {error}.") from error
        if not same:
            raise TooRich("It joins words in a way that the form would change.")
        return form

    def _series(self, expr: SeriesExpr) -> Form:
        match expr:
            case Aggregate() | GroupBy() | All() | Percentiles():
                return _data(expr)
            case NamedRewrite():
                return self._named(expr)
            case Unary("sqrt", Binary()) | Binary():
                average = self._expanded_average(expr)
                if average is not None:
                    return average
        inner, step = _peel(expr)
        form = self._series(inner)
        return replace(form, steps=(*form.steps, step))

    def _named(self, expr: NamedRewrite) -> Form:
        offset = common_offset(expr.evaluated)
        if is_predicate(expr.shown):
            parameters = tuple(map(shortest, expr.parameters))
            form = Form(conditions(expr.shown), expr.name, parameters, expr.grouping, offset=_duration(offset))
            function = FUNCTIONS.get(expr.name)
            return replace(form, aggregate="", steps=(Step(expr.name),)) if function and function.bare else form
        assert isinstance(expr.shown, SeriesExpr)
        if expr.name not in FUNCTIONS:
            raise TooRich(f"The form does not know :{expr.name}.")
        inner = self._series(expr.shown)
        arguments: tuple[Argument, ...] = (expr.grouping,) if expr.name in FOLDS else ()
        return replace(inner, offset=_duration(offset), steps=(*inner.steps, Step(expr.name, arguments)))

    def _expanded_average(self, expr: SeriesExpr) -> Form | None:
        """An average whose name was lost when a consolidation was set: found by making it again."""
        first = expr.data[0] if len(expr.data) > 1 else None
        if not isinstance(first, Aggregate | GroupBy):
            return None
        form = Form(keys=first.grouping, consolidation=first.consolidation, offset=_duration(first.offset))
        shift = (form.offset, ":offset") if form.offset else ()
        groups = (listed(form.keys), ":by") if form.keys else ()
        for query in _parts(first.query):
            for name in self._averages:
                program = join((print_query(query), f":{name}", f":cf-{form.consolidation}", *shift, *groups))
                try:
                    found = self._evaluate(program).expr
                except QueryError:
                    continue
                if found == expr:
                    return replace(form, where=conditions(query), aggregate=name)
        return None


def _data(expr: DataExpr | Percentiles) -> Form:
    match expr:
        case Percentiles(counts, percentiles):
            form = _data(counts.aggregate)
            return replace(form, aggregate=PERCENTILES, parameters=tuple(map(shortest, percentiles)), keys=expr.keys)
        case GroupBy(aggregate, keys):
            if not keys:
                raise TooRich("It groups by no key at all.")
            return replace(_data(aggregate), keys=keys)
        case Aggregate():
            return Form(
                conditions(expr.query), expr.function, consolidation=expr.consolidated or "",
                offset=_duration(expr.shift),
            )  # fmt: skip
        case _:
            return Form(conditions(expr.query), "all", offset=_duration(expr.offset))


def _peel(expr: SeriesExpr) -> tuple[SeriesExpr, Step]:
    """The outermost function, and what it is applied to."""
    found = macro(expr)
    if found is not None:
        return found
    match expr:
        case Unary(operation, input) | Stateful(operation, input, ()):
            return input, Step(operation)
        case Clamp(operation, input, limit):
            return input, Step(operation, (shortest(limit),))
        case Binary(operation, left, Constant(number)):
            return left, Step(operation, (shortest(number),))
        case Binary(operation, Constant(number), right):
            return right, Step(operation, (shortest(number),), leading=True)
        case Stateful(operation, input, arguments):
            return input, Step(operation, tuple(map(_argument, arguments)))
        case Consolidate(input, by, step):
            return input, Step("consolidate", (by, str(step)))
        case Stat(input, statistic, False):
            return input, Step("stat", (statistic,))
        case Priority(operation, input, statistic, k):
            return input, Step(operation, (statistic, str(k)))
        case Filter(input, Binary(comparison, Stat(filtered, statistic), Constant(number))) if (
            comparison in COMPARISONS and filtered == input
        ):
            return input, Step(KEEP, (statistic, comparison, shortest(number)))
        case Fold(function, input):
            return input, Step(function, ((),))
        case FoldBy(Fold(function, input), keys):
            return input, Step(function, (keys,))
        case As(input, original, replacement):
            return input, Step("as", (original, replacement))
        case ApproxDistinct(input):
            return input, Step("approx-distinct")
        case _:
            raise TooRich(_reason(expr))


def _reason(expr: SeriesExpr) -> str:
    match expr:
        case Binary(operation):
            return f"It joins two sets of lines by :{operation}; the form shows one."
        case Filter():
            return "Its :filter has a condition that the form does not know; it can keep lines by one statistic."
        case Constant():
            return f"There is no query in it, only the number {shortest(expr.constant)}."
        case _ if not expr.data:
            return f"There is no query in it: {expr.text()}."
        case _:
            return f"The form does not know what makes {expr.text()[-40:]}."


def _meaning(styled: StyleExpr) -> tuple[str, str]:
    """What two expressions must share to be the same: how they are shown, and what is evaluated."""
    return normalize(styled), normalize(StyleExpr(expanded(styled.expr), styled.settings))


def _parts(query: Predicate) -> tuple[Predicate, ...]:
    """The queries that an average may have been made of, given the first query in it."""
    return (query, query.right, query.left) if isinstance(query, And) else (query, TRUE, FALSE)


def _argument(argument: float | Duration) -> str:
    return str(argument) if isinstance(argument, int | Duration) else shortest(argument)


def _duration(duration: Duration | None) -> str:
    return str(duration) if duration else ""
