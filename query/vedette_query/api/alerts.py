"""`GET /api/v1/alerts`: the alerts, the rules behind them, and how their messages fare.

The alerts that fire come first, then the pending, then those that were resolved in the last quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from fastapi import APIRouter, Response

from vedette_query.alerting.errors import StateLost
from vedette_query.alerting.evaluator import Board
from vedette_query.alerting.outbox import Post
from vedette_query.alerting.rules import Group, Rule, Webhook
from vedette_query.alerting.secrecy import public
from vedette_query.alerting.state import Instance, State
from vedette_query.api.errors import error_response, json_response

ORDER: Final[Mapping[State, int]] = {State.FIRING: 0, State.PENDING: 1, State.RESOLVED: 2}


class Status(Protocol):
    """What the route asks of alerting."""

    delay_ms: int

    @property
    def board(self) -> Board: ...

    def posts(self) -> Mapping[str, Post]: ...


def router(status: Status) -> APIRouter:
    """The route. The board is in memory; only the messages are looked up, in a pool thread."""
    routes = APIRouter(tags=["alerts"])

    @routes.get("/api/v1/alerts", response_model=None)
    def alerts() -> Response:
        """Alerts, rules and receivers."""
        try:
            content = document(status.board, status.posts(), status.delay_ms)
            return json_response(content, headers={"Cache-Control": "no-cache"})
        except StateLost as failure:
            return error_response(503, str(failure))

    return routes


def document(board: Board, posts: Mapping[str, Post], delay_ms: int) -> dict[str, Any]:
    """The answer. `delay` (seconds) is how far behind now the rules look; `file.error` why a newer text is not used."""
    rules = {rule.name: rule for rule in board.loaded.rules}
    instances = [one for those in board.instances.values() for one in those.values()]
    instances.sort(key=lambda one: (ORDER[one.state], one.rule, one.fingerprint))
    groups = board.loaded.rules.groups
    webhooks = {hook.name: hook for hook in board.loaded.rules.webhooks}
    return {
        "alerts": [_alert(one, rules.get(one.rule)) for one in instances],
        "rules": [_rule(rule, group, board) for group in groups for rule in group.rules],
        "receivers": [_receiver(name, webhooks.get(name), posts) for name in sorted({*webhooks, *posts})],
        "file": {"loadedAt": board.loaded.ok_at, "error": board.loaded.error},
        "delay": delay_ms / 1000,
    }


def _alert(one: Instance, rule: Rule | None) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "fingerprint": one.fingerprint,
        "state": one.state.value,
        "labels": dict(one.labels),
        "annotations": dict(one.annotations),
        "value": one.value,
        "activeAt": one.active_at,
        "firedAt": one.fired_at,
        "resolvedAt": one.resolved_at,
        "reason": one.reason,
        "expr": rule.expr if rule else "",
    }


def _rule(rule: Rule, group: Group, board: Board) -> dict[str, Any]:
    checkup = board.checkup(rule.name)
    states = {one.state for one in board.instances.get(rule.name, {}).values()}
    state = next((one.value for one in (State.FIRING, State.PENDING) if one in states), "inactive")
    return {
        "name": rule.name,
        "group": group.name,
        "expr": rule.expr,
        "interval": group.interval_ms / 1000,
        "for": rule.for_ms / 1000,
        "keepFiringFor": rule.keep_firing_ms / 1000,
        "labels": dict(rule.labels),
        "annotations": dict(rule.annotations),
        "health": checkup.health,
        "noData": checkup.no_data,
        "lastError": checkup.error,
        "lastEvaluation": checkup.at,
        "missed": board.missed.get(group.name, 0),
        "state": state,
    }


def _receiver(name: str, webhook: Webhook | None, posts: Mapping[str, Post]) -> dict[str, Any]:
    post = posts.get(name, Post(name))
    return {
        "name": name,
        "url": public(webhook.url) if webhook else None,  # without path, query and credentials
        "waiting": post.waiting,
        "delivered": post.delivered,
        "dead": post.dead,
        "lastError": post.last_error,
    }
