"""Info and Enum: what something is, and in which of some states it is, under prometheus-client's names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from vedette_agent.bridges.prometheus.facade.cells import GaugeCell
from vedette_agent.bridges.prometheus.facade.collectors import REGISTRY
from vedette_agent.bridges.prometheus.facade.metric import MetricWrapper
from vedette_agent.bridges.prometheus.families import Metric as Family
from vedette_agent.meters.meter import Meter


class Info(MetricWrapper):
    """Facts as labels. The agent reports the gauge `name_info`, which is 1."""

    kind = "info"
    _facts: dict[str, str]

    def info(self, val: dict[str, str]) -> None:
        """These are the facts now. Raises ValueError for a label of the metric itself, and for None."""
        self._require_child()
        if not val.keys().isdisjoint(self._labelnames):
            raise ValueError(f"Overlapping labels for Info metric, metric: {self._labelnames} child: {val}")
        if any(value is None for value in val.values()):
            raise ValueError("Label value cannot be None")
        self._facts = dict(val)
        self._cell = GaugeCell(self._id("_info", **self._facts))
        self._cell.value = 1.0

    def _begin(self) -> None:
        self._facts = {}
        self._cell = GaugeCell(self._id("_info"))
        self._cell.value = 1.0

    def _add_to(self, family: Family) -> None:
        family.add("_info", {**self._labels, **self._facts}, 1.0)

    def _own_cells(self) -> Iterable[Meter]:
        return (self._cell,)


class Enum(MetricWrapper):
    """One of some states, the first until another is told. The agent reports a gauge for each state, 1 or 0."""

    kind = "stateset"

    def __init__(  # noqa: PLR0917  # the signature is prometheus-client's
        self,
        name: str,
        documentation: str,
        labelnames: Sequence[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: Any | None = REGISTRY,
        _labelvalues: None = None,
        states: Sequence[str] | None = None,
    ) -> None:
        if name in labelnames:
            raise ValueError(f"Overlapping labels for Enum metric: {name}")
        if not states:
            raise ValueError(f"No states provided for Enum metric: {name}")
        self._states = list(states)
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry)

    def state(self, state: str) -> None:
        """It is in this state now. Raises ValueError for one that was not announced."""
        self._require_child()
        place = self._states.index(state)
        for number, cell in enumerate(self._cells):
            cell.value = float(number == place)

    def _begin(self) -> None:
        self._cells = [GaugeCell(self._id(**{self._name: state})) for state in self._states]
        self._cells[0].value = 1.0

    def _add_to(self, family: Family) -> None:
        for state, cell in zip(self._states, self._cells, strict=True):
            family.add("", {**self._labels, self._name: state}, cell.value)

    def _own_cells(self) -> Iterable[Meter]:
        return tuple(self._cells)
