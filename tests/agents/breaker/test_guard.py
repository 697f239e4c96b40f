"""Breakers around functions and blocks: what counts, what is refused, what falls back, and what is reported."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.agents.readings import measured
from vedette_agent import Agent, MemoryTransport, Settings, default
from vedette_agent.breaker import BulkheadFull, CallTimedOut, CircuitOpenError, Guard, Rules, State, breaker
from vedette_agent.breaker import reports as reports_module

EAGER = Rules(snapshot_s=0, volume=1, sleep_s=0.05)
_numbers = count()


@pytest.fixture
def name() -> str:
    return f"payments.charge-{next(_numbers)}"


@pytest.fixture(autouse=True)
def agent() -> Iterator[Agent]:
    """An agent of this process whose batches go nowhere."""
    started = Agent(Settings(app="shop"), transport=MemoryTransport(), everywhere=False)
    started.start()
    yield started
    started.stop()


def outcomes(name: str, meter: str = "breaker.calls") -> dict[str, float]:
    """How often each outcome was reported in this step."""
    registry = default.registry()
    found = measured(registry.read(1))
    return {
        dict(tags)["outcome"]: round(value * registry.step_ms / 1000)
        for (of, *tags), value in found.items()
        if of == meter and dict(tags)["id"] == name and value
    }


def state(guard: Guard) -> State:
    return guard.circuit.state


def fail(*_: object) -> int:
    raise OSError("the other side is down")


def test_a_function_behind_an_open_circuit_is_not_called(name: str) -> None:
    called = []

    @breaker(name, rules=EAGER)
    def charge(amount: int) -> int:
        called.append(amount)
        raise OSError("down")

    with pytest.raises(OSError, match="down"):
        charge(1)
    with pytest.raises(CircuitOpenError, match="failed too often lately"):
        charge(2)
    assert called == [1]
    assert charge.__name__ == "charge"
    assert outcomes(name) == {"failure": 1, "short_circuited": 1}


def test_a_fallback_answers_with_the_same_arguments(name: str) -> None:
    @breaker(name, rules=EAGER, fallback=lambda amount, *, currency: (amount, currency))
    def guarded(amount: int, *, currency: str) -> tuple[int, str]:
        raise OSError

    assert guarded(3, currency="EUR") == (3, "EUR")
    assert guarded(4, currency="EUR") == (4, "EUR")  # refused by now
    registry = default.registry()
    found = measured(registry.read(1))
    tags = (("app", "shop"), ("id", name), ("outcome", "success"), ("statistic", "count"))
    assert found["breaker.fallback", *tags] * registry.step_ms / 1000 == pytest.approx(2)


def test_a_fallback_that_fails_names_the_first_error_as_cause(name: str) -> None:
    def broken(*_: object) -> int:
        raise KeyError("nothing cached")

    with pytest.raises(KeyError) as caught:
        Guard(name, fallback=broken)(fail)(1)
    assert isinstance(caught.value.__cause__, OSError)
    assert outcomes(name, "breaker.fallback") == {"failure": 1}


def test_errors_of_the_caller_do_not_count_and_do_not_fall_back(name: str) -> None:
    guard = Guard(name, rules=EAGER, ignore=(ValueError,), fallback=lambda text: -1)
    parse = guard(int)
    for _ in range(30):
        with pytest.raises(ValueError, match="invalid literal"):
            parse("no number")
    assert state(guard) is State.CLOSED
    assert outcomes(name) == {"ignored": 30}


@pytest.mark.parametrize("ended", [KeyboardInterrupt, asyncio.CancelledError, GeneratorExit, SystemExit])
def test_an_interrupted_call_is_neither_success_nor_failure(name: str, ended: type[BaseException]) -> None:
    guard = Guard(name, rules=EAGER)

    @guard
    def interrupted() -> None:
        raise ended

    with pytest.raises(ended):
        interrupted()
    assert guard.circuit.tally() == (0, 0)
    assert outcomes(name) == {"cancelled": 1}


def test_a_block_is_guarded(name: str) -> None:
    with pytest.raises(OSError, match="down"), breaker(name, rules=EAGER):
        fail()
    with pytest.raises(CircuitOpenError), breaker(name):
        raise AssertionError("not reached")
    time.sleep(0.06)
    with breaker(name):
        pass
    assert state(breaker(name)) is State.CLOSED


def test_blocks_may_overlap_and_nest(name: str) -> None:
    guard = breaker(name, places=None)

    async def block(seconds: float) -> None:
        with guard:
            await asyncio.sleep(seconds)
            with guard:
                await asyncio.sleep(0)

    async def many() -> None:
        await asyncio.gather(*(block(0.001 * (9 - n)) for n in range(9)))

    asyncio.run(many())
    assert outcomes(name) == {"success": 18}


def test_an_async_call_is_cancelled_when_it_takes_too_long(name: str) -> None:
    ended = []

    @breaker(name, timeout=0.02)
    async def slow() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            ended.append(True)

    with pytest.raises(CallTimedOut, match=r"took longer than 0.02 s"):
        asyncio.run(slow())
    assert ended == [True]
    assert outcomes(name) == {"timeout": 1}


def test_a_time_out_of_the_call_itself_is_a_failure_of_its_own(name: str) -> None:
    @breaker(name, timeout=30)
    async def impatient() -> None:
        raise TimeoutError("the socket said so")

    with pytest.raises(TimeoutError, match="the socket said so"):
        asyncio.run(impatient())
    assert outcomes(name) == {"failure": 1}


def test_an_async_fallback_is_awaited(name: str) -> None:
    async def cached() -> int:
        return 7

    @breaker(name, fallback=cached)
    async def charge() -> int:
        return fail()

    assert asyncio.run(charge()) == 7


def test_a_plain_call_that_took_too_long_answers_and_counts_as_timed_out(name: str) -> None:
    guard = Guard(name, timeout=0.001)

    @guard
    def slow() -> int:
        time.sleep(0.01)
        return 5

    assert slow() == 5
    assert outcomes(name) == {"timeout": 1}


def test_a_call_on_a_thread_is_left_when_it_takes_too_long(name: str) -> None:
    over = threading.Event()
    guard = Guard(name, timeout=0.02, isolation="thread", places=1)
    hang = guard(lambda: over.wait(30))
    started = time.monotonic()
    with pytest.raises(CallTimedOut):
        hang()
    assert time.monotonic() - started < 10
    with pytest.raises(BulkheadFull, match="1 calls of"):  # its place is taken until it really ends
        hang()
    over.set()
    deadline = time.monotonic() + 10
    while guard.bulkhead is not None and guard.bulkhead.taken:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert hang() is True
    assert outcomes(name) == {"timeout": 1, "rejected": 1, "success": 1}


def test_a_trial_that_finds_no_place_does_not_hold_the_circuit_half_open(name: str) -> None:
    guard = Guard(name, rules=EAGER, places=1)
    with guard:
        permit = guard.circuit.admit()
        assert permit is not None
        guard.circuit.fail(permit)
        time.sleep(0.06)
        with pytest.raises(BulkheadFull):
            guard(lambda: None)()
        assert state(guard) is State.OPEN
    time.sleep(0.06)
    guard(lambda: None)()
    assert state(guard) is State.CLOSED


def test_of_a_hundred_tasks_one_makes_the_trial(name: str) -> None:
    guard = Guard(name, rules=EAGER, places=None)
    with pytest.raises(OSError, match="down"):
        guard(fail)()
    made = []

    @guard
    async def call() -> None:
        made.append(1)
        await asyncio.sleep(0.02)

    async def many() -> list[Any]:
        await asyncio.sleep(0.06)
        return await asyncio.gather(*(call() for _ in range(100)), return_exceptions=True)

    answers = asyncio.run(many())
    assert len(made) == 1
    assert sum(isinstance(answer, CircuitOpenError) for answer in answers) == 99


def test_the_state_and_the_transitions_are_reported(name: str) -> None:
    guard = Guard(name, rules=EAGER, places=4)
    with pytest.raises(OSError, match="down"):
        guard(fail)()
    found = measured(default.registry().read(1))
    assert found["breaker.state", ("app", "shop"), ("id", name), ("statistic", "gauge")] == State.OPEN
    assert found["breaker.limit", ("app", "shop"), ("id", name), ("statistic", "gauge")] == 4
    assert found["breaker.concurrency", ("app", "shop"), ("id", name), ("statistic", "max")] == 1
    moved = [dict(tags) for (of, *tags), value in found.items() if of == "breaker.transitions" and value]
    assert [(tags["from"], tags["to"], tags["reason"]) for tags in moved if tags["id"] == name] == [
        ("closed", "open", "too_many_errors")
    ]


def test_names_made_of_data_do_not_make_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports_module, "_names", set())
    known = {reports_module.known_as(f"user-{n}") for n in range(1000)}
    assert len(known) == reports_module.MOST_NAMES + 1
    assert "other" in known


@pytest.mark.parametrize(
    "wrong",
    [{"timeout": 0}, {"timeout": float("inf")}, {"fallback": 7}, {"ignore": (7,)}, {"isolation": "magic"},
     {"places": 0}],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Guard("wrong", **wrong)


def test_a_name_has_one_breaker(name: str) -> None:
    assert breaker(name) is breaker(name)
    with pytest.raises(ValueError, match="was made before"):
        breaker(name, timeout=3)
    with pytest.raises(ValueError, match="at least one character"):
        breaker("")
