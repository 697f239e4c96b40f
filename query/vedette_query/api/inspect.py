"""GET /api/v1/expr/inspect: an expression as it runs, token by token, for people who are writing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from vedette_query.api.errors import json_response
from vedette_query.api.expr import MAX_DEBUG_TOKENS
from vedette_query.api.parameters import query_parameters
from vedette_query.api.plain import as_plain_response
from vedette_query.errors import BadNumber, BadRequest, TooMuch
from vedette_query.language.inspection import Failure, Inspection, inspect
from vedette_query.language.interpreter import Interpreter, unfrozen
from vedette_query.language.numbers import parse_int
from vedette_query.language.tokens import Token, locate
from vedette_query.language.word import Stack, Word
from vedette_query.metrics import QueryMetrics
from vedette_query.model.names import item_text, type_name
from vedette_query.model.query import print_query
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import GRAPH, Catalogue
from vedette_query.vocabulary.completion import place, usual, words
from vedette_query.vocabulary.slots import presentable
from vedette_query.workers import Workers

MAX_ITEMS: Final = 16
"""Items of a stack that are shown, from the top; `size` says how many there are."""

MAX_TEXT, LEAST_TEXT, ALL_TEXT = 400, 24, 200_000
"""Characters of an item's text: at most, at least, and of all items of an answer together as long as that goes."""

PARAMETERS: Final = query_parameters(
    q="The expression (required).",
    vocab="The vocabulary: std, query, data, math, stateful, filter, style, custom.",
    at="A place in the expression, in characters from its start: what fits there is part of the answer.",
)


class InspectService:
    """Takes expressions apart."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._owners = {
            word: vocabulary.name
            for name in catalogue.names
            for vocabulary in catalogue.interpreter(name).vocabulary.chain()
            for word in vocabulary.words
        }

    def answer(self, given: Mapping[str, str]) -> Any:
        """The JSON document. Positions count characters (code points) of `q` as written. Raises `QueryError`."""
        program = given.get("q")
        if program is None:
            raise BadRequest("missing required parameter 'q'")
        if len(program) > self._settings.max_program:
            raise TooMuch(f"the expression has {len(program)} characters, the limit is {self._settings.max_program}")
        interpreter = self._catalogue.interpreter(given.get("vocab", GRAPH))
        tokens = len(locate(program).tokens)
        if tokens > MAX_DEBUG_TOKENS:
            raise TooMuch(f"the expression has {tokens} tokens; {MAX_DEBUG_TOKENS} at most are shown step by step")
        found = inspect(interpreter, program, {"tz": self._settings.timezone})
        return {
            "tokens": [self._token(token, found.words.get(number)) for number, token in enumerate(found.tokens)],
            "steps": _steps(found),
            "error": _error(found.failure),
            "unfinished": _unfinished(found) if given.get("vocab", GRAPH) == GRAPH else None,
            "complete": self._complete(interpreter, found, given["at"], len(program)) if "at" in given else None,
        }

    def _token(self, token: Token, word: Word | None) -> Any:
        document = {"start": token.start, "end": token.end, "kind": token.kind, "text": token.text}
        return document if word is None else {**document, "word": self._word(word)}

    def _word(self, word: Word) -> dict[str, Any]:
        return {
            "name": word.name,
            "vocabulary": self._owners[word],
            "signature": word.signature,
            "summary": word.summary,
        }

    def _complete(self, interpreter: Interpreter, found: Inspection, at: str, length: int) -> Any:
        position = parse_int(at)
        if position is None:
            raise BadNumber(at)
        here = place(found, max(0, min(position, length)))
        if here is None:
            return None
        fitting = [] if here.in_list or here.context is None else words(interpreter, here.context)
        return {
            "start": position if here.token is None else here.token.start,
            "end": position if here.token is None else here.token.end,
            "known": here.context is not None,
            "list": here.in_list,
            "expects": here.expects,
            "key": here.key,
            "query": None if here.query is None else print_query(here.query),
            "words": [{**self._word(word), "usual": usual(word)} for word in fitting],
        }


def _steps(found: Inspection) -> list[dict[str, Any]]:
    stacks = [unfrozen(moment.context).stack for moment in found.moments]
    shown = sum(min(len(stack), MAX_ITEMS) for stack in stacks)
    printed = _Printed(max(LEAST_TEXT, min(MAX_TEXT, ALL_TEXT // max(1, shown))))
    steps: list[dict[str, Any]] = []
    before: Stack = ()
    for moment, stack in zip(found.moments, stacks, strict=True):
        steps.append(
            {
                "token": moment.token,
                "stack": [printed.item(value) for value in stack[-MAX_ITEMS:][::-1]],
                "size": len(stack),
                "new": len(stack) - _same(before, stack),
                "frozen": len(moment.context.frozen),
            }
        )
        before = stack
    return steps


def _same(before: Stack, after: Stack) -> int:
    """How many items at the bottom are the same in both."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((n for n, (one, other) in pairs if one is not other), min(len(before), len(after)))


class _Printed:
    """Values as text, each printed once: most of a stack is the same from step to step."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: dict[int, dict[str, Any]] = {}

    def item(self, value: object) -> dict[str, Any]:
        """Type and text of a value; a text that was cut has its full `length` beside it."""
        if id(value) not in self._items:
            text = item_text(value)
            item: dict[str, Any] = {"type": type_name(value), "text": text[: self._most]}
            if len(text) > self._most:
                item["length"] = len(text)
            self._items[id(value)] = item
        return self._items[id(value)]


def _error(failure: Failure | None) -> Any:
    if failure is None:
        return None
    return {
        "token": failure.token,
        "start": failure.start,
        "end": failure.end,
        "message": failure.message,
        "near": failure.near,
    }


def _unfinished(found: Inspection) -> str | None:
    """Why what is left on the stack cannot be shown as a graph yet, though nothing has failed."""
    if found.failure is not None or not found.moments:
        return None
    stack = unfrozen(found.moments[-1].context).stack
    wrong = [item for item in stack if presentable(item) is None]
    if not wrong:
        return None if stack else "the stack is empty, there is nothing to show"
    return f"expecting time series expr, found {type_name(wrong[0])} '{item_text(wrong[0])[:MAX_TEXT]}'"


def router(service: InspectService, workers: Workers, metrics: QueryMetrics) -> APIRouter:
    """The route, to be registered before /api/v1/expr/{name}."""
    routes = APIRouter(tags=["expr"])

    def answer(given: Mapping[str, str]) -> Response:
        with metrics.query("inspect"):
            return json_response(service.answer(given))

    @routes.get("/api/v1/expr/inspect", openapi_extra=PARAMETERS, response_model=None)
    async def get_inspect(request: Request) -> Response:
        """The tokens of an expression with their places, the stack after each, and where it cannot go on."""
        try:
            return await workers.run(answer, dict(request.query_params))
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    return routes
