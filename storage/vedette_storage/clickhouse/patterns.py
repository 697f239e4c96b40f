"""Regular expressions that the engine's RE2 does not take (lookahead, say), answered in Python over the tag values."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.condition import re2
from vedette_storage.errors import Refused
from vedette_storage.matching import compiled
from vedette_storage.predicate import And, Matches, Not, OneOf, Or, Predicate
from vedette_storage.selection import Selection

_CANNOT_COMPILE = 427


class Patterns:
    """Replaces clauses that RE2 refuses by the list of values that they match."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._taken = lru_cache(maxsize=10_000)(self._ask)

    def resolve_in(self, selection: Selection) -> Selection:
        predicate = self.resolve(selection.predicate)
        return selection if predicate is selection.predicate else replace(selection, predicate=predicate)

    def resolve(self, predicate: Predicate) -> Predicate:
        """The same predicate without patterns that RE2 refuses. Raises `Refused` for what is no pattern at all."""
        match predicate:
            case Matches() if not self._taken(re2(predicate.pattern, predicate.ignore_case)):
                return self._listed(predicate)
            case And(left, right):
                return _same_or(predicate, And(self.resolve(left), self.resolve(right)))
            case Or(left, right):
                return _same_or(predicate, Or(self.resolve(left), self.resolve(right)))
            case Not(inner):
                return _same_or(predicate, Not(self.resolve(inner)))
            case _:
                return predicate

    def _ask(self, pattern: str) -> bool:
        try:
            self._connections.query("SELECT match('', {pattern:String})", {"pattern": pattern})
        except Refused as error:
            if error.code == _CANNOT_COMPILE:
                return False
            raise
        return True

    def _listed(self, clause: Matches) -> OneOf:
        pattern = compiled(clause.pattern, clause.ignore_case)
        table = self._connections.query(
            "SELECT DISTINCT toString(name) AS value FROM series"
            if clause.key == "name"
            else "SELECT DISTINCT tag_value AS value FROM tag_values WHERE tag_key = {key:String}",
            {} if clause.key == "name" else {"key": clause.key},
        )
        return OneOf(clause.key, tuple(value for value in table["value"].to_pylist() if pattern.match(value)))


def _same_or(old: Predicate, new: Predicate) -> Predicate:
    return old if old == new else new
