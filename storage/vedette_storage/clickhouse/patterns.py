"""Regular expressions that the engine's RE2 does not take (lookahead, say), answered over the list of tag values."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from vedette_storage.clickhouse.backtracking import matching
from vedette_storage.clickhouse.client import Connections
from vedette_storage.clickhouse.condition import re2
from vedette_storage.errors import Refused
from vedette_storage.predicate import And, Matches, Not, OneOf, Or, Predicate
from vedette_storage.selection import Selection

_CANNOT_COMPILE: Final = 427
_MOST_VALUES: Final = 100_000


class Patterns:
    """Replaces clauses that RE2 refuses by the list of values that they match."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._taken = lru_cache(maxsize=10_000)(self._ask)

    def resolve_in(self, selection: Selection) -> Selection:
        return replace(selection, predicate=self.resolve(selection.predicate))

    def resolve(self, predicate: Predicate) -> Predicate:
        """The same predicate without patterns that RE2 refuses. Raises `Refused` for what is no pattern at all."""
        match predicate:
            case Matches(_, pattern, ignore_case) if not self._taken(re2(pattern, ignore_case)):
                return self._listed(predicate)
            case And(left, right):
                return And(self.resolve(left), self.resolve(right))
            case Or(left, right):
                return Or(self.resolve(left), self.resolve(right))
            case Not(inner):
                return Not(self.resolve(inner))
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
        """The values of the key that match. Raises `Refused` where there are too many values to try."""
        source = "SELECT DISTINCT tag_value AS value FROM tag_values WHERE tag_key = {key:String}"
        if clause.key == "name":
            source = "SELECT DISTINCT toString(name) AS value FROM series WHERE {key:String} = 'name'"
        table = self._connections.query(f"{source} LIMIT {_MOST_VALUES + 1}", {"key": clause.key})
        values: list[str] = table["value"].to_pylist()
        if len(values) > _MOST_VALUES:
            raise Refused(
                f"{clause.pattern!r} needs a backtracking matcher, which is not tried on more than {_MOST_VALUES:,} "
                f"values, and {clause.key} has more: use an expression without lookaround."
            )
        return OneOf(clause.key, tuple(matching(values, clause.pattern, clause.ignore_case)))
