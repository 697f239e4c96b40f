"""Explains an answer: asks for it as anybody would, and tells what happened on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from vedette_query.answer import Answer
from vedette_query.course import Course, Read
from vedette_query.evaluation.plan import shift_steps
from vedette_query.explanation import Branch, ExplainedData, ExplainedExpression, Explanation, Stage, Statement
from vedette_query.model.data import DataExpr
from vedette_query.model.outline import Part, outline
from vedette_query.request import GraphRequest
from vedette_query.service import GraphService
from vedette_query.timing.window import Window
from vedette_storage.asker import Asker
from vedette_storage.selection import Selection

RAW: Final = "samples"
ROLLUPS: Final = {"samples_1m": ("minutes", 60_000), "samples_1h": ("hours", 3_600_000)}
"""The tables of samples: their names, of what they are made, and how long (ms) one of those is."""

MARKS: Final = "dirty_windows"
"""The table that says what is not rolled up yet; it is read when rollups could give the answer."""

MAX_TEXT: Final = 4_000
"""Characters of an expression or statement that are shown."""


def explain(
    graph: GraphService,
    request: GraphRequest,
    format: str,
    render: Callable[[Answer, GraphRequest], bytes],
    asker: Asker | None = None,
) -> Explanation:
    """Answer a request and render it, and say how that went. Raises what `GraphService.evaluate` and `render` raise."""
    course = Course()
    answer = graph.evaluate(request, asker, course)
    with course.stage("render"):
        size = len(render(answer, request))
    return _explanation(request, answer, course, format, size)


def document(explanation: Explanation) -> dict[str, Any]:
    """The explanation as a JSON document."""
    return asdict(explanation)


def _explanation(request: GraphRequest, answer: Answer, course: Course, format: str, size: int) -> Explanation:
    assert course.window is not None
    window = course.window
    places = {data: place for place, data in enumerate(course.selections)}
    data = tuple(
        _data(expr, selection, course.reads[selection], window) for expr, selection in course.selections.items()
    )
    expressions = tuple(
        ExplainedExpression(_cut(styled.text()), _branch(outline(styled.expr), places), told.lines)
        for styled, told in zip(course.exprs, answer.expressions, strict=True)
    )
    stages = tuple(Stage(name, _ms(seconds)) for name, seconds in course.seconds.items())
    reads = course.reads.values()
    rows = sum(reading.rows_read for read in reads for reading in read.readings)
    read_bytes = sum(reading.bytes_read for read in reads for reading in read.readings)
    return Explanation(
        _cut(request.query), answer.start_ms, answer.end_ms, answer.step_ms, format, size, expressions, data, stages,
        rows, read_bytes, _ms(sum(course.seconds.values())),
    )  # fmt: skip


def _branch(part: Part, places: Mapping[DataExpr, int]) -> Branch:
    data = places.get(part.expr) if isinstance(part.expr, DataExpr) else None
    return Branch(_cut(part.words), tuple(_branch(inner, places) for inner in part.parts), data)


def _data(expr: DataExpr, selection: Selection, read: Read, window: Window) -> ExplainedData:
    statements = tuple(
        Statement(
            reading.purpose, _cut(reading.sql), {name: _shown(value) for name, value in reading.parameters.items()},
            reading.tables, reading.rows_read, reading.bytes_read, _ms(reading.seconds),
        )
        for reading in read.readings
    )  # fmt: skip
    tables = tuple(dict.fromkeys(table for reading in read.readings for table in reading.tables))
    return ExplainedData(
        text=_cut(expr.text()),
        aggregate=selection.aggregate,
        consolidation=selection.consolidation,
        group_by=selection.group_by,
        start=selection.start_ms,
        end=selection.end_ms + selection.step_ms,
        step=selection.step_ms,
        points=selection.points,
        offset=shift_steps(expr, window) * window.step_ms,
        tables=tuple(table for table in tables if table == RAW or table in ROLLUPS),
        why=reason(tables, selection, read.lines),
        lines=read.lines,
        rows=sum(statement.rows for statement in statements),
        bytes=sum(statement.bytes for statement in statements),
        ms=_ms(read.seconds),
        statements=statements,
    )


def reason(tables: tuple[str, ...], selection: Selection, lines: int) -> str:
    """Why these tables, in one sentence."""
    rollups = [ROLLUPS[table] for table in tables if table in ROLLUPS]
    if rollups:
        names = " and ".join(name for name, _ in rollups)
        text = f"Every step is made of whole {names}, so that rollups to {names} give the same answer from fewer rows"
        return f"{text}; what they do not hold yet comes from the raw samples." if RAW in tables else f"{text}."
    if RAW not in tables and lines:
        return "The store keeps all samples in memory, and reads no table."
    if RAW not in tables:
        return "No series matches, so no samples were read."
    finest = min(length for _, length in ROLLUPS.values())
    if selection.step_ms % finest:
        return "A step is no whole number of minutes, so that only the raw samples give the answer."
    if MARKS in tables:
        return "These times are not rolled up yet, so that the raw samples give the answer."
    return "In so short a window the raw samples are read as fast as it takes to look for rollups."


def _shown(value: object) -> object:
    """A parameter, with a long list cut."""
    if isinstance(value, list | tuple) and len(value) > 20:
        return [*map(_shown, value[:20]), f"... {len(value)} in all"]
    if isinstance(value, list | tuple):
        return list(map(_shown, value))
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT // 2]} ... {text[-MAX_TEXT // 2 :]}"


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
