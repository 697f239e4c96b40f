"""The evaluator: its schedule, its delay, restarts, edits of the rule file, and what it does when things fail."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.query.alerting.company import NOON, RULES, Watch, false, true
from vedette_query.alerting.errors import StateLost
from vedette_query.alerting.outcome import Answered, NoData
from vedette_query.alerting.rulefile import Loaded, RuleFile
from vedette_query.alerting.rules import Rules
from vedette_storage.errors import Unavailable


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def test_a_group_runs_once_an_interval_at_its_own_place(watch: Watch) -> None:
    watch.run(60)
    times = [at for _, at in watch.table.asked]
    assert len(times) == 6
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {10_000}
    again = Watch(watch.path.parent)
    again.run(60)
    assert [at for _, at in again.table.asked] == times  # stable over restarts


def test_rules_look_a_delay_behind_now(watch: Watch) -> None:
    while not watch.table.asked:
        watch.run(1)
    (_, at), now = watch.table.asked[0], watch.clock.now_ms()
    assert 10_000 <= now - at < 11_000
    assert watch.evaluator.board.checkup("Hot").at == at + 10_000


def test_groups_of_one_interval_do_not_all_run_at_once(tmp_path: Path) -> None:
    groups = "\n".join(f"  - {{name: g{i}, interval: 60s, rules: [{{alert: A{i}, expr: e{i}}}]}}" for i in range(20))
    watch = Watch(tmp_path, f"groups:\n{groups}\n")
    seconds: set[int] = set()
    for second in range(61):
        before = len(watch.table.asked)
        watch.run(1)
        if len(watch.table.asked) > before:
            seconds.add(second)
    assert len(seconds) > 8
    assert len(watch.table.asked) >= 20


def test_slots_that_went_by_are_counted_and_skipped(watch: Watch) -> None:
    watch.run(20)
    asked = len(watch.table.asked)
    watch.clock.pass_(60_000)  # one evaluation took a minute, or the machine slept
    watch.evaluator.tick()
    assert len(watch.table.asked) == asked + 1
    watch.run(20)
    assert len(watch.table.asked) == asked + 3
    assert watch.evaluator.board.missed["demo"] in (5, 6)


@pytest.mark.parametrize("jump_ms", [3_600_000, -3_600_000])
def test_a_wall_clock_that_is_set_neither_stalls_nor_hurries(watch: Watch, jump_ms: int) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(11)
    assert [state for *_, state in watch.states] == ["pending"]
    watch.clock.wall_ms += jump_ms
    asked = len(watch.table.asked)
    watch.run(10)
    assert len(watch.table.asked) in (asked + 1, asked + 2)
    assert watch.evaluator.board.missed["demo"] == 0
    watch.run(20)
    assert [state for *_, state in watch.states] == ["firing"]


def test_a_life_is_told_in_two_messages(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(40)
    watch.table.answers["temperature"] = false("api")
    watch.run(10)
    firing, resolved = watch.bodies()
    assert (firing["status"], resolved["status"]) == ("firing", "resolved")
    assert watch.told == 2


def test_a_message_names_all_that_fires(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(40)
    watch.table.answers["temperature"] = true("api", "edge")
    watch.run(40)
    watch.table.answers["temperature"] = Answered((*false("api").signals, *true("edge").signals))
    watch.run(10)
    told = watch.bodies()
    assert [sorted((a["labels"]["app"], a["status"]) for a in body["alerts"]) for body in told] == [
        [("api", "firing")],
        [("api", "firing"), ("edge", "firing")],
        [("api", "resolved"), ("edge", "firing")],
    ]
    assert [body["status"] for body in told] == ["firing", "firing", "firing"]


def test_half_an_hour_of_failing_queries_resolves_nothing(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(40)
    watch.bodies()
    for failure in (Unavailable("the database did not answer"), RuntimeError("a bug"), NoData()):
        watch.table.answers["temperature"] = failure
        watch.run(600)
        assert watch.states == [("Hot", "api", "firing")]
    assert watch.bodies() == []
    watch.table.answers["temperature"] = true("api")
    watch.run(20)
    assert (watch.states, watch.bodies()) == ([("Hot", "api", "firing")], [])


def test_health_says_what_happened(watch: Watch) -> None:
    assert watch.evaluator.board.checkup("Hot").health == "unknown"
    watch.run(10)
    checkup = watch.evaluator.board.checkup("Hot")
    assert (checkup.health, checkup.no_data) == ("ok", True)
    watch.table.answers["temperature"] = Unavailable("the database did not answer")
    watch.run(10)
    checkup = watch.evaluator.board.checkup("Hot")
    assert (checkup.health, checkup.error) == ("error", "the database did not answer")
    watch.table.answers["temperature"] = RuntimeError("secret detail")
    watch.run(10)
    checkup = watch.evaluator.board.checkup("Hot")
    assert checkup.error == "unexpected RuntimeError; the log has the details"
    watch.table.answers["temperature"] = false("api")
    watch.run(10)
    assert watch.evaluator.board.checkup("Hot").health == "ok"


def test_a_restart_goes_on_where_it_was(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(15)
    assert [state for *_, state in watch.states] == ["pending"]
    watch.open()
    assert [state for *_, state in watch.states] == ["pending"]
    watch.run(30)
    watch.open()
    assert [state for *_, state in watch.states] == ["firing"]
    watch.run(60)
    assert len(watch.bodies()) == 1  # announced once


def test_the_time_when_nobody_looked_counts_as_one_interval(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(11)
    watch.clock.pass_(3_600_000)
    watch.open()
    watch.run(10)
    assert [state for *_, state in watch.states] == ["pending"]


def test_a_state_that_cannot_be_written_is_not_told(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(15)

    def full(*args: object, **kwargs: object) -> None:
        raise StateLost("the database of alert states cannot be used: disk full")

    with monkeypatch.context() as patch:
        patch.setattr(watch.evaluator._store, "save", full)
        watch.run(40)
        assert [state for *_, state in watch.states] == ["pending"]
        assert watch.evaluator.board.checkup("Hot").health == "error"
    watch.run(40)
    assert [state for *_, state in watch.states] == ["firing"]
    assert len(watch.bodies()) == 1


def test_a_wrong_edit_leaves_the_old_rules_and_is_shown(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(40)
    watch.rewrite(RULES.replace("expr: temperature", "expr: 'a,:oops'"))
    watch.run(20)
    loaded = watch.evaluator.board.loaded
    assert loaded.error == ("rules.yaml: line 8: the expression of 'Hot' cannot be used: unknown word ':oops'")
    assert watch.states == [("Hot", "api", "firing")]
    watch.rewrite(RULES)
    watch.run(5)
    assert watch.evaluator.board.loaded.error is None
    assert watch.states == [("Hot", "api", "firing")]


def test_a_file_that_is_gone_leaves_the_old_rules(watch: Watch) -> None:
    watch.run(1)
    watch.path.unlink()
    watch.run(1)
    board = watch.evaluator.board
    assert [rule.name for rule in board.loaded.rules] == ["Hot"]
    assert board.loaded.error is not None
    assert "cannot be read: No such file or directory" in board.loaded.error


def test_a_wrong_file_at_the_start_ends_no_alert(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(40)
    watch.bodies()
    watch.rewrite("groups: 7")
    watch.open()
    watch.run(1200)
    assert watch.states == [("Hot", "api", "firing")]
    assert watch.bodies() == []


def test_a_removed_rule_resolves_its_alerts_also_over_a_restart(watch: Watch) -> None:
    watch.table.answers["temperature"] = true("api")
    watch.run(40)
    watch.bodies()
    watch.rewrite(RULES.replace("alert: Hot", "alert: Warm"))
    watch.open()
    watch.run(1)
    (body,) = watch.bodies()
    assert body["status"] == "resolved"
    assert body["alerts"][0]["annotations"]["resolved_because"] == "rule removed"
    watch.run(15 * 60)
    assert [name for name, *_ in watch.states] == ["Warm"]  # the old one is forgotten


def test_an_edit_keeps_the_turn_of_a_group(watch: Watch) -> None:
    watch.run(15)
    asked = len(watch.table.asked)
    watch.rewrite(RULES.replace("for: 20s", "for: 5s"))
    watch.run(20)
    assert len(watch.table.asked) == asked + 2


def test_no_rule_file_is_no_rules(tmp_path: Path) -> None:
    first = RuleFile().refresh(Loaded(Rules()), lambda expr: None, NOON)
    assert (list(first.rules), first.ok_at) == ([], NOON)
    assert RuleFile().refresh(first, lambda expr: None, NOON + 1) is first
