"""One instance of one service: a FastAPI application with one line of Vedette in it, as any customer's would be."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from itertools import cycle
from typing import Final

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from vedette.demo.faults import DELAY_MS, ERROR_SHARE, Board
from vedette.demo.spread import spread_s
from vedette.demo.topology import REGIONS, Call, Endpoint, Map, Place, Service, next_region

PATIENCE_S: Final = 2.0
REGION_DISTANCE_S: Final = 0.035
"""One way's extra time to another region; loopback has none of its own."""
FAILED_OVER: Final = "x-failed-over-from"
"""On a request that another region has passed on: it is answered here, not sent round for ever."""


class Caller:
    """Makes the calls of one instance: takes instances in turn, and repeats a GET once on another when one is dead."""

    def __init__(self, client: httpx.AsyncClient, where: Map, region: str, chance: random.Random) -> None:
        self._client = client
        self._region = region
        self._chance = chance
        self._turns = {
            (place.region, place.service): cycle(
                [where.url(one) for one in where.instances(place.region, place.service)]
            )
            for place in where.places()
        }

    async def call(self, call: Call) -> bool:
        """Whether the call was answered well. A call that fails is no exception: the demo is full of them."""
        region = self._elsewhere() if call.elsewhere else self._region
        path = call.path.replace("{id}", str(self._chance.randrange(1000, 9000)))
        return await self.send(call.method, region, call.to, path)

    async def send(
        self, method: str, region: str, service: str, path: str, headers: Mapping[str, str] | None = None
    ) -> bool:
        if region != self._region:
            await asyncio.sleep(REGION_DISTANCE_S)
        attempts = 2 if method == "GET" else 1
        for attempt in range(1, attempts + 1):
            url = next(self._turns[region, service]) + path
            try:
                answer = await self._client.request(
                    method, url, headers=headers, extensions={"vedette.attempt": attempt}
                )
            except httpx.TransportError:
                continue
            return answer.status_code < 500
        return False

    def _elsewhere(self) -> str:
        return self._chance.choice([region.name for region in REGIONS if region.name != self._region])


def build(place: Place, service: Service, board: Board, caller: Caller, chance: random.Random) -> FastAPI:
    """The application of one instance: each endpoint works a while, makes its calls, and answers."""
    app = FastAPI(title=f"{service.name} in {place.region}", openapi_url=None)
    for endpoint in service.endpoints:
        player = _Player(place, endpoint, board, caller, chance)
        app.add_api_route(endpoint.path, player.answer, methods=[endpoint.method], response_model=None)
    return app


class _Player:
    """Plays one endpoint."""

    def __init__(self, place: Place, endpoint: Endpoint, board: Board, caller: Caller, chance: random.Random) -> None:
        self._place = place
        self._endpoint = endpoint
        self._board = board
        self._caller = caller
        self._chance = chance

    async def answer(self, request: Request) -> JSONResponse:
        if self._is("failover") and FAILED_OVER not in request.headers:
            return await self._fail_over(request)
        if self._is("latency"):
            await asyncio.sleep(spread_s(DELAY_MS, self._chance))
        await asyncio.sleep(spread_s(self._endpoint.work_ms, self._chance))
        if self._is("errors") and self._chance.random() < ERROR_SHARE:
            return JSONResponse({"error": f"{self._place.service} failed"}, 500)
        for stage in self._endpoint.stages:
            calls = [call for call in stage if self._chance.random() < call.chance]
            results = await asyncio.gather(*(self._caller.call(call) for call in calls))
            lost = [call.to for call, well in zip(calls, results, strict=True) if not well and not call.optional]
            if lost:
                return JSONResponse({"error": f"no answer from {', '.join(lost)}"}, 502)
        return JSONResponse({"from": self._place.node})

    async def _fail_over(self, request: Request) -> JSONResponse:
        to = next_region(self._place.region)
        marked = {FAILED_OVER: self._place.region}
        well = await self._caller.send(request.method, to, self._place.service, request.url.path, marked)
        return JSONResponse({"from": to}, 200 if well else 502)

    def _is(self, kind: str) -> bool:
        return self._board.on(kind, self._place.region, self._place.service)
