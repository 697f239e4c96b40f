"""The circuit: its thresholds, its single trial, and a hundred thousand steps beside a plain model."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agents.breaker.model import Model
from vedette_agent.breaker import Circuit, Permit, Rules, State
from vedette_agent.breaker.circuit import Transition

NOT_LOOKED = Rules(snapshot_s=0)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def state(circuit: Circuit) -> State:
    return circuit.state


def call(circuit: Circuit, *, error: bool) -> None:
    permit = circuit.admit()
    assert permit is not None
    (circuit.fail if error else circuit.succeed)(permit)


def opened(clock: Clock, rules: Rules = NOT_LOOKED) -> Circuit:
    circuit = Circuit(rules, clock=clock)
    for _ in range(20):
        call(circuit, error=True)
    assert state(circuit) is State.OPEN
    return circuit


def test_nineteen_failures_do_not_open_it_and_the_twentieth_does(clock: Clock) -> None:
    circuit = Circuit(NOT_LOOKED, clock=clock)
    for _ in range(19):
        call(circuit, error=True)
    assert state(circuit) is State.CLOSED
    call(circuit, error=True)
    assert state(circuit) is State.OPEN
    assert circuit.admit() is None


@pytest.mark.parametrize(("errors", "then"), [(49, State.CLOSED), (50, State.OPEN)])
def test_half_of_the_calls_must_fail(clock: Clock, errors: int, then: State) -> None:
    circuit = Circuit(NOT_LOOKED, clock=clock)
    for number in range(100):
        call(circuit, error=number >= 100 - errors)  # the good ones first: the share is reached only at the end
    assert state(circuit) is then


def test_the_share_is_cut_to_a_whole_number(clock: Clock) -> None:
    circuit = Circuit(Rules(snapshot_s=0, volume=200), clock=clock)
    for number in range(200):
        call(circuit, error=number >= 101)
    assert circuit.tally() == (200, 99)  # 49.5 %
    assert state(circuit) is State.CLOSED


def test_the_window_forgets_after_ten_seconds(clock: Clock) -> None:
    circuit = Circuit(NOT_LOOKED, clock=clock)
    for _ in range(19):
        call(circuit, error=True)
    clock.now_s += 10
    for _ in range(19):
        call(circuit, error=True)
    assert state(circuit) is State.CLOSED
    assert circuit.tally() == (19, 19)


def test_it_looks_at_the_window_twice_a_second_at_most(clock: Clock) -> None:
    circuit = Circuit(clock=clock)
    for _ in range(30):
        call(circuit, error=True)
    assert state(circuit) is State.CLOSED
    clock.now_s += 0.5
    assert circuit.admit() is None
    assert state(circuit) is State.OPEN


def test_it_tries_again_after_more_than_five_seconds(clock: Clock) -> None:
    circuit = opened(clock)
    clock.now_s += 5.0
    assert circuit.admit() is None
    clock.now_s += 0.001
    trial = circuit.admit()
    assert trial is not None
    assert trial.trial
    assert state(circuit) is State.HALF_OPEN
    assert circuit.admit() is None
    circuit.succeed(trial)
    assert state(circuit) is State.CLOSED
    assert circuit.tally() == (0, 0)


@pytest.mark.parametrize("verdict", ["fail", "withdraw"])
def test_a_trial_that_does_not_succeed_opens_it_anew(clock: Clock, verdict: str) -> None:
    circuit = opened(clock)
    clock.now_s += 5.001
    trial = circuit.admit()
    getattr(circuit, verdict)(trial)
    assert state(circuit) is State.OPEN
    clock.now_s += 5.0
    assert circuit.admit() is None
    clock.now_s += 0.001
    assert circuit.admit() is not None


def test_a_trial_that_is_the_callers_own_fault_is_followed_by_another(clock: Clock) -> None:
    circuit = opened(clock)
    clock.now_s += 5.001
    trial = circuit.admit()
    assert trial is not None
    circuit.ignore(trial)
    assert state(circuit) is State.OPEN
    assert circuit.admit() is not None


def test_a_trial_that_never_answers_does_not_hold_it_half_open(clock: Clock) -> None:
    circuit = opened(clock, Rules(snapshot_s=0, trial_s=1))
    clock.now_s += 5.001
    lost = circuit.admit()
    assert lost is not None
    clock.now_s += 1.001
    assert circuit.admit() is None
    assert state(circuit) is State.OPEN
    circuit.succeed(lost)  # too late: it decides nothing any more
    assert state(circuit) is State.OPEN


def test_a_call_from_before_decides_nothing(clock: Clock) -> None:
    circuit = Circuit(NOT_LOOKED, clock=clock)
    old = circuit.admit()
    assert old is not None
    for _ in range(20):
        call(circuit, error=True)
    clock.now_s += 5.001
    trial = circuit.admit()
    circuit.succeed(old)
    assert state(circuit) is State.HALF_OPEN
    assert trial is not None
    circuit.succeed(trial)
    circuit.fail(old)
    assert circuit.tally() == (0, 0)


def test_a_forced_circuit_does_as_it_is_told(clock: Clock) -> None:
    circuit = opened(clock)
    circuit.force(State.CLOSED)
    assert circuit.admit() is not None
    circuit.force(State.OPEN)
    assert circuit.admit() is None
    circuit.force(None)
    assert state(circuit) is State.OPEN
    with pytest.raises(ValueError, match="not half open"):
        circuit.force(State.HALF_OPEN)


def test_transitions_are_told_with_their_reasons(clock: Clock) -> None:
    told: list[Transition] = []
    circuit = Circuit(NOT_LOOKED, clock=clock, changed=told.append)
    for _ in range(20):
        call(circuit, error=True)
    clock.now_s += 6
    trial = circuit.admit()
    assert trial is not None
    circuit.succeed(trial)
    assert [(one.before.name, one.after.name, one.reason) for one in told] == [
        ("CLOSED", "OPEN", "too many errors"),
        ("OPEN", "HALF_OPEN", "trial"),
        ("HALF_OPEN", "CLOSED", "trial succeeded"),
    ]


def test_of_a_hundred_threads_one_makes_the_trial(clock: Clock) -> None:
    circuit = opened(clock)
    clock.now_s += 6
    start, permits = threading.Barrier(100), list[Permit | None]()

    def ask() -> None:
        start.wait()
        permits.append(circuit.admit())

    threads = [threading.Thread(target=ask) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(permit is not None for permit in permits) == {False: 99, True: 1}


VERDICTS = ("succeed", "fail", "fail", "withdraw", "ignore")


def replay(chance: random.Random, steps: int, rules: Rules) -> Counter[str]:
    """Random steps of a circuit and its model, which must agree after each; how often each state was seen."""
    clock, seen = Clock(), Counter[str]()
    circuit, model = Circuit(rules, clock=clock), Model(rules, clock.now_s)
    flying: dict[int, tuple[Permit, int]] = {}
    for number in range(steps):
        clock.now_s += chance.choice((0.0, 0.001, 0.05, 0.3, 1.0)) if chance.random() < 0.99 else 6.0
        if not flying or chance.random() < 0.55:
            permit = circuit.admit()
            got = "refused" if permit is None else "trial" if permit.trial else "call"
            assert got == model.admit(number, clock.now_s)
            if permit is not None:
                flying[number] = permit, model.era
        else:
            which = chance.choice(list(flying))
            permit, era = flying.pop(which)
            verdict = chance.choice(VERDICTS)
            getattr(circuit, verdict)(permit)
            model.end(which, verdict, clock.now_s, trial=permit.trial, era=era)
            if chance.random() < 0.01:
                flying.clear()  # callers that were killed: nobody hears of them again
        assert circuit.state.name.lower().replace("_", " ") == model.state
        seen[model.state] += 1
    return seen


def test_a_hundred_thousand_steps_agree_with_the_model() -> None:
    seen = replay(random.Random(5), 100_000, Rules(volume=5, trial_s=3))
    assert min(seen[state] for state in ("closed", "open", "half open")) > 1_000


@settings(deadline=None)
@given(
    st.integers(0, 10**9),
    st.builds(
        Rules,
        volume=st.integers(1, 30),
        error_percent=st.integers(1, 100),
        buckets=st.sampled_from([1, 2, 5, 10]),
        sleep_s=st.floats(0.01, 10),
        snapshot_s=st.sampled_from([0.0, 0.5, 2.0]),
        trial_s=st.floats(0.1, 10),
    ),
)
def test_it_agrees_with_the_model_under_all_rules(seed: int, rules: Rules) -> None:
    replay(random.Random(seed), 300, rules)


@pytest.mark.parametrize(
    "wrong",
    [
        {"error_percent": 0},
        {"error_percent": 101},
        {"window_s": 0},
        {"window_s": float("nan")},
        {"buckets": 3},
        {"buckets": 0},
        {"volume": 0},
        {"sleep_s": -1},
        {"snapshot_s": -1},
        {"trial_s": 0},
    ],
    ids=str,
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)  # type: ignore[arg-type]  # whole numbers and others alike
