"""What happens on the way to an answer: the stages with the time that each took, and what was read from storage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from vedette_query.evaluation.fetch import Reader
from vedette_query.model.data import DataExpr
from vedette_query.model.style import StyleExpr
from vedette_query.timing.window import Window
from vedette_storage.asker import Asker
from vedette_storage.selection import Lines, Reading, Selection

StageName = Literal["parse", "plan", "read", "evaluate", "render"]


@dataclass(frozen=True)
class Read:
    """One selection that was read: how many lines came back, by which statements, in how many seconds all in all."""

    lines: int
    readings: tuple[Reading, ...]
    seconds: float


class Course:
    """Keeps book while one request is answered. One thread uses it."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.seconds: dict[StageName, float] = {}
        self.reads: dict[Selection, Read] = {}
        self.window: Window | None = None
        self.exprs: Sequence[StyleExpr] = ()
        self.selections: Mapping[DataExpr, Selection] = {}

    @contextmanager
    def stage(self, name: StageName) -> Iterator[None]:
        """Measure what happens inside as a stage; entered again, its times add up."""
        start = self._clock()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - start

    def watching(self, reader: Reader) -> Reader:
        """The reader, with what is read by it written down here."""
        return _Watched(reader, self)

    def read(self, reader: Reader, selection: Selection, asker: Asker | None) -> Lines:
        """Read, and write down what it was."""
        start = self._clock()
        lines = reader.read(selection, asker)
        self.reads[selection] = Read(len(lines.tags), lines.readings, self._clock() - start)
        return lines


class _Watched:
    def __init__(self, reader: Reader, course: Course) -> None:
        self._reader = reader
        self._course = course

    def read(self, selection: Selection, asker: Asker | None = None) -> Lines:
        return self._course.read(self._reader, selection, asker)
