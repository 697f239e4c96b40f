"""Registry: hands out meters, remembers them, and reads them at the end of each step."""

from __future__ import annotations

import logging
import threading
from array import array
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Final, cast
from weakref import WeakValueDictionary

from vedette_agent.cardinality import Limiter, Limits
from vedette_agent.clock import Clock, SystemClock
from vedette_agent.identity import MeterId
from vedette_agent.makers import MeterMaker, Tags
from vedette_agent.meters.meter import M, Meter
from vedette_agent.series import Series, SeriesTable
from vedette_agent.source import Source
from vedette_agent.totals import Totals

logger = logging.getLogger(__name__)

ROLLED_UP: Final = "vedette.agent.rolledUp"
"""Counts the look-ups whose tags were beyond a limit."""


@dataclass(frozen=True)
class Reading:
    """What one step amounted to: a series table in wire form, and a value for each of its series."""

    end_ms: int
    table: bytes
    values: array[float]


class Registry(MeterMaker):
    """The meters of one agent. Asking for the same id again gives the same meter; asking from any thread is allowed.

    A mistake of the caller never raises: an id that already is a meter of another type, or has no usable name, gives a
    meter that keeps nothing, and one warning.

    Meters idle for 15 minutes are no longer reported. Who still holds such a meter may use it: it is reported again.
    """

    def __init__(
        self,
        step_ms: int = 10_000,
        *,
        clock: Clock | None = None,
        common_tags: Tags = None,
        limits: Limits | None = None,
        opened: bool = True,
    ) -> None:
        self.step_ms = step_ms
        self._clock = clock or SystemClock()
        self.limits = limits or Limits()
        self._limiter = Limiter(self.limits)
        self._opened = opened
        self._meters: dict[tuple[str, ...], Meter] = {}
        self._resting: WeakValueDictionary[tuple[str, ...], Meter] = WeakValueDictionary()
        self._held: list[Meter] = []
        self._followed: list[Meter] = []
        self._polls: list[Callable[[], None]] = []
        self._sources: list[Source] = []
        self._failing: set[Source] = set()
        self._totals: Totals | None = None
        self._table = SeriesTable(common_tags or {})
        self._refused: set[str] = set()
        self._make_locks()

    def poll(self, function: Callable[[], None]) -> None:
        """Call the function just before each reading, on the step thread; one that raises is not called again."""
        self._polls.append(function)

    def add_source(self, source: Source) -> None:
        """Report the series of this source too, from the next reading on. Adding it twice is adding it once."""
        with self._lock:
            if source not in self._sources:
                self._sources.append(source)

    def remove_source(self, source: Source) -> None:
        """Report the series of this source no longer."""
        with self._reading:
            if source in self._sources:
                self._sources.remove(source)
                self._table.release(source.series())

    def totals(self) -> list[tuple[Series, float]]:
        """Each series of the meters now: what was counted since this was first asked, and gauges as they are.

        The steps know nothing of it. From the first call on a reading costs about twice as much.
        """
        with self._reading:
            totals = self._totals = self._totals or Totals()
            now_ms = self._clock.now_ms()
            self._revive(now_ms)
            for meter in list(self._meters.values()):
                meter.drain(now_ms)
                totals.take(meter.measure(1.0))
            return totals.now()

    def __len__(self) -> int:
        return len(self._meters)

    @property
    def common_tags(self) -> dict[str, str]:
        """The tags that every series of this registry carries, from the next reading on."""
        return self._table.common

    @common_tags.setter
    def common_tags(self, tags: dict[str, str]) -> None:
        with self._reading:
            self._table.common = tags

    def meters(self) -> list[Meter]:
        """The meters that are reported now."""
        return list(self._meters.values())

    def forget(self, which: Callable[[Meter], bool]) -> int:
        """Report these meters no longer, until they are used again; how many there were."""
        with self._reading:
            chosen = [meter for meter in self.meters() if which(meter)]
            for meter in chosen:
                meter.reset()
            self._expire(chosen)
            return len(chosen)

    def drain(self) -> int:
        """Take the waiting updates of all meters into their sums; returns how many there were."""
        with self._reading:
            now_ms = self._clock.now_ms()
            waiting = 0
            for meter in self._all():
                waiting += meter.pending()
                meter.drain(now_ms)
            for source in list(self._sources):
                source.drain(now_ms)
            return waiting

    def read(self, end_ms: int) -> Reading:
        """What was measured since the last reading, as the step that ends at `end_ms`.

        Called at that instant: an update at the boundary belongs to the next step. Should the reading come late,
        nothing is lost: what happened meanwhile counts for this step.
        """
        with self._reading:
            self._run_polls()
            self._report_limits()
            now_ms = self._clock.now_ms()
            self._revive(now_ms)
            meters = list(self._meters.values())
            for meter in meters:
                meter.drain(now_ms)
            self._expire([meter for meter in meters if meter.expired(now_ms)])
            measured = self._measure_meters(self.step_ms / 1000)
            for source in list(self._sources):
                measured += self._ask(source, now_ms)
            table, values = self._table.fill(measured)
            return Reading(end_ms, table, values)

    def adopt(self, other: Registry, *, in_use: bool = True) -> None:
        """Take over the meters of a registry that is closed, so that handles taken from it are of this registry.

        They are reported from now on, or with `in_use=False` once their holders use them again.
        """
        with self._lock:
            for meter in other._meters.values():
                self._take_over(meter, self._meters if in_use else self._resting)
            for meter in other._at_rest():
                self._take_over(meter, self._resting)
            other._meters.clear()
            other._resting.clear()
            self._totals = self._totals or other._totals
            for source in other._sources:
                other._table.release(source.series())
            self._sources += [source for source in other._sources if source not in self._sources]
            other._sources.clear()

    def _take_over(self, meter: Meter, place: MutableMapping[tuple[str, ...], Meter]) -> None:
        mine = self._meters.get(meter.id)
        if mine is None:
            place[meter.id] = meter
            if self._opened:
                meter.open(self._clock.now_ms())
        elif type(mine) is type(meter):
            meter.follow(mine)
            self._followed.append(mine)  # held, so that it is drained for as long as the other may be used

    def close(self) -> None:
        """Keep nothing from now on; meters stay valid in their holders' hands."""
        with self._reading, self._lock:
            self._opened = False
            for meter in self._all():
                meter.close()
                self._table.release(meter.series())

    def reset(self) -> None:
        """Begin anew in a forked child: locks are made again, and nothing of the parent's is reported twice."""
        self._make_locks()
        for meter in self._all():
            meter.reset()
        for source in self._sources:
            source.reset()
        if self._totals is not None:
            self._totals.forget_step()

    def _make_locks(self) -> None:
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    def _get(self, kind: type[M], name: str, tags: Tags, make: Callable[[MeterId, int], M] | None = None) -> M:
        try:
            known = self._meters.get(sum(sorted(tags.items()), (name,)) if tags else (name,))
        except (TypeError, AttributeError):  # what cannot be a tag is dropped below, with a warning
            known = None
        return cast("M", known if type(known) is kind else self._find(kind, name, tags, make or kind))

    def _find(self, kind: type[M], name: str, tags: Tags, make: Callable[[MeterId, int], M]) -> Meter:
        if not (isinstance(name, str) and name):
            return self._refuse(make, MeterId("_"), f"A meter's name is a text of at least one character, not {name!r}")
        meter_id = MeterId(name, tags).sanitised()
        with self._lock:
            meter = self._meters.get(meter_id) or self._awaken(meter_id)
            if meter is None:
                meter_id = self._limiter.admit(meter_id)
                meter = self._meters.get(meter_id) or self._awaken(meter_id)
            if meter is None and len(self._meters) >= self.limits.meters:
                return self._refuse(make, meter_id, f"The limit of {self.limits.meters} meters is reached")
            if meter is None:
                meter = make(meter_id, self._clock.now_ms())
                if not self._opened:
                    meter.close()
            if type(meter) is not kind:
                found = f"{meter_id} already is a {type(meter).__name__}, and not also a {kind.__name__}"
                return self._refuse(make, meter_id, found)
            self._meters[meter_id] = meter
            return meter

    def _awaken(self, meter_id: MeterId) -> Meter | None:
        meter = self._resting.pop(meter_id, None)
        if meter is not None:
            meter.touch(self._clock.now_ms())
        return meter

    def _refuse(self, make: Callable[[MeterId, int], M], meter_id: MeterId, why: str) -> Meter:
        if why not in self._refused and len(self._refused) < 100:
            self._refused.add(why)
            logger.warning("%s: what is recorded with it is dropped", why)
        meter = make(meter_id, 0)
        meter.close()
        return meter

    def _all(self) -> list[Meter]:
        return [*self._meters.values(), *self._at_rest()]

    def _at_rest(self) -> list[Meter]:
        return [meter for reference in self._resting.valuerefs() if (meter := reference()) is not None]

    def _run_polls(self) -> None:
        for function in list(self._polls):
            try:
                function()
            except Exception:  # somebody else's code: it must not cost the step
                logger.warning("The polled function %r raised and is not called again", function, exc_info=True)
                self._polls.remove(function)

    def _measure_meters(self, step_s: float) -> list[tuple[Series, float]]:
        meters = list(self._meters.values())
        if self._totals is None:
            return [pair for meter in meters for pair in meter.measure(step_s)]
        self._totals.take(pair for meter in meters for pair in meter.measure(1.0))
        return self._totals.step(step_s)

    def _ask(self, source: Source, now_ms: int) -> list[tuple[Series, float]]:
        try:
            measured = list(source.measure(now_ms, self.step_ms / 1000))
            self._table.release(source.ended())
        except Exception:  # somebody else's code: it must not cost the step
            if source not in self._failing:
                self._failing.add(source)
                logger.warning("%r raised, and reports nothing for as long as it does", source, exc_info=True)
            return []
        self._failing.discard(source)
        return measured

    def _report_limits(self) -> None:
        """Only once there is something to tell: most services never reach a limit."""
        rolled_up, self._limiter.rolled_up = self._limiter.rolled_up, 0
        if rolled_up:
            self.counter(ROLLED_UP).increment(rolled_up)

    def _revive(self, now_ms: int) -> None:
        """Resting meters that were used again are meters like any other."""
        for meter in self._at_rest():
            if meter.drain(now_ms):
                with self._lock:
                    self._meters.setdefault(meter.id, meter)
                    self._resting.pop(meter.id, None)
        self._held = []

    def _expire(self, idle: list[Meter]) -> None:
        """Put idle meters to rest: they live on in their holders' hands only.

        They are held for one step more, for a caller who had just asked for one and is about to record.
        """
        if not idle:
            return
        with self._lock:
            for meter in idle:
                del self._meters[meter.id]
                self._resting[meter.id] = meter
                self._table.release(meter.series())
                if self._totals is not None:
                    self._totals.forget(meter.series())
            self._limiter.keep_only(self._meters)
        self._held = idle
