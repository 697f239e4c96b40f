"""DistributionSummary: how large something is."""

from __future__ import annotations

from typing import ClassVar

from vedette_agent.meters.distribution import Distribution


class DistributionSummary(Distribution):
    """A distribution of amounts in any unit (bytes, items), with `statistic=totalAmount`."""

    __slots__ = ()

    TOTAL: ClassVar[str] = "totalAmount"

    def record(self, amount: float) -> None:
        """It was so large."""
        self._log.append(amount)
