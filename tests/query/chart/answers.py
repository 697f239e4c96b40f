"""Answers made by hand, for charts that are planned from them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from vedette_query.answer import Answer, AnswerExpression, AnswerLine

START: Final = 1_795_305_660_000  # 2026-11-22T00:01Z
MINUTE: Final = 60_000
NAN: Final = math.nan

Values = Sequence[float]


class Made:
    """Collects the expressions of an answer."""

    def __init__(self) -> None:
        self._lines: list[AnswerLine] = []
        self._expressions: list[AnswerExpression] = []

    def add(
        self,
        lines: Mapping[str, Values],
        *,
        axis: int = 0,
        style: Mapping[str, str] | None = None,
        offset_ms: int = 0,
        message: str = "",
        tags: Mapping[str, str] | None = None,
        shown: Sequence[str] | None = None,
    ) -> Made:
        """An expression with its lines by label, all of them or some shown, in the order given."""
        expression = len(self._expressions)
        style, tags = style or {}, tags or {}
        places = {label: place for place, label in enumerate(sorted(lines))}
        for label in lines if shown is None else shown:
            every = {"name": "x", "atlas.offset": "0w", "node": label, **tags}
            query = f"name,x,:eq,{axis},:axis"
            self._lines.append(
                AnswerLine(label, every, lines[label], axis, style, query, ("node",), expression, places[label])
            )
        messages = (message,) if message else ()
        self._expressions.append(AnswerExpression(axis, len(lines), style, offset_ms, messages))
        return self

    def answer(self, *, step_ms: int = MINUTE, notices: Sequence[str] = (), zones: Sequence[str] = ("UTC",)) -> Answer:
        """The answer of all that was added, its lines axis by axis."""
        lines = sorted(self._lines, key=lambda line: line.axis)
        points = len(lines[0].values) if lines else 3
        return Answer(START, step_ms, points, tuple(lines), tuple(notices), tuple(self._expressions), tuple(zones))


def one(*values: float) -> Answer:
    """One line."""
    return Made().add({"a": values}).answer()
