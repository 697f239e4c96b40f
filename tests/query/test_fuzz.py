"""Ten thousand requests of the worst kind: each is answered, or refused with a reason, and soon."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass

import httpx
import pytest
from prometheus_client import CollectorRegistry

from tests.query.fuzz import Ask, Fuzzer
from tests.query.recorded import recorded_block, recorded_store
from vedette import front
from vedette_query.app import QueryApi
from vedette_query.settings import Settings
from vedette_query.vocabulary.catalogue import Catalogue
from vedette_storage.store import Store

STEP = 10_000
MAX_SECONDS = 10.0  # on a machine that is busy with other tests
CATALOGUE = Catalogue(Settings().custom_averages)


@dataclass(frozen=True)
class Answered:
    """What became of one request."""

    ask: Ask
    response: httpx.Response
    seconds: float

    @property
    def fault(self) -> str | None:
        """What is wrong with the answer, or None."""
        status, response = self.response.status_code, self.response
        if self.seconds > MAX_SECONDS:
            return f"took {self.seconds:.1f} s"
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            return _stream_fault(response.text)
        if 200 <= status < 400:
            return None
        if not 400 <= status < 500:
            return f"status {status}: {response.text[:200]}"
        document = response.json()
        if document.get("type") != "error" or not isinstance(document.get("message"), str) or not document["message"]:
            return f"no error body: {response.text[:200]}"
        return "a stack trace" if "Traceback" in response.text else None


def _stream_fault(text: str) -> str | None:
    """What is wrong with a stream, or None."""
    *events, end = text.split("\n\n")
    if end or not events or not all(event.startswith("data: ") for event in events):
        return f"no events: {text[:200]}"
    documents = [json.loads(event.removeprefix("data: ")) for event in events]
    if documents[-1]["type"] != "close":
        return f"no end: {documents[-1]}"
    return next((f"failed: {one}" for one in documents if "InternalError" in str(one.get("message"))), None)


def run(store: Store, asks: list[Ask]) -> list[Answered]:
    """All answers, through the real application, some requests at a time."""
    settings = Settings(step_ms=STEP, max_stream_points=1_000)
    api = QueryApi(store, settings, registry=CollectorRegistry())
    app = front.build("http://vedette")
    app.include_router(api.router())

    async def go() -> list[Answered]:
        waiting = iter(asks)
        done: list[Answered] = []
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://vedette") as client:

            async def work() -> None:
                for ask in waiting:
                    start = time.monotonic()
                    response = await client.get(ask.url)
                    done.append(Answered(ask, response, time.monotonic() - start))

            await asyncio.gather(*(work() for _ in range(4)))
        return done

    try:
        return asyncio.run(go())
    finally:
        api.close()


def check(store: Store, seed: int, count: int) -> Counter[int]:
    """Send requests and hold every answer against the rules; how many there were of each status."""
    fuzzer = Fuzzer(seed, CATALOGUE.graph)
    answers = run(store, [fuzzer.ask() for _ in range(count)])
    faults = [
        f"{fault}: {one.ask.path} {one.ask.parameters} {one.ask.raw!r}" for one in answers if (fault := one.fault)
    ]
    assert faults == []
    assert len(answers) == count
    return Counter(one.response.status_code for one in answers)


def test_ten_thousand_requests_are_answered_or_refused() -> None:
    found = check(recorded_store(STEP), 20261122, 10_000)
    # Enough of them must get far: a fuzzer that is refused at the door proves nothing.
    assert found[200] > 2_000
    assert found[400] > 2_000
    assert found[404] > 100


def test_requests_to_the_engine_are_answered_or_refused(store: Store) -> None:
    store.writer.write(recorded_block(STEP))
    assert check(store, 3, 300)[200] > 50


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_thousand_requests_are_answered_or_refused(seed: int) -> None:
    assert check(recorded_store(STEP), seed, 20_000)[200] > 4_000


@pytest.mark.proof
def test_thousands_of_requests_to_the_engine_are_answered_or_refused(store: Store) -> None:
    store.writer.write(recorded_block(STEP))
    assert check(store, 4, 6_000)[200] > 1_000
