"""The straight line from a graph request to an answer: parse, plan, fetch, evaluate, present."""

from __future__ import annotations

from collections.abc import Sequence

import vedette_query.evaluation.arithmetic
import vedette_query.evaluation.consolidation
import vedette_query.evaluation.filters
import vedette_query.evaluation.folding
import vedette_query.evaluation.percentiles
import vedette_query.evaluation.stateful
import vedette_query.evaluation.values  # noqa: F401  # these teach `evaluate` the kinds of expressions
from vedette_query.allowance import Allowance
from vedette_query.answer import Answer, AnswerExpression, AnswerLine
from vedette_query.chart.look import look
from vedette_query.course import Course
from vedette_query.errors import BadRequest, QueryError, TooMuch
from vedette_query.evaluation.evaluate import Evaluation, evaluate
from vedette_query.evaluation.fetch import fetch
from vedette_query.evaluation.ledger import Ledger
from vedette_query.evaluation.plan import plan
from vedette_query.evaluation.present import order, present
from vedette_query.language.word import Stack
from vedette_query.metrics import QueryMetrics
from vedette_query.model.expr import is_predicate
from vedette_query.model.legends import simple_legends
from vedette_query.model.names import item_text, type_name
from vedette_query.model.style import StyleExpr
from vedette_query.request import MAX_AXIS, GraphRequest
from vedette_query.settings import Settings
from vedette_query.timing.dates import parse_zone
from vedette_query.timing.window import Window, resolve, window
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_query.vocabulary.select import common
from vedette_query.vocabulary.slots import presentable
from vedette_storage.asker import Asker
from vedette_storage.predicate import Predicate
from vedette_storage.store import SampleReader


class GraphService:
    """Answers graph requests. Synchronous; any thread may call it."""

    def __init__(
        self, samples: SampleReader, catalogue: Catalogue, settings: Settings, metrics: QueryMetrics | None = None
    ) -> None:
        self._samples = samples
        self._catalogue = catalogue
        self.settings = self._settings = settings
        self._metrics = metrics or QueryMetrics()

    def evaluate(self, request: GraphRequest, asker: Asker | None = None, course: Course | None = None) -> Answer:
        """The answer to a request, for an asker who may leave meanwhile; how it came about is written into `course`.

        Raises `QueryError`, or storage's errors when storage cannot answer, `Gone` among them.
        """
        with self._metrics.query("graph"):
            return self._evaluate(request, asker or Asker(self._settings.max_seconds), course or Course())

    def parse(self, request: GraphRequest) -> list[StyleExpr]:
        """The expressions of a request, bottom of the stack first, with legends."""
        if len(request.query) > self._settings.max_program:
            text = f"the expression has {len(request.query)} characters, the limit is {self._settings.max_program}"
            raise TooMuch(f"{text}; use :in, :re or fewer expressions")
        stack = self._catalogue.graph.execute(request.query, {"tz": request.timezones[0]}).stack
        if request.common_query is not None:
            query = self._common_query(request.common_query)
            stack = tuple(common(item, query) for item in stack)
        copies = [copy for expr in _presentable(stack) for copy in expr.for_each_offset()]
        return simple_legends(copies)

    def times(self, request: GraphRequest) -> tuple[int, int]:
        """Start and end of a request in epoch ms, as it names them."""
        zones = [parse_zone(name) for name in request.timezones]
        return resolve(request.start, request.end, zones[0], request.now_ms)

    def window(self, request: GraphRequest) -> Window:
        """The window of a request, with its effective step."""
        start_ms, end_ms = self.times(request)
        datapoints = min(request.width, self._settings.max_datapoints)
        return window(start_ms, end_ms, self._settings.step_ms, request.step_ms, datapoints)

    def _evaluate(self, request: GraphRequest, asker: Asker, course: Course) -> Answer:
        with course.stage("parse"):
            course.window = span = self.window(request)
            course.exprs = exprs = self.parse(request)
            for styled in exprs:
                look(styled.settings, request.chart.theme)  # whatever the format: a wrong colour is wrong in each
        allowance = Allowance(self._settings, span, asker)
        with allowance.spending():
            evaluation = self._read(request, span, exprs, allowance, course)
            with course.stage("evaluate"):
                return self._answer(request, exprs, evaluation, allowance)

    def _read(
        self, request: GraphRequest, span: Window, exprs: list[StyleExpr], allowance: Allowance, course: Course
    ) -> Evaluation:
        """Plan, and read what is needed: the ground on which the expressions are evaluated."""
        with course.stage("plan"):
            trees = [styled.expr for styled in exprs]
            course.selections = selections = plan(trees, span)
            allowance.reads(len(set(selections.values())))
        with course.stage("read"):
            read = fetch(course.watching(self._samples), selections, span, allowance.asker)
        return Evaluation(span, read, request.now_ms, Ledger(trees, self._settings.max_values, allowance))

    def _answer(
        self, request: GraphRequest, exprs: list[StyleExpr], evaluation: Evaluation, allowance: Allowance
    ) -> Answer:
        span = evaluation.window
        lines: list[AnswerLine] = []
        notices: list[str] = []
        expressions: list[AnswerExpression] = []
        for place, styled in enumerate(exprs):
            value = evaluate(styled.expr, evaluation)
            allowance.answers(len(lines) + (len(value) if styled.limit is None else 0))
            shown = present(styled, value, place, request.chart.axes[styled.axis].tick_labels)
            lines += shown.lines
            notices += shown.notices
            expressions.append(shown.expression)
        lines, more = _by_axis(lines, request)
        return Answer(
            span.shown_start_ms, span.step_ms, span.points - 1, tuple(lines), (*notices, *more), tuple(expressions),
            request.timezones,
        )  # fmt: skip

    def _common_query(self, text: str) -> Predicate:
        try:
            stack = self._catalogue.graph.evaluate(text)
        except QueryError:
            stack = ()
        if len(stack) == 1 and is_predicate(stack[0]):
            return stack[0]
        raise BadRequest(f"invalid cq parameter: {text}")


def _presentable(stack: Stack) -> list[StyleExpr]:
    exprs = []
    for item in stack:
        expr = presentable(item)
        if expr is None:
            raise BadRequest(f"expecting time series expr, found {type_name(item)} '{item_text(item)}'")
        if not 0 <= expr.axis <= MAX_AXIS:
            raise BadRequest(f"invalid axis: {expr.axis}")
        exprs.append(expr)
    return exprs


def _by_axis(lines: Sequence[AnswerLine], request: GraphRequest) -> tuple[list[AnswerLine], list[str]]:
    """The lines axis by axis, each sorted as the request asks."""
    result: list[AnswerLine] = []
    notices: list[str] = []
    for axis in sorted({line.axis for line in lines}):
        members = [line for line in lines if line.axis == axis]
        wanted = request.axes.get(axis)
        if wanted:
            members, more = order(members, wanted.sort, wanted.order)
            notices += more
        result += members
    return result, notices
