"""Asks the question and makes the answer what was asked for: once, or again at every step."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from vedette.query.api import Api
from vedette.query.chart import DRAWN, chart, swatches
from vedette.query.delivery import Delivery, Format
from vedette.query.errors import Away
from vedette.query.explained import explained
from vedette.query.look import Look
from vedette.query.question import Question
from vedette.query.table import span, statistics_table, value_table
from vedette_query.answer import Answer

_POINTS: Final = 700  # of data, where nobody said how wide
_DOTS: Final = 2  # points side by side in one character of a chart
_CLEAR: Final = "\x1b[H\x1b[2J"
_LATE_S: Final = 1.5  # how long after a step its values are there


@dataclass(frozen=True)
class Wanted:
    """`width` is of the picture in pixels, else the most points there may be; None leaves it to the window."""

    delivery: Delivery
    width: int | None = None
    values: bool = False
    explain: bool = False


def ask(api: Api, question: Question, wanted: Wanted, look: Look) -> bytes:
    """The answer as it is to be written. Raises `Refused` or `Away`."""
    return _Asked(api, question, wanted, look).content()


def watch(
    api: Api, question: Question, wanted: Wanted, look: Callable[[], Look], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Ask again whenever another step has passed, and show the newest on a cleared screen, until interrupted.

    Once there was an answer, an API that is away is only mentioned: it is asked again.
    """
    step_ms: int | None = None
    while True:
        now = look()
        asked = _Asked(api, question, wanted, now)
        try:
            content = (_CLEAR.encode() if now.terminal else b"") + asked.content()
            step_ms = asked.step_ms
        except Away as away:
            if step_ms is None:
                raise
            content = f"{away}\n".encode()
        wanted.delivery.deliver(content)
        step_s = step_ms / 1000
        sleep(max(1.0, step_s - time.time() % step_s + min(_LATE_S, step_s)))


class _Asked:
    """One asking; `step_ms` is the step of the answer."""

    def __init__(self, api: Api, question: Question, wanted: Wanted, look: Look) -> None:
        self._api = api
        self._question = question
        self._wanted = wanted
        self._look = look if wanted.delivery.file is None else Look(width=wanted.width or look.width)
        self.step_ms = 10_000

    def content(self) -> bytes:
        if self._wanted.explain:
            return self._explained()
        match self._wanted.delivery.format:
            case Format.json | Format.csv | Format.png as format:
                return self._get(format)
            case Format.table:
                return self._text(self._table(self._answer(_POINTS)))
            case Format.chart:
                answer = self._answer(_DOTS * self._look.width)
                return self._text(self._chart(answer))

    def _get(self, format: str) -> bytes:
        parameters = self._question.parameters(format, self._wanted.width or _POINTS)
        body = self._api.get("/api/v1/graph", parameters)
        return body if format == Format.png or body.endswith(b"\n") else body + b"\n"

    def _answer(self, points: int) -> Answer:
        try:
            answer = Answer.from_json(
                json.loads(self._api.get("/api/v1/graph", self._question.parameters("json", points)))
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Away(
                f"{self._api.url} gave an answer that cannot be read; is it a Vedette of another version?"
            ) from error
        self.step_ms = answer.step_ms
        return replace(answer, timezones=(self._question.zone,))

    def _chart(self, answer: Answer) -> list[str]:
        marks = swatches(len(answer.lines), self._look)
        parts = [statistics_table(answer, self._look, marks, most=DRAWN)] if answer.lines else []
        if self._wanted.values:
            parts.append(value_table(answer, self._look))
        below = sum(part.count("\n") + 2 for part in parts) + 2
        return [chart(answer, self._look, below=below), *parts, *_notes(answer)]

    def _table(self, answer: Answer) -> list[str]:
        tables = [statistics_table(answer, self._look)]
        if self._wanted.values:
            tables.append(value_table(answer, self._look))
        return [*(tables if answer.lines else ["No line matches."]), *_notes(answer)]

    def _explained(self) -> bytes:
        parameters = self._question.parameters("json", self._wanted.width or _POINTS)
        document = self._api.document("/api/v1/explain", parameters)
        if self._wanted.delivery.format is Format.json:
            return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
        return self._text([explained(document, self._look, self._question.zone)])

    def _text(self, parts: list[str]) -> bytes:
        encoding = "utf-8" if self._look.unicode else "ascii"
        return ("\n\n".join(parts) + "\n").encode(encoding, "replace")


def _notes(answer: Answer) -> list[str]:
    return ["\n".join([*answer.notices, span(answer)])]
