"""What the tests of alerting share: an oracle that is a table, a clock that is set by hand, a rule file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from vedette_query.alerting.database import Database
from vedette_query.alerting.evaluator import Evaluator
from vedette_query.alerting.meters import Meters
from vedette_query.alerting.outbox import Outbox
from vedette_query.alerting.outcome import Answered, NoData, Oracle, Signal
from vedette_query.alerting.rulefile import RuleFile
from vedette_query.alerting.store import StateStore
from vedette_query.errors import BadProgram

NOON = 1_790_000_000_000

RULES = """\
webhooks:
  - {name: on-call, url: "http://127.0.0.1:9/hook"}
groups:
  - name: demo
    interval: 10s
    rules:
      - alert: Hot
        expr: temperature
        for: 20s
        labels: {severity: page}
        annotations: {summary: "$labels.app is at $value"}
"""


@dataclass
class Clock:
    """Wall and monotonic time, moved by hand; the wall may be set alone."""

    wall_ms: int = NOON
    since_start_ms: float = 0.0

    def now_ms(self) -> int:
        return self.wall_ms

    def monotonic_ms(self) -> float:
        return self.since_start_ms

    def pass_(self, ms: int) -> None:
        self.wall_ms += ms
        self.since_start_ms += ms


@dataclass
class Table:
    """An oracle that knows the answer to each expression; one that it does not know is a mistake in a rule file."""

    answers: dict[str, Answered | NoData | Exception] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def check(self, expr: str) -> None:
        if ":oops" in expr:
            raise BadProgram("unknown word ':oops'")

    def ask(self, expr: str, at_ms: int) -> Answered | NoData:
        self.asked.append((expr, at_ms))
        answer = self.answers.get(expr, NoData())
        if isinstance(answer, Exception):
            raise answer
        return answer


def true(*apps: str, value: float = 9.0) -> Answered:
    return Answered(tuple(Signal({"app": app}, active=True, value=value) for app in apps))


def false(*apps: str) -> Answered:
    return Answered(tuple(Signal({"app": app}, active=False, value=0.0) for app in apps))


class Watch:
    """An evaluator with all that is around it, ticking by hand."""

    def __init__(self, folder: Path, rules: str = RULES, oracle: Oracle | None = None) -> None:
        self.path = folder / "rules.yaml"
        self.path.write_text(rules)
        self.state_url = f"sqlite:///{folder / 'alerts.db'}"
        self.clock = Clock()
        self.table = Table()
        self._oracle = oracle or self.table
        self.told = 0
        self.registry = CollectorRegistry()
        self.open()

    def open(self) -> None:
        """A new life over the same files."""
        self.database = Database(self.state_url)
        self.outbox = Outbox(self.database)
        self.evaluator = Evaluator(
            self._oracle,
            RuleFile(self.path),
            StateStore(self.database),
            Meters(CollectorRegistry()),
            delay_ms=10_000,
            external_url="http://vedette.example",
            now_ms=self.clock.now_ms,
            monotonic_ms=self.clock.monotonic_ms,
            told=self._count,
        )

    def run(self, seconds: int) -> None:
        """Tick once a second."""
        for _ in range(seconds):
            self.clock.pass_(1000)
            self.evaluator.tick()

    def rewrite(self, text: str) -> None:
        """Another text of the rule file, with another size or time so that it is seen to be another."""
        self.path.write_text(text + "\n" * (1 + self.path.stat().st_size % 7))

    @property
    def states(self) -> Sequence[tuple[str, str, str]]:
        """Rule, app and state of every alert."""
        board = self.evaluator.board
        return sorted(
            (one.rule, one.labels.get("app", ""), one.state.value)
            for those in board.instances.values()
            for one in those.values()
        )

    def bodies(self) -> list[dict[str, Any]]:
        """What waits to be told, oldest first; and nothing waits afterwards."""
        found = []
        while due := self.outbox.due(self.clock.now_ms(), ()):
            for message in due:
                found.append(orjson.loads(message.body))
                self.outbox.delivered(message, now_ms=self.clock.now_ms())
        return found

    def _count(self) -> None:
        self.told += 1
