"""An instance of a service, alive or dead: its listener, its application and its agent."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

import httpx

from vedette.demo.faults import Board
from vedette.demo.service import PATIENCE_S, Caller, build
from vedette.demo.settings import Settings
from vedette.demo.topology import Place, Service
from vedette.server import Hosted, listen
from vedette_agent import Agent
from vedette_agent.settings import Settings as AgentSettings


class Instance:
    """Lives unless the board says that it is dead. Each life is a new agent, as a restarted process would have."""

    def __init__(self, place: Place, service: Service, settings: Settings, board: Board) -> None:
        self._place = place
        self._service = service
        self._settings = settings
        self._board = board
        self._life: AsyncExitStack | None = None

    async def start(self) -> None:
        """Listen and report, unless it does so already. Raises `CannotStart`."""
        if self._life is not None:
            return
        place, where, chance = self._place, self._settings.where, random.Random()
        listener = listen(where.host, place.port, f"{place.service} of the demo (--demo-port)")
        async with AsyncExitStack() as stack:
            agent = Agent(self._agent_settings())
            agent.start()
            stack.push_async_callback(asyncio.to_thread, agent.stop)
            client = await stack.enter_async_context(httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False))
            agent.instrument_client(client)
            app = build(place, self._service, self._board, Caller(client, where, place.region, chance), chance)
            served = Hosted(agent.instrument_app(app), listener)
            await served.start()
            stack.push_async_callback(served.stop)
            self._life = stack.pop_all()

    async def stop(self) -> None:
        """Close the listener, let the agent send what it has, be gone."""
        life, self._life = self._life, None
        if life is not None:
            await life.aclose()

    async def obey(self) -> None:
        """Die or live again, as the board says. Only the first instance of a service can be dead."""
        dead = self._place.number == 1 and self._board.on("dead", self._place.region, self._place.service)
        await (self.stop() if dead else self.start())

    def _agent_settings(self) -> AgentSettings:
        place, settings = self._place, self._settings
        return AgentSettings(
            app=place.service,
            url=settings.collector_url,
            step_ms=settings.step_ms,
            region=place.region,
            zone=f"{place.region}{'abc'[place.number % 3]}",
            env="demo",
            node=place.node,
            peers={authority: f"{name}@{place.region}" for authority, name in settings.where.peers().items()},
            process_metrics=False,  # they would be those of the whole region
        )
