"""GET /api/v1/expr and below: how an expression is understood, without evaluating it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams

from vedette_query.api.errors import as_response, json_response
from vedette_query.api.parameters import query_parameters
from vedette_query.errors import BadRequest, Missing, TooMuch
from vedette_query.language.interpreter import Interpreter
from vedette_query.language.tokens import split
from vedette_query.language.word import Stack
from vedette_query.metrics import QueryMetrics
from vedette_query.model.events import EventExpr
from vedette_query.model.names import item_text
from vedette_query.model.normalize import normalize
from vedette_query.model.query import print_query
from vedette_query.model.strip import strip
from vedette_query.model.style import StyleExpr
from vedette_query.model.unoffset import without_offset_lists
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import GRAPH, Catalogue
from vedette_query.vocabulary.completion import usual
from vedette_query.vocabulary.events import EVENTS, event
from vedette_query.vocabulary.slots import presentable
from vedette_query.workers import Workers

MAX_DEBUG_TOKENS: Final = 512
"""Tokens of a program that is shown step by step: what is shown grows with their square."""

PARAMETERS: Final = query_parameters(
    q="The expression (required).",
    vocab="The vocabulary: std, query, data, math, stateful, filter, style, custom, event.",
    k="For strip: a key whose clauses are removed. May repeat.",
    r="For strip: a vocabulary whose words are removed, filter or style. May repeat.",
)

Answer = Callable[[str, QueryParams], Any]


class ExprService:
    """Answers questions about expressions."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self.answers: dict[str, Answer] = {
            "debug": self._debug,
            "normalize": self._normalize,
            "complete": self._complete,
            "queries": self._queries,
            "strip": self._strip,
            "rewrite": self._rewrite,
        }

    def answer(self, name: str, given: QueryParams) -> Any:
        """The JSON document of one of the answers. Raises `QueryError`."""
        if name not in self.answers:
            raise Missing(f"path not found: /api/v1/expr/{name}")
        program = given.get("q")
        if program is None:
            raise BadRequest("missing required parameter 'q'")
        if len(program) > self._settings.max_program:
            raise TooMuch(f"the expression has {len(program)} characters, the limit is {self._settings.max_program}")
        return self.answers[name](program, given)

    def _interpreter(self, given: QueryParams) -> Interpreter:
        return self._catalogue.interpreter(given.get("vocab", GRAPH))

    def _exprs(self, program: str, given: QueryParams) -> list[StyleExpr]:
        return _presentable(self._interpreter(given).evaluate(program))

    def _events(self, program: str) -> list[EventExpr]:
        stack = self._catalogue.interpreter(EVENTS.name).evaluate(program)
        return [expr for item in stack if (expr := event(item)) is not None]

    def _debug(self, program: str, given: QueryParams) -> Any:
        tokens = len(split(program))
        if tokens > MAX_DEBUG_TOKENS:
            raise TooMuch(f"the expression has {tokens} tokens, the limit for debugging is {MAX_DEBUG_TOKENS}")
        interpreter = self._interpreter(given)
        steps = interpreter.debug(program)
        _verify(given.get("vocab", GRAPH), steps[-1].context.stack, interpreter)
        return [
            {
                "program": list(step.program),
                "context": {
                    "stack": [item_text(item) for item in reversed(step.context.stack)],
                    "variables": {name: item_text(value) for name, value in step.context.variables.items()},
                },
            }
            for step in steps
        ]

    def _normalize(self, program: str, given: QueryParams) -> Any:
        if given.get("vocab") == EVENTS.name:
            return [expr.normal().text() for expr in self._events(program)]
        return list(map(normalize, self._exprs(program, given)))

    def _complete(self, program: str, given: QueryParams) -> Any:
        interpreter = self._interpreter(given)
        words = interpreter.candidates(interpreter.execute(program))
        return [
            {"name": word.name, "signature": word.signature, "description": word.summary}
            for word in words
            if usual(word)
        ]

    def _queries(self, program: str, given: QueryParams) -> Any:
        if given.get("vocab") == EVENTS.name:
            return sorted({print_query(expr.query) for expr in self._events(program)})
        return sorted({print_query(data.query) for expr in self._exprs(program, given) for data in expr.expr.data})

    def _strip(self, program: str, given: QueryParams) -> Any:
        exprs = _presentable(self._catalogue.graph.evaluate(program))
        keys, vocabularies = given.getlist("k"), given.getlist("r")
        return [strip(expr, keys, vocabularies).text() for expr in reversed(exprs)]

    def _rewrite(self, program: str, given: QueryParams) -> Any:
        exprs = _presentable(self._catalogue.graph.evaluate(program))
        return without_offset_lists(exprs[::-1])


def _presentable(stack: Stack) -> list[StyleExpr]:
    return [expr for item in stack if (expr := presentable(item)) is not None]


def _verify(vocabulary: str, stack: Stack, interpreter: Interpreter) -> None:
    """Whether what is left is what the vocabulary is for. Raises `BadRequest`."""
    if vocabulary == "std":
        return
    if vocabulary == "query":
        if len(stack) != 1:
            found = f"found {interpreter.type_summary(stack)}" if stack else "stack is empty"
            raise BadRequest(f"expected a single query, {found}")
        return
    if not stack:
        raise BadRequest("expected an expression, stack is empty")
    fits = event if vocabulary == EVENTS.name else presentable
    wrong: Sequence[object] = [item for item in reversed(stack) if fits(item) is None]
    if wrong:
        raise BadRequest(f"expected an expression, found {interpreter.type_summary((wrong[0],))}")


def router(service: ExprService, workers: Workers, metrics: QueryMetrics) -> APIRouter:
    """The expression API."""
    routes = APIRouter(tags=["expr"])

    def answer(name: str, given: QueryParams) -> Response:
        with metrics.query("expr"):
            return json_response(service.answer(name, given))

    async def respond(name: str, request: Request) -> Response:
        try:
            return await workers.run(answer, name, request.query_params)
        except Exception as error:  # every failure has an answer in JSON
            return as_response(error)

    @routes.get("/api/v1/expr", openapi_extra=PARAMETERS, response_model=None)
    async def get_expr(request: Request) -> Response:
        """The steps in which an expression is executed."""
        return await respond("debug", request)

    @routes.get("/api/v1/expr/{name}", openapi_extra=PARAMETERS, response_model=None)
    async def get_expr_answer(name: str, request: Request) -> Response:
        """debug, normalize, complete, queries, strip or rewrite."""
        return await respond(name, request)

    return routes
