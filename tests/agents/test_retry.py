"""Calls that are made again: how often, on which errors, after which waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.agents.readings import measured
from vedette_agent.breaker import CircuitOpenError
from vedette_agent.registry import Registry
from vedette_agent.retry import Retry, retry


class Flaky:
    """A call that fails a number of times, then answers."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.left = failures
        self.error = error
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return "done"


def test_a_call_is_made_again_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    monkeypatch.setattr("vedette_agent.default.registry", lambda: registry)
    flaky = Flaky(3, OSError("down"))
    assert retry("x.y", attempts=4, first_wait=0)(flaky.__call__)() == "done"
    assert flaky.calls == 4
    found = measured(registry.read(1))
    assert found["retry.attempts", ("attempt", "second"), ("id", "x.y"), ("statistic", "count")] == pytest.approx(0.1)
    assert found["retry.attempts", ("attempt", "third_up"), ("id", "x.y"), ("statistic", "count")] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("error", "calls"), [(OSError("down"), 3), (KeyError("a bug"), 1), (CircuitOpenError("x"), 1)], ids=str
)
def test_the_last_error_is_raised(error: Exception, calls: int) -> None:
    flaky = Flaky(9, error)
    with pytest.raises(type(error)):
        Retry("x.y", first_wait=0, on=(OSError, CircuitOpenError))(flaky.__call__)()
    assert flaky.calls == calls


def test_an_async_call_is_made_again() -> None:
    flaky = Flaky(2, OSError("down"))

    @retry("x.y", first_wait=0)
    async def call() -> str:
        return flaky()

    assert asyncio.run(call()) == "done"


def test_waits_double_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    with pytest.raises(OSError, match="down"):
        Retry("x.y", attempts=8, chance=lambda: 1.0)(Flaky(9, OSError("down")).__call__)()
    assert waits == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0])


@pytest.mark.parametrize(
    "wrong", [{"attempts": 0}, {"attempts": 1.5}, {"first_wait": -1}, {"longest_wait": float("nan")}, {"on": (7,)}],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Retry("x.y", **wrong)
