"""The answer of `/api/v1/graph` as the pages use it: lines over one grid of times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One line: its label, the tags all its series share, and a value for each time (NaN: nothing there)."""

    label: str
    tags: Mapping[str, str]
    values: Values

    @property
    def last(self) -> float | None:
        """The newest value there is, or None for an empty line."""
        present = np.flatnonzero(~np.isnan(self.values))
        return float(self.values[present[-1]]) if present.size else None


@dataclass(frozen=True)
class Answer:
    """Lines over the times `start, start + step, ...` (milliseconds; a time names the END of its bucket)."""

    start: int
    step: int
    lines: tuple[Line, ...]
    notices: tuple[str, ...] = field(default=())

    @property
    def times(self) -> NDArray[np.int64]:
        """The time of each value, in milliseconds since the epoch."""
        count = self.lines[0].values.size if self.lines else 0
        return self.start + self.step * np.arange(count, dtype=np.int64)

    @property
    def empty(self) -> bool:
        """Whether there is no number at all."""
        return all(line.last is None for line in self.lines)

    @property
    def newest(self) -> int | None:
        """The newest time at which any line has a value, in milliseconds."""
        here = [np.flatnonzero(~np.isnan(line.values)) for line in self.lines]
        steps = [int(present[-1]) for present in here if present.size]
        return self.start + self.step * max(steps) if steps else None

    def by(self, key: str) -> dict[str, Line]:
        """The lines by the value of one tag; lines without it are left out."""
        return {line.tags[key]: line for line in self.lines if key in line.tags}


def read(body: Mapping[str, Any]) -> Answer:
    """Take an answer from the API's JSON (`format=json`: a row of `values` for each time, a column for each line).

    Raises KeyError, TypeError or ValueError when the body is not such an answer.
    """
    legend = body["legend"]
    rows = np.array([[float(value) for value in row] for row in body["values"]], dtype=np.float64)
    columns = rows.reshape(len(body["values"]), len(legend)).T
    lines = tuple(
        Line(str(label), {str(k): str(v) for k, v in tags.items()}, values)
        for label, tags, values in zip(legend, body["metrics"], columns, strict=True)
    )
    return Answer(int(body["start"]), int(body["step"]), lines, tuple(str(n) for n in body.get("notices", ())))
