"""Evaluates the rules, each group at its time, on one thread; keeps their alerts, and says what changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from vedette_query.alerting.errors import StateLost
from vedette_query.alerting.meters import Meters
from vedette_query.alerting.notices import messages
from vedette_query.alerting.outcome import Answered, Failed, Oracle, Outcome
from vedette_query.alerting.rulefile import Loaded, RuleFile
from vedette_query.alerting.rules import Group, Rule, Rules
from vedette_query.alerting.schedule import Turn
from vedette_query.alerting.state import KEPT_MS, RULE_REMOVED, Instance, Progress, advance, retire
from vedette_query.alerting.store import Instances, StateStore
from vedette_query.errors import QueryError
from vedette_storage.errors import StorageError

logger = logging.getLogger(__name__)

LONGEST_WAIT_S: Final = 1.0
"""How often the rule file is looked at."""

Health = Literal["ok", "error", "unknown"]


@dataclass(frozen=True)
class Checkup:
    """How a rule's last evaluation went. `no_data` is no error, but it says nothing of the rule's alerts either."""

    health: Health = "unknown"
    error: str | None = None
    at: int | None = None  # wall-clock ms
    no_data: bool = False


@dataclass(frozen=True)
class Board:
    """Everything there is to see of alerting at one moment."""

    loaded: Loaded
    instances: Mapping[str, Instances] = field(default_factory=dict)
    checkups: Mapping[str, Checkup] = field(default_factory=dict)
    missed: Mapping[str, int] = field(default_factory=dict)  # skipped slots, by group

    def checkup(self, rule: str) -> Checkup:
        return self.checkups.get(rule, Checkup())


class Evaluator:
    """Ticks. `tick` does what is due and is all that the thread does; a test may call it instead."""

    def __init__(
        self,
        oracle: Oracle,
        rule_file: RuleFile,
        store: StateStore,
        meters: Meters,
        *,
        delay_ms: int,
        external_url: str,
        now_ms: Callable[[], int],
        monotonic_ms: Callable[[], float],
        told: Callable[[], None],
    ) -> None:
        self._oracle = oracle
        self._rule_file = rule_file
        self._store = store
        self._meters = meters
        self._delay_ms = delay_ms
        self._external_url = external_url
        self._now_ms = now_ms
        self._monotonic_ms = monotonic_ms
        self._told = told
        self._turns: dict[str, Turn] = {}
        self._board = Board(Loaded(Rules()), store.load())
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vedette-alerts", daemon=True)

    @property
    def board(self) -> Board:
        """The state of affairs; replaced, never changed."""
        return self._board

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the evaluation that runs now."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def tick(self) -> float:
        """Take up a changed rule file, evaluate the groups that are due; the seconds until the next one is."""
        self._refresh()
        groups = {group.name: group for group in self._board.loaded.rules.groups}
        due = sorted((turn.due, name) for name, turn in self._turns.items() if turn.due <= self._monotonic_ms())
        for _, name in due:
            if self._ended.is_set():
                break
            self._run_group(groups[name])
        self._drop_orphans()
        next_due = min((turn.due for turn in self._turns.values()), default=float("inf"))
        return max(0.0, (next_due - self._monotonic_ms()) / 1000)

    def _run(self) -> None:
        while not self._ended.is_set():
            wait_s = LONGEST_WAIT_S
            try:
                wait_s = self.tick()
            except Exception:
                logger.exception("alert rules could not be evaluated; trying again")
            self._ended.wait(min(wait_s, LONGEST_WAIT_S))

    def _refresh(self) -> None:
        before = self._board.loaded
        loaded = self._rule_file.refresh(before, self._oracle.check, self._now_ms())
        if loaded is before:
            return
        self._board = replace(self._board, loaded=loaded)
        if loaded.error is not None:
            return
        now, monotonic = self._now_ms(), self._monotonic_ms()
        turns: dict[str, Turn] = {}
        for group in loaded.rules.groups:
            old = self._turns.get(group.name)
            same = old is not None and old.interval_ms == group.interval_ms
            first = Turn.first(group.name, group.interval_ms, now_ms=now, monotonic_ms=monotonic)
            turns[group.name] = old if old is not None and same else first
        self._turns = turns
        kept = {rule.name for rule in loaded.rules}
        for name in [name for name in self._board.instances if name not in kept]:
            self._keep(Rule(name, ""), retire(self._board.instances[name], now_ms=now, reason=RULE_REMOVED), now)

    def _run_group(self, group: Group) -> None:
        turn = self._turns[group.name]
        started, at = self._monotonic_ms(), turn.slot(self._now_ms())
        for rule in group.rules:
            self._run_rule(rule, at, turn.elapsed_ms(started))
        after = turn.after(now_ms=self._now_ms(), started_ms=started, monotonic_ms=self._monotonic_ms())
        if after.missed > turn.missed:
            self._meters.missed(after.missed - turn.missed)
        self._turns[group.name] = after
        self._board = replace(self._board, missed={name: one.missed for name, one in self._turns.items()})

    def _run_rule(self, rule: Rule, at_ms: int, elapsed_ms: int) -> None:
        began = time.perf_counter()
        outcome = self._ask(rule, at_ms)
        progress = advance(rule, self._board.instances.get(rule.name, {}), outcome, now_ms=at_ms, elapsed_ms=elapsed_ms)
        error = self._keep(rule, progress, at_ms) or progress.error
        answered = isinstance(outcome, Answered)
        checkup = Checkup(
            health="error" if error else "ok", error=error, at=at_ms, no_data=not answered and error is None
        )
        self._board = replace(self._board, checkups={**self._board.checkups, rule.name: checkup})
        name = "error" if error else "answered" if answered else "no_data"
        self._meters.evaluated(name, time.perf_counter() - began)

    def _ask(self, rule: Rule, at_ms: int) -> Outcome:
        try:
            return self._oracle.ask(rule.expr, at_ms - self._delay_ms)
        except (QueryError, StorageError) as failure:
            return Failed(str(failure))
        except Exception as failure:
            logger.exception("rule %s could not be evaluated", rule.name)
            return Failed(f"unexpected {type(failure).__name__}; the log has the details")

    def _keep(self, rule: Rule, progress: Progress, now_ms: int) -> str | None:
        """Write the new state and its messages, then show it; the reason if it cannot be written, and stays unsaid."""
        before = self._board.instances.get(rule.name, {})
        told = messages(rule.name, rule.expr, progress, self._board.loaded.rules.webhooks, self._external_url)
        try:
            self._store.save(rule.name, before, progress.instances, told, now_ms=self._now_ms())
        except StateLost as failure:
            logger.error("rule %s stays as it was: %s", rule.name, failure)
            return str(failure)
        for one in progress.changed:
            logger.info("alert %s is %s %s", rule.name, one.state, one.reason or dict(one.labels))
        others = {name: those for name, those in self._board.instances.items() if name != rule.name}
        own = {rule.name: progress.instances} if progress.instances else {}
        self._board = replace(self._board, instances={**others, **own})
        if told:
            self._told()
        return None

    def _drop_orphans(self) -> None:
        """Forget, in their time, the resolved alerts of rules that are no more."""
        if self._board.loaded.ok_at is None:
            return
        kept, now = {rule.name for rule in self._board.loaded.rules}, self._now_ms()
        for name, instances in list(self._board.instances.items()):
            young = {key: one for key, one in instances.items() if not _over(one, now)}
            if name not in kept and len(young) < len(instances):
                self._keep(Rule(name, ""), Progress(young), now)


def _over(one: Instance, now_ms: int) -> bool:
    return one.resolved_at is not None and now_ms - one.resolved_at >= KEPT_MS
