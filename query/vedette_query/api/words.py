"""GET /api/v1/words: the words of the language, with signature, summary and examples; /api/v1/words/NAME: one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import cached_property
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from vedette_query.api.errors import json_response
from vedette_query.api.parameters import query_parameters
from vedette_query.api.plain import as_plain_response
from vedette_query.errors import Missing
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.lookup import find, near_names
from vedette_query.vocabulary.reference import Entry, entries, vocabularies
from vedette_query.workers import Workers

PARAMETERS: Final = query_parameters(
    q="What to look for, in names first, then in signatures and summaries; names that are nearly it come last.",
    vocab="Only the words of this vocabulary: std, query, data, math, stateful, filter, style, custom, event.",
)

LONGEST: Final = 100
"""Characters of a search; a longer one finds nothing."""


class WordsService:
    """Answers what words there are."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        return entries(self._catalogue)

    def search(self, text: str, vocabulary: str | None) -> Any:
        """The JSON document of the words that a text may mean. Raises `Missing` for an unknown vocabulary."""
        known = vocabularies(self._entries)
        if vocabulary and vocabulary not in known:
            raise Missing(f"There is no vocabulary '{vocabulary}'; there are {', '.join(known)}.")
        found = find(self._entries, text) if len(text) <= LONGEST else []
        chosen = (entry for entry in found if entry.vocabulary == vocabulary or not vocabulary)
        return {**_document(chosen), "vocabularies": known}

    def word(self, name: str) -> Any:
        """The JSON document of all words of a name. Raises `Missing` with the names that are near."""
        name = name.removeprefix(":")
        found = [entry for entry in self._entries if entry.name == name]
        if not found:
            near = ", ".join(f":{other}" for other in near_names(self._entries, name[:LONGEST]))
            meant = f"did you mean {near}?" if near else "/api/v1/words lists all there are."
            raise Missing(f"There is no word ':{name}'; {meant}")
        return _document(found)


def _document(found: Iterable[Entry]) -> dict[str, Any]:
    return {"words": [asdict(entry) for entry in found]}


def router(words: WordsService, workers: Workers) -> APIRouter:
    """The words API."""
    routes = APIRouter(tags=["words"])

    @routes.get("/api/v1/words", openapi_extra=PARAMETERS, response_model=None)
    async def get_words(request: Request) -> Response:
        """The words of the language: what each takes and leaves, what it means, and examples that were run."""
        given = request.query_params
        try:
            return json_response(await workers.run(words.search, given.get("q", ""), given.get("vocab")))
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    @routes.get("/api/v1/words/{name}", response_model=None)
    async def get_word(name: str) -> Response:
        """All words of one name; 404 with the names that are near."""
        try:
            return json_response(await workers.run(words.word, name))
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    return routes
