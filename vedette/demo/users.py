"""The company's users: they come as the load says, each asks the edge of its region for one thing."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable

import httpx

from vedette.demo.load import DAY_S, rate
from vedette.demo.topology import JOURNEYS, Map, Region

logger = logging.getLogger(__name__)

PATIENCE_S = 5.0
MOST_WAITING = 50
"""Requests under way in a region at most: users who find a queue that long go away."""


class Users:
    """The users of one region. They carry no instrumentation, as browsers and televisions don't."""

    def __init__(
        self,
        region: Region,
        where: Map,
        *,
        peak: float,
        day_s: float = DAY_S,
        now: Callable[[], float] = time.time,
        chance: random.Random | None = None,
    ) -> None:
        self._region = region
        self._edge = where.url(where.instances(region.name, "edge")[0])
        self._peak = peak
        self._day_s = day_s
        self._now = now
        self._chance = chance or random.Random()
        self._waiting: set[asyncio.Task[None]] = set()

    async def come(self) -> None:
        """Send requests until cancelled; arrivals are a Poisson process with the load's rate."""
        async with httpx.AsyncClient(base_url=self._edge, timeout=PATIENCE_S, trust_env=False) as client:
            try:
                while True:
                    # A quiet minute must not sleep through the next busy one: look at the rate again each second.
                    now_rate = rate(self._region, self._now(), peak=self._peak, day_s=self._day_s)
                    pause = self._chance.expovariate(max(now_rate, 0.001))
                    if pause > 1.0:
                        await asyncio.sleep(1.0)
                        continue
                    await asyncio.sleep(pause)
                    if len(self._waiting) < MOST_WAITING:
                        task = asyncio.create_task(self._ask(client))
                        self._waiting.add(task)
                        task.add_done_callback(self._waiting.discard)
            finally:
                for task in self._waiting:
                    task.cancel()

    async def _ask(self, client: httpx.AsyncClient) -> None:
        method, path, _ = self._chance.choices(JOURNEYS, weights=[weight for *_, weight in JOURNEYS])[0]
        try:
            await client.request(method, path.replace("{id}", str(self._chance.randrange(1000, 9000))))
        except httpx.HTTPError as error:
            # A failed request is what the demo is about; it is the edge's telemetry that tells of it.
            logger.debug("A user of %s was not answered: %s", self._region.name, error)
