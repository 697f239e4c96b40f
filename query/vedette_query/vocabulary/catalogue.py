"""All vocabularies by name, with the interpreters that speak them."""

from __future__ import annotations

from vedette_query.errors import Missing
from vedette_query.language.interpreter import Interpreter
from vedette_query.model.names import type_name
from vedette_query.model.size import size_of
from vedette_query.settings import CustomAverage
from vedette_query.vocabulary.custom import custom_vocabulary
from vedette_query.vocabulary.events import EVENTS

GRAPH = "custom"
"""The vocabulary that graphs are written in."""


class Catalogue:
    """The interpreters of the vocabularies that the graph language is built of, of itself, and of that of events."""

    def __init__(self, averages: tuple[CustomAverage, ...]) -> None:
        self._interpreters = {
            vocabulary.name: Interpreter(vocabulary, type_name, size_of)
            for vocabulary in (*custom_vocabulary(averages).chain(), EVENTS)
        }
        self.graph = self._interpreters[GRAPH]
        self.query = self._interpreters["query"]

    @property
    def names(self) -> list[str]:
        return list(self._interpreters)

    def interpreter(self, name: str) -> Interpreter:
        """The interpreter of a vocabulary; raises `Missing` for an unknown one."""
        if name not in self._interpreters:
            raise Missing(f"key not found: {name} (there are {', '.join(self.names)})")
        return self._interpreters[name]
