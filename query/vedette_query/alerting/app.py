"""Where alerting is wired: rules, states, the evaluating thread, the outbox and its sender, and the route."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from vedette_query.alerting.database import Database
from vedette_query.alerting.delivery import MakeClient, http_client
from vedette_query.alerting.evaluator import Board, Evaluator
from vedette_query.alerting.meters import Meters
from vedette_query.alerting.oracle import GraphOracle
from vedette_query.alerting.outbox import Outbox, Post
from vedette_query.alerting.rulefile import RuleFile
from vedette_query.alerting.rules import Webhook
from vedette_query.alerting.sender import Sender
from vedette_query.alerting.state import State
from vedette_query.alerting.store import StateStore
from vedette_query.api import alerts
from vedette_query.request import wall_clock_ms
from vedette_query.service import GraphService

DELAY_MS: Final = 10_000
"""How far behind now the rules look, so that a step is whole: some agents spread their reports over the next step."""


def monotonic_ms() -> float:
    return time.monotonic_ns() / 1e6


class Alerting:
    """Alert rules at work. Raises `StateLost` when the states cannot be kept at `state`, a SQLAlchemy URL.

    `external_url` is where people find the dashboards; messages link to it.
    """

    def __init__(
        self,
        graph: GraphService,
        rules: RuleFile,
        state: str,
        *,
        registry: CollectorRegistry | None = None,
        delay_ms: int = DELAY_MS,
        external_url: str = "http://127.0.0.1:8050",
        now_ms: Callable[[], int] = wall_clock_ms,
        make_client: MakeClient = http_client,
    ) -> None:
        self.delay_ms = delay_ms
        meters = Meters(registry if registry is not None else CollectorRegistry())
        self._database = Database(state)
        self._outbox = Outbox(self._database)
        self._sender = Sender(self._outbox, self._webhooks, meters, now_ms=now_ms, make_client=make_client)
        self._evaluator = Evaluator(
            GraphOracle(graph),
            rules,
            StateStore(self._database),
            meters,
            delay_ms=delay_ms,
            external_url=external_url.rstrip("/"),
            now_ms=now_ms,
            monotonic_ms=monotonic_ms,
            told=self._sender.wake,
        )

    @property
    def board(self) -> Board:
        """All there is to see, at one moment."""
        return self._evaluator.board

    def posts(self) -> Mapping[str, Post]:
        """How each receiver's messages fare."""
        return self._outbox.posts()

    def firing(self) -> list[Mapping[str, str]]:
        """The labels of the alerts that fire now, for the badges of the traffic graph."""
        board = self.board
        return [one.labels for those in board.instances.values() for one in those.values() if one.state is State.FIRING]

    def start(self) -> None:
        """Begin to evaluate and to tell."""
        self._sender.start()
        self._evaluator.start()

    def stop(self) -> None:
        """End both threads; what was not told yet is told after the next start."""
        self._evaluator.stop()
        self._sender.stop()
        self._database.close()

    def router(self) -> APIRouter:
        return alerts.router(self)

    def _webhooks(self) -> Mapping[str, Webhook] | None:
        loaded = self.board.loaded
        return {hook.name: hook for hook in loaded.rules.webhooks} if loaded.ok_at is not None else None
