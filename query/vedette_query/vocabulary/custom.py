"""Words made by configuration: averages over the number of things that report."""

from __future__ import annotations

from typing import Final

from vedette_query.language.interpreter import Interpreter
from vedette_query.language.typed import Slot, read, signature
from vedette_query.language.word import Context, Vocabulary, Word
from vedette_query.model.arithmetic import Binary
from vedette_query.model.data import Aggregate, DataExpr, GroupBy
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.names import type_name
from vedette_query.model.query import both, without_keys
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.settings import CustomAverage
from vedette_query.vocabulary.select import QUERIES
from vedette_query.vocabulary.slots import QUERY
from vedette_query.vocabulary.style import STYLES
from vedette_storage.predicate import Predicate

_SLOTS: Final = (Slot(QUERY),)


def custom_vocabulary(averages: tuple[CustomAverage, ...]) -> Vocabulary:
    """The whole graph language with the configured averages."""
    return Vocabulary("custom", tuple(map(_average, averages)), base=STYLES)


def _average(average: CustomAverage) -> Word:
    (base,) = Interpreter(QUERIES, type_name).evaluate(average.base)

    def divide(query: Predicate, keys: tuple[str, ...] = ()) -> SeriesExpr:
        """The sum by the number of things, which are grouped by those keys only that they have."""
        things = Aggregate("sum", both(base, without_keys(query, average.keys)))
        common = tuple(key for key in keys if key in average.keys)
        return Binary("div", _grouped(Aggregate("sum", query), keys), _grouped(things, common))

    def execute(context: Context) -> Context:
        query = context.stack[-1]
        named = NamedRewrite(average.name, query, (), divide(query), context.runner.evaluate, divide)
        return context.with_stack((*context.stack[:-1], named))

    return Word(
        average.name,
        signature(_SLOTS, "TimeSeriesExpr"),
        f"The sum of a query divided by the number of series that match {average.base}. Of the query, only clauses on "
        "keys that say where something runs are applied to those; so it becomes an average per thing that reports.",
        ("name,requests,:eq", "name,requests,:eq,nf.app,www,:eq,:and"),
        lambda stack: read(stack, _SLOTS) is not None,
        execute,
    )


def _grouped(aggregate: Aggregate, keys: tuple[str, ...]) -> DataExpr:
    return GroupBy(aggregate, keys) if keys else aggregate
