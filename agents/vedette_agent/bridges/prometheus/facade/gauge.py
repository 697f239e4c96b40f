"""Gauge: how much there is of something now, under prometheus-client's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from vedette_agent.bridges.prometheus.facade.blocks import InProgress, Timer
from vedette_agent.bridges.prometheus.facade.cells import MOST, GaugeCell, relieve, settle
from vedette_agent.bridges.prometheus.facade.collectors import REGISTRY
from vedette_agent.bridges.prometheus.facade.metric import MetricWrapper, now
from vedette_agent.bridges.prometheus.families import Metric as Family
from vedette_agent.meters.meter import Meter

_MODES: Final = frozenset(live + mode for live in ("", "live") for mode in ("all", "min", "max", "sum", "mostrecent"))


class Gauge(MetricWrapper):
    """A level that goes up and down. The agent reports it as our gauge `name`.

    `multiprocess_mode` is checked and otherwise without effect: each process reports its own level to the collector,
    which tells them apart, and questions choose how to put them together.
    """

    kind = "gauge"

    def __init__(  # noqa: PLR0917  # the signature is prometheus-client's
        self,
        name: str,
        documentation: str,
        labelnames: Iterable[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: Any | None = REGISTRY,
        _labelvalues: None = None,
        multiprocess_mode: str = "all",
    ) -> None:
        if multiprocess_mode not in _MODES:
            raise ValueError(f"Invalid multiprocess mode: {multiprocess_mode}")
        self._only_set = multiprocess_mode.endswith("mostrecent")
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry)

    def inc(self, amount: float = 1) -> None:
        """There is so much more."""
        if self._only_set:
            raise RuntimeError("inc must not be used with the mostrecent mode")
        log = self._log
        log.append(amount + 0.0)
        if len(log) > MOST:
            relieve(self._cell)

    def dec(self, amount: float = 1) -> None:
        """There is so much less."""
        if self._only_set:
            raise RuntimeError("dec must not be used with the mostrecent mode")
        log = self._log
        log.append(-amount)
        if len(log) > MOST:
            relieve(self._cell)

    def set(self, value: float) -> None:
        """There is so much."""
        log = self._log
        log.append((float(value),))
        if len(log) > MOST:
            relieve(self._cell)

    def set_to_current_time(self) -> None:
        """It is now, in seconds since the epoch."""
        self.set(now())

    def set_function(self, f: Callable[[], float]) -> None:
        """Ask this function from now on; setting and moving are without effect then."""
        self._require_child()
        settle(self._cell).function = f

    def track_inprogress(self) -> InProgress:
        """A context manager, or a decorator, that goes up where something begins and down where it ends."""
        self._require_child()
        return InProgress(self)

    def time(self) -> Timer:
        """A context manager, or a decorator, that sets the seconds that something took."""
        return Timer(self, "set")

    def _begin(self) -> None:
        self._cell = GaugeCell(self._id())
        self._log = self._cell._log

    def _add_to(self, family: Family) -> None:
        self._cell.ask()
        family.add("", self._labels, settle(self._cell).value)

    def _own_cells(self) -> Iterable[Meter]:
        return (self._cell,)
