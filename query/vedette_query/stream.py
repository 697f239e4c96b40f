"""A graph request answered chunk by chunk: as long a window as one likes, in the memory of one chunk.

The lines are those of the graph, over all points from the start (inclusive) to the end (exclusive), in the store's own
step or the one that was asked for. Presentation is left to the reader: no order, no limit, no hidden point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vedette_query.allowance import Allowance
from vedette_query.chart.document import PRESENTATION, Frame, presentation
from vedette_query.errors import TooMuch
from vedette_query.evaluation.chunks import chunks
from vedette_query.evaluation.evaluate import Evaluation, evaluate
from vedette_query.evaluation.fetch import fetch
from vedette_query.evaluation.ledger import Ledger
from vedette_query.evaluation.legends import edit
from vedette_query.evaluation.lines import Lines
from vedette_query.evaluation.memory import Memory
from vedette_query.evaluation.plan import plan
from vedette_query.identity import line_id
from vedette_query.language.numbers import print_double
from vedette_query.metrics import QueryMetrics
from vedette_query.model.expr import Tags
from vedette_query.model.legends import substitute
from vedette_query.model.style import StyleExpr
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.settings import Settings
from vedette_query.timing.steps import asked_step
from vedette_query.timing.window import Window
from vedette_storage.asker import Asker
from vedette_storage.store import SampleReader

Message = Mapping[str, Any]
"""What a reader is sent, as JSON."""


class Streams:
    """Opens streams over one store."""

    def __init__(
        self, graph: GraphService, samples: SampleReader, settings: Settings, metrics: QueryMetrics | None = None
    ) -> None:
        self._graph = graph
        self._samples = samples
        self._settings = settings
        self._metrics = metrics or QueryMetrics()

    def open(self, request: GraphRequest) -> Stream:
        """A stream of the answer to a request. Raises `QueryError`."""
        with self._metrics.query("fetch"):
            exprs = tuple(self._graph.parse(request))
            whole = self._window(request)
            return Stream(_Work(request, exprs, whole, self._samples, self._settings, self._metrics))

    def _window(self, request: GraphRequest) -> Window:
        """From the step of the start to the step before that of the end; an empty window becomes one step long."""
        settings = self._settings
        step = asked_step(settings.step_ms, request.step_ms)
        start_ms, end_ms = self._graph.times(request)
        first, last = start_ms // step, end_ms // step
        if first == last:
            first -= 1
        if last - first > settings.max_stream_points:
            raise TooMuch(
                f"the window has {last - first:,} steps, the limit is {settings.max_stream_points:,}; "
                "ask for a longer step, such as step=1h, or for a part of the time"
            )
        return Window(first * step, step, last - first)


@dataclass(frozen=True)
class _Work:
    """What a stream is made of."""

    request: GraphRequest
    exprs: tuple[StyleExpr, ...]
    whole: Window
    samples: SampleReader
    settings: Settings
    metrics: QueryMetrics


class Stream:
    """One answer, chunk after chunk. Any thread may ask for the next one; only one at a time."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._trees = tuple(styled.expr for styled in work.exprs)
        self._chunks: Iterator[Window] = chunks(self._trees, work.whole)
        self._memory = Memory()

    def next(self, asker: Asker | None = None) -> list[Message] | None:
        """The messages of the next chunk, one for each line that has a value; None after the last one.

        Raises `QueryError`, or storage's errors; there is nothing after that.
        """
        window = next(self._chunks, None)
        if window is None:
            return None
        with self._work.metrics.query("fetch"):
            messages = self._messages(window, asker)
        return [*self._presentation(), *messages] if window.start_ms == self._work.whole.start_ms else messages

    def _presentation(self) -> Sequence[Message]:
        """What is known of the chart and its axes before any data, for those who hint that they want it."""
        chart, whole = self._work.request.chart, self._work.whole
        if PRESENTATION not in chart.hints:
            return ()
        frame = Frame(whole.start_ms, whole.end_ms, whole.step_ms, self._work.request.timezones)
        return presentation(frame, chart, (styled.axis for styled in self._work.exprs))

    def _messages(self, window: Window, asker: Asker | None) -> list[Message]:
        allowance = Allowance(self._work.settings, window, asker or Asker())
        with allowance.spending():
            return self._chunk(window, allowance)

    def _chunk(self, window: Window, allowance: Allowance) -> list[Message]:
        work = self._work
        selections = plan(self._trees, window)
        allowance.reads(len(set(selections.values())))
        first = window.start_ms == work.whole.start_ms
        read = fetch(work.samples, selections, window, allowance.asker, first=first)
        ledger = Ledger(self._trees, work.settings.max_values, allowance)
        evaluation = Evaluation(window, read, work.request.now_ms, ledger, asked=work.whole, memory=self._memory)
        messages: list[Message] = []
        for styled in work.exprs:
            lines = evaluate(styled.expr, evaluation)
            messages += _of_lines(styled, lines, window)
            allowance.answers(len(messages))
        self._memory = self._memory.next()
        return messages


def _of_lines(styled: StyleExpr, lines: Lines, window: Window) -> Iterator[Message]:
    query, keys = styled.text(), list(styled.expr.grouping)
    for line in np.flatnonzero(~np.isnan(lines.values).all(axis=1)).tolist():
        tags = dict(sorted(lines.tags[line].items()))
        yield {
            "type": "timeseries",
            "id": line_id(tags, query),
            "query": query,
            **({"groupByKeys": keys} if keys else {}),
            "label": _label(styled, lines.label(line), tags),
            "tags": tags,
            "start": window.start_ms,
            "end": window.end_ms,
            "step": window.step_ms,
            "data": {"type": "array", "values": [_value(value) for value in lines.values[line].tolist()]},
        }


def _label(styled: StyleExpr, label: str, tags: Tags) -> str:
    """The legend of a line. Statistics cannot be a part of it: nobody knows them before the end."""
    known = {**tags, "atlas.offset": str(styled.offset)}
    return edit(substitute(styled.legend(label), lambda key: known.get(key, key)), styled.edits, known)


def _value(value: float) -> float | str:
    return value if math.isfinite(value) else print_double(value)
