"""Words that say what is wanted of events. A vocabulary of its own: what it makes cannot be drawn."""

from __future__ import annotations

from typing import Final

from vedette_query.language.kinds import Kind
from vedette_query.language.typed import Slot, typed
from vedette_query.language.word import Vocabulary
from vedette_query.model.events import EventExpr, Raw, Sample, Table
from vedette_query.model.expr import is_predicate
from vedette_query.vocabulary.select import QUERIES
from vedette_query.vocabulary.slots import QUERY, TEXTS

LIST: Final = Kind("List", TEXTS.read)

_QUERY: Final = Slot(QUERY, "q")


def event(value: object) -> EventExpr | None:
    """The value as an expression over events; a query alone stands for the events themselves."""
    if isinstance(value, EventExpr):
        return value
    return Raw(value) if is_predicate(value) else None


EVENTS: Final = Vocabulary(
    "event",
    (
        typed(
            "sample", (_QUERY, Slot(LIST, "sampleBy"), Slot(LIST, "projectionKeys")), "EventExpr", Sample,
            "Count the matching events of each step by some keys, and show some columns of one of each.",
            "level,ERROR,:eq,(,app,exception,),(,message,)",
        ),
        typed(
            "table", (_QUERY, Slot(LIST, "columns")), "EventExpr", Table,
            "A row of some columns for each matching event.", "level,ERROR,:eq,(,app,message,)",
        ),
    ),
    base=QUERIES,
)  # fmt: skip
