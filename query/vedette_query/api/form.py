"""GET /api/v1/expr/form: the form of an expression, or why it has none; /expr/build: the expression of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from vedette_query.api.errors import json_response
from vedette_query.api.parameters import query_parameters
from vedette_query.api.plain import as_plain_response
from vedette_query.errors import BadRequest, QueryError, TooMuch
from vedette_query.language.word import Stack
from vedette_query.metrics import QueryMetrics
from vedette_query.model.expr import is_predicate
from vedette_query.model.filters import STATISTICS
from vedette_query.model.form import OPERATORS
from vedette_query.model.form_document import document, form_of
from vedette_query.model.form_reading import FormReader, TooRich
from vedette_query.model.form_text import where_text, write
from vedette_query.model.form_words import AGGREGATES, COMPARISONS, CONSOLIDATIONS, FUNCTIONS, Parameter
from vedette_query.model.names import item_text, type_name
from vedette_query.model.style import LINE_STYLES, StyleExpr
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.select import common
from vedette_query.vocabulary.slots import presentable
from vedette_query.workers import Workers

FORM_PARAMETERS: Final = query_parameters(
    q="The expression. Without it: what a form can choose from.",
    cq="A query that the graph will join to every query of the expression; it only counts for `queries`.",
)
BUILD_PARAMETERS: Final = query_parameters(form="The form as JSON, as /api/v1/expr/form gives it.")


class FormService:
    """Reads forms from expressions, and writes expressions from forms."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._graph = catalogue.graph
        self._settings = settings
        self._averages = tuple(average.name for average in settings.custom_averages)
        self._reader = FormReader(self._evaluate, self._averages)

    def read(self, program: str, common_query: str | None = None) -> dict[str, Any]:
        """The form of an expression; None with the reason where it has none.

        `error` is set when the expression cannot be run at all. `queries` has each result's text without presentation,
        by which the lines of a graph (v2.json) can be told apart.
        """
        try:
            self._check(program)
            exprs = _presentable(self._graph.evaluate(program))
            queries = self._queries(exprs, common_query)
        except QueryError as error:
            return {"form": None, "why": _sentence(error), "error": _sentence(error), "queries": []}
        found = {"form": None, "why": "", "error": None, "queries": queries}
        if len(exprs) != 1:
            count = f"It gives {len(exprs)} results; the form shows one." if exprs else "There is nothing in it yet."
            return {**found, "why": count}
        try:
            return {**found, "form": document(self._reader.read(exprs[0]))}
        except TooRich as reason:
            return {**found, "why": str(reason)}

    def build(self, given: object) -> dict[str, Any]:
        """The expression of a form, its query alone, and what is wrong with it (None: nothing).

        Raises `BadRequest` for a bad form.
        """
        form = form_of(given, self._averages)
        program, query = write(form), where_text(form.where)
        self._check(program)
        try:
            self._evaluate(program)
        except QueryError as error:
            return {"q": program, "query": query, "error": _sentence(error)}
        return {"q": program, "query": query, "error": None}

    def choices(self) -> dict[str, Any]:
        """What a form can choose from, with the words that people read."""
        summaries: dict[str, str] = {}
        for word in self._graph.words:
            summaries[word.name] = word.summary  # of several words of one name the last: that over lines
        return {
            "operators": list(OPERATORS),
            "aggregates": [
                {"word": word, "label": label, "parameters": list(map(_parameter, parameters))}
                for word, (label, parameters) in AGGREGATES.items()
            ]
            + [{"word": word, "label": word, "parameters": []} for word in self._averages],
            "functions": [
                {
                    "word": word,
                    "label": function.label,
                    "heading": function.heading,
                    "summary": summaries.get(word, summaries["filter"]),
                    "parameters": list(map(_parameter, function.parameters)),
                    "number": function.number,
                }
                for word, function in FUNCTIONS.items()
            ],
            "statistics": list(STATISTICS),
            "comparisons": list(COMPARISONS),
            "consolidations": list(CONSOLIDATIONS),
            "styles": list(LINE_STYLES),
        }

    def _queries(self, exprs: list[StyleExpr], common_query: str | None) -> list[str]:
        series: list[Any] = [expr.expr for expr in exprs]
        if common_query is not None:
            stack = self._graph.evaluate(common_query)
            if len(stack) != 1 or not is_predicate(stack[0]):
                raise BadRequest(f"invalid cq parameter: {common_query}")
            series = [common(expr, stack[0]) for expr in series]
        return list(map(str, series))

    def _evaluate(self, program: str) -> StyleExpr:
        (expr,) = _presentable(self._graph.evaluate(program))
        return expr

    def _check(self, program: str) -> None:
        if len(program) > self._settings.max_program:
            raise TooMuch(f"the expression has {len(program)} characters, the limit is {self._settings.max_program}")


def _parameter(parameter: Parameter) -> dict[str, str]:
    return {"name": parameter.name, "kind": parameter.kind, "usual": parameter.usual}


def _presentable(stack: Stack) -> list[StyleExpr]:
    exprs = []
    for item in stack:
        expr = presentable(item)
        if expr is None:
            raise BadRequest(f"expecting time series expr, found {type_name(item)} '{item_text(item)}'")
        exprs.append(expr)
    return exprs


def _sentence(error: QueryError) -> str:
    return str(error)


def _json(text: str | bytes) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the form is no JSON: {error}") from error


def router(service: FormService, workers: Workers, metrics: QueryMetrics) -> APIRouter:
    """The routes about forms; they stand before those of the other answers about expressions."""
    routes = APIRouter(tags=["expr"])

    async def respond(make: Callable[[], dict[str, Any]]) -> Response:
        def answer() -> Response:
            with metrics.query("expr"):
                return json_response(make())

        try:
            return await workers.run(answer)
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    @routes.get("/api/v1/expr/form", openapi_extra=FORM_PARAMETERS, response_model=None)
    async def get_form(request: Request) -> Response:
        """The form of an expression; without one, what a form can choose from."""
        program, common_query = request.query_params.get("q"), request.query_params.get("cq")
        return await respond(service.choices if program is None else lambda: service.read(program, common_query))

    @routes.get("/api/v1/expr/build", openapi_extra=BUILD_PARAMETERS, response_model=None)
    async def get_build(request: Request) -> Response:
        """The expression of a form."""
        text = request.query_params.get("form")
        if text is None:
            return as_plain_response(BadRequest("missing required parameter 'form'"))
        return await respond(lambda: service.build(_json(text)))

    @routes.post("/api/v1/expr/build", response_model=None)
    async def post_build(request: Request) -> Response:
        """The expression of a form that is too long for an address."""
        body = await request.body()
        return await respond(lambda: service.build(_json(body)))

    return routes
