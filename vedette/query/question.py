"""What is asked: an expression, a window of time, and how finely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_URL: Final = "http://127.0.0.1:7101"


@dataclass(frozen=True)
class Question:
    """Times are as Atlas writes them: `e-3h`, `now`, `2026-11-22T14:00`. Those without a zone are in `zone`."""

    expression: str
    start: str = "e-3h"
    end: str = "now"
    zone: str = "UTC"  # an IANA name
    common: str | None = None  # a query that every query of the expression is joined with
    step: str | None = None  # the shortest that is wanted; None: as short as the width has room for

    def parameters(self, format: str, points: int, height: int | None = None) -> list[tuple[str, str]]:
        """The parameters of `/api/v1/graph` and `/api/v1/explain`; `points` is the width, for a picture in pixels."""
        given = [("q", self.expression), ("s", self.start), ("e", self.end), ("tz", self.zone), ("w", str(points))]
        if self.common is not None:
            given.append(("cq", self.common))
        if height is not None:
            given.append(("h", str(height)))
        if self.step is not None:
            given.append(("step", self.step))
        return [*given, ("format", format)]
