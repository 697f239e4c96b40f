"""The life of an alert, as timelines: what each evaluation finds, and what the alert is afterwards.

Found, one letter for each evaluation (10 s apart):
    T true   F false   . its line is missing among others   n its line has no point   N no data at all   E an error
Becomes:
    - nothing   p pending   f firing   c firing, the condition cleared   r resolved
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from vedette_query.alerting.labels import final_labels, fingerprint
from vedette_query.alerting.outcome import Answered, Failed, NoData, Outcome, Signal
from vedette_query.alerting.rules import Rule
from vedette_query.alerting.state import (
    CONDITION_FALSE,
    KEPT_MS,
    RULE_CHANGED,
    RULE_REMOVED,
    SERIES_DISAPPEARED,
    Instance,
    State,
    advance,
    retire,
)

STEP = 10_000
NOON = 1_790_000_000_000
OTHER = Signal({"app": "other"}, active=False, value=0.0)


def found(letter: str) -> Outcome:
    """What one letter of a timeline stands for."""
    match letter:
        case "T":
            return Answered((OTHER, Signal({"app": "api"}, active=True, value=7.0)))
        case "F":
            return Answered((OTHER, Signal({"app": "api"}, active=False, value=1.0)))
        case "n":
            return Answered((OTHER, Signal({"app": "api"}, active=None, value=None)))
        case ".":
            return Answered((OTHER,))
        case "N":
            return NoData()
        case _:
            return Failed("the store did not answer")


def letter_of(instances: dict[str, Instance]) -> str:
    if not instances:
        return "-"
    (one,) = instances.values()
    return {State.PENDING: "p", State.FIRING: "c" if one.cleared else "f", State.RESOLVED: "r"}[one.state]


def live(alert: Rule, timeline: str, *, step_ms: int = STEP) -> tuple[str, list[Instance], dict[str, Instance]]:
    """States after each evaluation, everything that was told, and the instances at the end."""
    instances: dict[str, Instance] = {}
    states = ""
    told: list[Instance] = []
    for turn, letter in enumerate(timeline):
        progress = advance(alert, instances, found(letter), now_ms=NOON + turn * step_ms, elapsed_ms=step_ms)
        instances = dict(progress.instances)
        told += progress.changed
        states += letter_of(instances)
    return states, told, instances


AT_ONCE = Rule("Hot", "x")
AFTER_30 = Rule("Hot", "x", for_ms=30_000)
KEEPING = Rule("Hot", "x", keep_firing_ms=20_000)
BOTH = Rule("Hot", "x", for_ms=20_000, keep_firing_ms=20_000)

TIMELINES = [
    ("for 0 fires at once", AT_ONCE, "FTTF", "-ffr"),
    ("never true", AT_ONCE, "FFFF", "----"),
    ("for counts from the first true evaluation", AFTER_30, "TTTTT", "pppff"),
    ("a short burst stays pending and vanishes", AFTER_30, "TTTF", "ppp-"),
    ("a false moment starts `for` anew", AFTER_30, "TTTFTTTT", "ppp-pppf"),
    ("true, false, true with for 0 is two alerts", AT_ONCE, "TFT", "frf"),
    ("back while resolved is kept: pending again", AFTER_30, "TTTTFTT", "pppfrpp"),
    ("keep_firing_for bridges a gap", KEEPING, "TFTFT", "fcfcf"),
    ("keep_firing_for runs out", KEEPING, "TFFF", "fccr"),
    ("keep_firing_for starts anew after each return", KEEPING, "TFFTFFF", "fccfccr"),
    ("both waits", BOTH, "TTTFFF", "ppfccr"),
    ("keep_firing_for does not help the pending", BOTH, "TFT", "p-p"),
    ("one missing evaluation is a gap", AT_ONCE, "T.TF", "fffr"),
    ("two missing evaluations: the series is gone", AT_ONCE, "T..", "ffr"),
    ("gaps that do not follow each other", AT_ONCE, "T.T.T.T", "fffffff"),
    ("a line without a point is missing, not false", AT_ONCE, "TnTnF", "ffffr"),
    ("two points missing: gone", AT_ONCE, "Tnn", "ffr"),
    ("pending over a gap goes on counting", AFTER_30, "T.TT", "pppf"),
    ("pending whose series is gone vanishes", AFTER_30, "T..", "pp-"),
    ("errors for long: no resolve", AT_ONCE, "T" + "E" * 180 + "T", "f" + "f" * 180 + "f"),
    ("errors, then false: resolved now", AT_ONCE, "TEEEF", "ffffr"),
    ("no data for long: no resolve", AT_ONCE, "T" + "N" * 180 + "F", "f" + "f" * 180 + "r"),
    ("an error in the pending time does not fire by itself", AFTER_30, "TEEEEE", "pppppp"),
    ("and the next true one does", AFTER_30, "TEEET", "ppppf"),
    ("and the next false one ends it", AFTER_30, "TEEEF", "pppp-"),
    ("errors while keep_firing_for runs out end nothing", KEEPING, "TFEEEF", "fccccr"),
    ("missing, error, missing: two answers without it", AT_ONCE, "T.E.", "fffr"),
    ("missing, no data, present", AT_ONCE, "T.NNT", "fffff"),
    ("missing while cleared: gone", KEEPING, "TF..", "fccr"),
    ("resolved is kept a quarter of an hour, then forgotten", AT_ONCE, "TF" + "F" * 90, "fr" + "r" * 89 + "-"),
    ("forgotten also while nothing is known", AT_ONCE, "TF" + "E" * 90, "fr" + "r" * 89 + "-"),
    ("errors from the start", AT_ONCE, "EEE", "---"),
    ("no data from the start", AT_ONCE, "NNT", "--f"),
]


@pytest.mark.parametrize(
    ("alert", "timeline", "states"), [row[1:] for row in TIMELINES], ids=[row[0] for row in TIMELINES]
)
def test_timelines(alert: Rule, timeline: str, states: str) -> None:
    assert live(alert, timeline)[0] == states


@pytest.mark.parametrize(
    ("alert", "timeline", "told"),
    [
        (AT_ONCE, "TTTFFTF", ["firing", "resolved", "firing", "resolved"]),
        (AFTER_30, "TTFTTTF", []),
        (KEEPING, "TFTFTFFF", ["firing", "resolved"]),
        (AT_ONCE, "TEEENNNET", ["firing"]),
        (AT_ONCE, "T..", ["firing", "resolved"]),
    ],
)
def test_only_the_beginning_and_the_end_of_firing_are_told(alert: Rule, timeline: str, told: list[str]) -> None:
    assert [one.state.value for one in live(alert, timeline)[1]] == told


@pytest.mark.parametrize(
    ("timeline", "reason"), [("TF", CONDITION_FALSE), ("T..", SERIES_DISAPPEARED), ("Tnn", SERIES_DISAPPEARED)]
)
def test_a_resolved_alert_says_why(timeline: str, reason: str) -> None:
    assert live(AT_ONCE, timeline)[1][-1].reason == reason


def test_the_stamps_of_a_life() -> None:
    first, last = live(AFTER_30, "TTTTTF")[1]
    assert (first.active_at, first.fired_at, first.resolved_at) == (NOON, NOON + 30_000, None)
    assert (last.active_at, last.fired_at, last.resolved_at) == (NOON, NOON + 30_000, NOON + 50_000)


def test_value_and_annotations_are_those_of_the_last_true_evaluation() -> None:
    alert = Rule("Hot", "x", annotations={"summary": "$labels.app has $value"})
    instances = dict(advance(alert, {}, found("T"), now_ms=NOON, elapsed_ms=STEP).instances)
    hotter = Answered((Signal({"app": "api"}, active=True, value=12.3456),))
    (one,) = advance(alert, instances, hotter, now_ms=NOON + STEP, elapsed_ms=STEP).instances.values()
    assert (one.value, one.annotations) == (12.3456, {"summary": "api has 12.35"})
    (over,) = advance(alert, {one.fingerprint: one}, found("F"), now_ms=NOON, elapsed_ms=STEP).instances.values()
    assert over.value == 12.3456


@pytest.mark.parametrize("jump_ms", [3_600_000, -3_600_000])
@pytest.mark.parametrize("timeline", ["TTTTTF", "TTTFTT"])
def test_a_clock_that_is_set_changes_no_state(jump_ms: int, timeline: str) -> None:
    """The wall clock jumps by an hour in the middle; time goes on by 10 s all the same."""
    instances: dict[str, Instance] = {}
    states = ""
    for turn, letter in enumerate(timeline):
        now = NOON + turn * STEP + (jump_ms if turn >= 2 else 0)
        instances = dict(advance(AFTER_30, instances, found(letter), now_ms=now, elapsed_ms=STEP).instances)
        states += letter_of(instances)
        for one in instances.values():
            assert one.resolved_at is None or one.fired_at is None or one.resolved_at >= one.fired_at
            assert one.fired_at is None or one.fired_at >= one.active_at
    assert states == live(AFTER_30, timeline)[0]


def test_a_longer_for_does_not_unfire() -> None:
    _, _, instances = live(AFTER_30, "TTTT")
    edited = Rule("Hot", "x", for_ms=3_600_000)
    progress = advance(edited, instances, found("T"), now_ms=NOON + 50_000, elapsed_ms=STEP)
    assert letter_of(dict(progress.instances)) == "f"
    assert progress.changed == ()


def test_an_edited_threshold_goes_on_with_the_same_alert() -> None:
    _, _, instances = live(AT_ONCE, "T")
    (one,) = advance(Rule("Hot", "y"), instances, found("T"), now_ms=NOON + STEP, elapsed_ms=STEP).instances.values()
    assert (one.state, one.fired_at) == (State.FIRING, NOON)


def test_edited_labels_begin_a_new_alert_and_end_the_old_one_with_the_reason() -> None:
    _, _, instances = live(AT_ONCE, "T")
    edited = Rule("Hot", "x", labels={"severity": "page"})
    told: list[Instance] = []
    for turn in (1, 2):
        progress = advance(edited, instances, found("T"), now_ms=NOON + turn * STEP, elapsed_ms=STEP)
        instances, told = dict(progress.instances), [*told, *progress.changed]
    assert [(one.state, one.labels.get("severity")) for one in told] == [
        (State.FIRING, "page"),
        (State.RESOLVED, None),
    ]
    assert told[1].reason == RULE_CHANGED


def test_a_changed_tag_of_the_line_is_another_alert() -> None:
    first = Answered((Signal({"app": "api", "node": "a"}, active=True, value=1.0),))
    second = Answered((Signal({"app": "api", "node": "b"}, active=True, value=1.0),))
    instances = dict(advance(AT_ONCE, {}, first, now_ms=NOON, elapsed_ms=STEP).instances)
    progress = advance(AT_ONCE, instances, second, now_ms=NOON + STEP, elapsed_ms=STEP)
    assert len(progress.instances) == 2
    progress = advance(AT_ONCE, progress.instances, second, now_ms=NOON + 2 * STEP, elapsed_ms=STEP)
    assert [(one.labels["node"], one.state) for one in progress.changed] == [("a", State.RESOLVED)]


def test_two_lines_with_the_same_final_labels_fail_the_rule_and_keep_its_alerts() -> None:
    _, _, instances = live(AT_ONCE, "T")
    twice = Rule("Hot", "x", labels={"app": "api"})
    progress = advance(twice, instances, found("T"), now_ms=NOON + STEP, elapsed_ms=STEP)
    assert progress.error is not None
    assert "same final labels (alertname=Hot, app=api)" in progress.error
    assert (progress.instances, progress.changed) == (instances, ())


def test_a_removed_rule_resolves_what_fired_and_drops_what_was_pending() -> None:
    _, _, firing = live(AT_ONCE, "T")
    _, _, pending = live(AFTER_30, "T")
    over = retire(firing, now_ms=NOON + STEP, reason=RULE_REMOVED)
    assert [(one.state, one.reason, one.resolved_at) for one in over.changed] == [
        (State.RESOLVED, RULE_REMOVED, NOON + STEP)
    ]
    assert retire(pending, now_ms=NOON, reason=RULE_REMOVED).instances == {}
    assert retire(over.instances, now_ms=NOON, reason=RULE_REMOVED).changed == ()


def test_a_fingerprint_is_that_of_prometheus() -> None:
    # Published test value of `model.LabelSet.Fingerprint` for the empty set: FNV-1a's offset.
    assert fingerprint({}) == "cbf29ce484222325"
    assert fingerprint({"a": "b", "c": "d"}) == fingerprint({"c": "d", "a": "b"})
    assert fingerprint({"a": "bc"}) != fingerprint({"ab": "c"})


def test_labels_of_the_rule_win_and_may_name_tags() -> None:
    labelled = Rule("Hot", "x", labels={"app": "mine", "team": "$labels.app-$(odd key)"})
    assert final_labels(labelled, {"app": "api", "odd key": "x"}) == {
        "app": "mine",
        "odd key": "x",
        "team": "api-x",
        "alertname": "Hot",
    }


class Lives(RuleBasedStateMachine):
    """Any sequence of outcomes, against laws that no alert may break."""

    def __init__(self) -> None:
        super().__init__()
        self.instances: dict[str, Instance] = {}
        self.now = NOON
        self.firing_told: set[str] = set()
        self.alert = AT_ONCE

    @initialize(for_ms=st.sampled_from([0, 10_000, 30_000]), keep_ms=st.sampled_from([0, 20_000]))
    def begin(self, for_ms: int, keep_ms: int) -> None:
        self.alert = Rule("Hot", "x", for_ms=for_ms, keep_firing_ms=keep_ms)

    @rule(
        apps=st.dictionaries(st.sampled_from("abcd"), st.sampled_from([True, False, None]), min_size=1),
        elapsed=st.integers(1, 60_000),
    )
    def answer(self, apps: dict[str, bool | None], elapsed: int) -> None:
        signals = tuple(Signal({"app": app}, active, 1.0) for app, active in sorted(apps.items()))
        self._advance(Answered(signals), elapsed)

    @rule(outcome=st.sampled_from([NoData(), Failed("no")]), elapsed=st.integers(1, 60_000))
    def nothing(self, outcome: Outcome, elapsed: int) -> None:
        before = {key: one.state for key, one in self.instances.items() if one.live}
        self._advance(outcome, elapsed)
        assert {key: one.state for key, one in self.instances.items() if one.live} == before

    @rule(elapsed=st.integers(1, 60_000), jump=st.integers(-3_600_000, 3_600_000))
    def clock_is_set(self, elapsed: int, jump: int) -> None:
        self.now += jump
        self._advance(NoData(), elapsed)

    def _advance(self, outcome: Outcome, elapsed: int) -> None:
        self.now += elapsed
        before = self.instances
        progress = advance(self.alert, before, outcome, now_ms=self.now, elapsed_ms=elapsed)
        self.instances = dict(progress.instances)
        for one in progress.changed:
            if one.state is State.FIRING:
                assert one.fingerprint not in self.firing_told  # never announced twice
                self.firing_told.add(one.fingerprint)
            else:
                assert one.state is State.RESOLVED
                assert one.reason
                self.firing_told.remove(one.fingerprint)  # never resolved without having been announced
        seen = {
            fingerprint(final_labels(self.alert, signal.tags)): signal.active
            for signal in (outcome.signals if isinstance(outcome, Answered) else ())
        }
        for key, active in seen.items():
            assert active is not True or self.instances[key].live  # what is true is never absent

    @invariant()
    def what_fires_is_what_was_told(self) -> None:
        assert {key for key, one in self.instances.items() if one.state is State.FIRING} == self.firing_told

    @invariant()
    def stamps_are_in_order_and_keys_are_right(self) -> None:
        for key, one in self.instances.items():
            assert key == one.fingerprint == fingerprint(one.labels)
            assert (one.fired_at is None) == (one.state is State.PENDING)
            assert (one.resolved_at is not None) == (one.state is State.RESOLVED)
            assert one.fired_at is None or one.fired_at >= one.active_at
            assert one.resolved_at is None or (one.fired_at is not None and one.resolved_at >= one.fired_at)
            assert one.state is not State.RESOLVED or one.waited_ms < KEPT_MS
            assert one.state is not State.PENDING or one.waited_ms >= 0


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLives = Lives.TestCase
