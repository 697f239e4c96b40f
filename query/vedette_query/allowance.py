"""What one request may read, hold and answer; refused with what was asked, the limit, and how to ask for less."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from vedette_query.errors import TooMuch
from vedette_query.evaluation.lines import Values
from vedette_query.settings import Settings
from vedette_query.timing.durations import from_ms
from vedette_query.timing.window import Window
from vedette_storage.asker import Asker, Estimate
from vedette_storage.errors import Exceeded

FEWER_SERIES: Final = "restrict the queries by more tags, as with :eq or :in"
FEWER_READS: Final = "use :by, :in or :re where the queries are alike"
FEWER_LINES: Final = "group by fewer keys, restrict the query, or keep the greatest with max,100,:topk"
FEWER_POINTS: Final = "ask for a shorter time or a longer step, or group by fewer keys"
LESS: Final = "ask for a shorter time, or restrict the queries by more tags"

_GRIDS: Final = 2
"""Grids that reading takes for each one that it gives: what the database sends, and where it is put."""

_MIB: Final = 1 << 20


class Allowance:
    """The books of one request: what it has read and holds. Whoever works for it asks here before the next piece.

    Everything that is refused raises `TooMuch`. One thread uses it.
    """

    def __init__(self, settings: Settings, window: Window, asker: Asker) -> None:
        self.asker = asker
        self._settings = settings
        self._window = window
        self._series = 0
        self._samples = 0
        self._held: dict[int, weakref.ref[Values]] = {}
        self._bytes = 0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """While inside, reads are asked about before they are made, and what a limit stopped is said in full."""
        try:
            with self.asker.hearing(self._expect):
                yield
        except Exceeded as error:
            raise TooMuch(self._sentence(error)) from error

    def check(self) -> None:
        """Raise `Gone` when nobody waits any more, `Exceeded` when the time is over."""
        self.asker.check()

    def reads(self, count: int) -> None:
        """The request has so many distinct reads."""
        _check(count, self._settings.max_selections, f"the expression has {count} reads", FEWER_READS)

    def answers(self, lines: int) -> None:
        """The answer has at least so many lines."""
        most, points = self._settings.max_lines, self._window.points - 1
        _check(lines, most, f"the expression has {lines} lines", FEWER_LINES)
        text = f"the answer has {lines * points:,} datapoints ({lines:,} lines of {points:,})"
        _check(lines * points, self._settings.max_answer, text, FEWER_POINTS)

    def hold(self, values: Values) -> None:
        """Values that were made are in memory, until the last who knows them lets go."""
        owner = values
        while owner.base is not None and hasattr(owner.base, "nbytes"):
            owner = owner.base  # a view holds the values that it looks at
        key, size = id(owner), owner.nbytes
        if key in self._held:
            return

        def forget(_: object) -> None:
            del self._held[key]
            self._bytes -= size

        self._held[key] = weakref.ref(owner, forget)
        self._bytes += size
        # What it was made of, as large as itself, was there a moment ago.
        self._fits(self._bytes + size, values.shape[0], values.shape[1])

    def _expect(self, estimate: Estimate) -> None:
        settings, length = self._settings, self._length
        self._series += estimate.series
        self._samples += estimate.samples
        text = f"the expression reads {self._series:,} series"
        _check(self._series, settings.max_series, text, FEWER_SERIES)
        text = f"the expression reads {self._samples:,} datapoints ({self._series:,} series over {length})"
        _check(self._samples, settings.max_samples, text, LESS)
        grid = estimate.lines * estimate.points * 8
        self._fits(self._bytes + _GRIDS * grid, estimate.lines, estimate.points)

    def _fits(self, size: int, lines: int, points: int) -> None:
        limit = self._settings.max_bytes
        text = f"the expression needs {-(-size // _MIB):,} MiB of memory at {lines:,} lines of {points:,} datapoints"
        if size > limit:
            raise TooMuch(f"{text}, the limit is {limit // _MIB:,} MiB; {FEWER_POINTS}")

    def _sentence(self, error: Exceeded) -> str:
        of = f" for {self._series:,} series over {self._length}" if self._series else f" over {self._length}"
        match error.what:
            case "time":
                seconds = self.asker.seconds if self.asker.remaining == 0 else None
                limit = f"{seconds:g} s" if seconds is not None else error.limit
                return f"the answer takes longer than {limit}, which is the limit,{of}; {LESS}"
            case "memory":
                return f"the database needs more memory than {error.limit}, which is the limit,{of}; {LESS}"
            case "reading" | "result":
                return f"the database reads more than {error.limit}, which is the limit,{of}; {LESS}"

    @property
    def _length(self) -> str:
        return str(from_ms((self._window.points - 1) * self._window.step_ms))


def too_long(seconds: float) -> TooMuch:
    """The refusal of a request whose time is over, by one who does not know what it was about."""
    return TooMuch(f"the answer takes longer than {seconds:g} s, which is the limit; {LESS}")


def _check(count: int, limit: int, text: str, narrow: str) -> None:
    if count > limit:
        raise TooMuch(f"{text}, the limit is {limit:,}; {narrow}")
