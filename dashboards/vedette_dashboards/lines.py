"""What pages ask of an answer's lines. The shape itself, `vedette_query.answer`, is the one thing shared."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vedette_query.answer import Answer, AnswerLine

Values = NDArray[np.float64]


def values(line: AnswerLine) -> Values:
    """The line's values as an array, NaN where there is nothing."""
    return np.asarray(line.values, dtype=np.float64)


def by(answer: Answer, key: str) -> dict[str, AnswerLine]:
    """The lines by the value of one tag; lines without it are left out."""
    return {line.tags[key]: line for line in answer.lines if key in line.tags}


def newest(*answers: Answer) -> int | None:
    """The newest time (ms) at which any line of any of the answers has a value."""
    times = [
        answer.start_ms + answer.step_ms * int(there[-1])
        for answer in answers
        for line in answer.lines
        if (there := np.flatnonzero(~np.isnan(values(line)))).size
    ]
    return max(times, default=None)


def share(part: Answer, whole: Answer, key: str) -> Answer:
    """Per cent that `part` is of `whole`, line by line, matched by one tag.

    Where `part` has no value but `whole` has, that is 0 %: what never failed has no line of failures.
    """
    parts = by(part, key)
    lines = []
    for name, line in by(whole, key).items():
        bottom = values(line)
        top = np.nan_to_num(_onto(parts[name], part, whole)) if name in parts else np.zeros_like(bottom)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(bottom > 0, 100 * top / bottom, np.where(np.isnan(bottom), math.nan, 0.0))
        lines.append(AnswerLine(line.legend, line.tags, shares.tolist()))
    return Answer(whole.start_ms, whole.step_ms, whole.points, tuple(lines))


def _onto(line: AnswerLine, own: Answer, grid: Answer) -> Sequence[float]:
    """The line's values at the times of `grid`: two answers asked a moment apart may differ by a step."""
    if own.times_ms == grid.times_ms:
        return line.values
    found = dict(zip(own.times_ms, line.values, strict=True))
    return [found.get(at, math.nan) for at in grid.times_ms]
