"""Counter: how often something happened, under prometheus-client's name."""

from __future__ import annotations

from collections.abc import Iterable

from vedette_agent.bridges.prometheus.facade.blocks import ExceptionCounter
from vedette_agent.bridges.prometheus.facade.cells import MOST, CounterCell, relieve, settle
from vedette_agent.bridges.prometheus.facade.metric import MetricWrapper, add_created, exemplar_labels, now
from vedette_agent.bridges.prometheus.families import Exemplar
from vedette_agent.bridges.prometheus.families import Metric as Family
from vedette_agent.meters.meter import Meter


class Counter(MetricWrapper):
    """A total that only grows. The agent reports it as our counter `name_total`, a rate."""

    kind = "counter"
    _exemplar: Exemplar | None

    def inc(self, amount: float = 1, exemplar: dict[str, str] | None = None) -> None:
        """It happened `amount` times more. Raises ValueError below zero, and on a metric whose labels are missing."""
        log = self._log
        log.append(amount)
        if exemplar is not None or amount < 0 or len(log) > MOST:
            self._seldom(amount, exemplar)

    def reset(self) -> None:
        """Begin at zero again."""
        self._require_child()
        settle(self._cell).total = 0.0
        self._created = now()

    def count_exceptions(
        self, exception: type[BaseException] | tuple[type[BaseException], ...] = Exception
    ) -> ExceptionCounter:
        """A context manager, or a decorator, that counts exceptions of these types."""
        self._require_child()
        return ExceptionCounter(self, exception)

    def _seldom(self, amount: float, exemplar: dict[str, str] | None) -> None:
        relieve(self._cell)
        if amount < 0:  # the cell ignores it
            raise ValueError("Counters can only be incremented by non-negative amounts.")
        if exemplar:
            self._exemplar = Exemplar(exemplar_labels(exemplar), amount, now())

    def _begin(self) -> None:
        self._cell = CounterCell(self._id("_total"))
        self._log = self._cell._log
        self._exemplar = None
        self._created = now()

    def _add_to(self, family: Family) -> None:
        family.add("_total", self._labels, settle(self._cell).total, exemplar=self._exemplar)
        add_created(family, self._labels, self._created)

    def _own_cells(self) -> Iterable[Meter]:
        return (self._cell,)
