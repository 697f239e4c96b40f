"""GET /api/v1/tags: which keys there are; /api/v1/tags/KEY: which values a key has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response

from vedette_query.api.errors import as_response
from vedette_query.api.parameters import query_parameters
from vedette_query.api.waiting import answered
from vedette_query.errors import BadNumber, BadRequest, require
from vedette_query.language.numbers import parse_int
from vedette_query.metrics import QueryMetrics
from vedette_query.model.expr import is_predicate
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.workers import Workers
from vedette_storage.predicate import Predicate
from vedette_storage.store import SampleReader

NEXT_OFFSET: Final = "x-nflx-atlas-next-offset"
"""The header that names the last item of a full page; ask again with it as `offset`."""

PARAMETERS: Final = query_parameters(
    q="A query; only series that match it count.",
    format="json or txt.",
    verbose="1: with the number of series.",
    limit="How many items at most; 1000 is the most.",
    offset="Only items that come after this one.",
)


@dataclass(frozen=True)
class TagsRequest:
    """A page of keys (`key` None) or of the values of a key."""

    key: str | None
    query: Predicate | None
    limit: int
    offset: str
    verbose: bool
    format: str


class TagsService:
    """Answers what tags exist."""

    def __init__(self, samples: SampleReader, catalogue: Catalogue, settings: Settings, metrics: QueryMetrics) -> None:
        self._samples = samples
        self._catalogue = catalogue
        self._settings = settings
        self._metrics = metrics
        self.seconds = settings.max_seconds

    def answer(self, key: str | None, given: Mapping[str, str]) -> Response:
        """One page. Raises `QueryError` and storage's errors."""
        with self._metrics.query("tags"):
            return self._page(self._request(key, given))

    def _request(self, key: str | None, given: Mapping[str, str]) -> TagsRequest:
        form = given.get("format", "json")
        if form not in ("json", "txt"):
            raise BadRequest(f"unknown format '{form}', there are json, txt")
        verbose = given.get("verbose", "0") == "1"
        offset = given.get("offset", "")
        if verbose and key is not None:
            offset = offset.removeprefix(f"{key},")
        return TagsRequest(key, self._query(given.get("q")), self._limit(given.get("limit")), offset, verbose, form)

    def _query(self, text: str | None) -> Predicate | None:
        if text is None:
            return None
        stack = self._catalogue.query.evaluate(text)
        if len(stack) != 1 or not is_predicate(stack[0]):
            found = self._catalogue.query.type_summary(stack) if stack else "an empty stack"
            raise BadRequest(f"expected a single query, found {found}")
        return stack[0]

    def _limit(self, text: str | None) -> int:
        if text is None:
            return self._settings.max_tags
        limit = parse_int(text)
        if limit is None:
            raise BadNumber(text)
        require(limit > 0, f"limit must be positive (got {limit})")
        return min(limit, self._settings.max_tags)

    def _page(self, asked: TagsRequest) -> Response:
        if asked.key is None:
            keys = [] if asked.verbose else self._samples.tag_keys(asked.query, after=asked.offset, limit=asked.limit)
            return _response(keys, [], asked)
        pairs = self._samples.tag_values(asked.key, asked.query, after=asked.offset, limit=asked.limit)
        return _response([value for value, _ in pairs], pairs, asked)


def _response(items: list[str], counted: list[tuple[str, int]], asked: TagsRequest) -> Response:
    headers = {}
    if len(items) >= asked.limit:
        headers[NEXT_OFFSET] = f"{asked.key},{items[-1]}" if asked.verbose else items[-1]
    if asked.format == "txt":
        rows = [f"{asked.key}\t{value}\t{count}" for value, count in counted] if asked.verbose else items
        return Response("\n".join(rows), headers=headers, media_type="text/plain")
    if asked.verbose:
        document: object = [{"key": asked.key, "value": value, "count": count} for value, count in counted]
    else:
        document = items
    return Response(orjson.dumps(document), headers=headers, media_type="application/json")


def router(tags: TagsService, workers: Workers) -> APIRouter:
    """The tags API."""
    routes = APIRouter(tags=["tags"])

    async def page(key: str | None, request: Request) -> Response:
        try:
            given = dict(request.query_params)
            return await answered(request, workers, tags.seconds, lambda _: tags.answer(key or None, given))
        except Exception as error:  # every failure has an answer in JSON
            return as_response(error)

    @routes.get("/api/v1/tags", openapi_extra=PARAMETERS, response_model=None)
    @routes.get("/api/v1/tags/", include_in_schema=False, response_model=None)
    async def get_keys(request: Request) -> Response:
        """The keys of the series that match."""
        return await page(None, request)

    @routes.get("/api/v1/tags/{key}", openapi_extra=PARAMETERS, response_model=None)
    @routes.get("/api/v1/tags/{key}/", include_in_schema=False, response_model=None)
    async def get_values(key: str, request: Request) -> Response:
        """The values of one key."""
        return await page(key, request)

    return routes
