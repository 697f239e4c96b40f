"""What a step in the life of a rule's alerts tells the receivers."""

from __future__ import annotations

from collections.abc import Iterable

from vedette_query.alerting.outbox import Message
from vedette_query.alerting.rules import Webhook
from vedette_query.alerting.state import Progress, State
from vedette_query.alerting.webhook import body, group_key


def messages(rule: str, expr: str, progress: Progress, webhooks: Iterable[Webhook], external_url: str) -> list[Message]:
    """One message for each receiver when alerts of the rule began or ceased to fire, else none.

    It names every alert of the rule that fires now, so that a receiver that lost a message is right again.
    """
    if not progress.changed:
        return []
    firing = [one for one in progress.instances.values() if one.state is State.FIRING]
    ended = [one for one in progress.changed if one.state is State.RESOLVED]
    told = sorted(firing, key=lambda one: one.fingerprint) + sorted(ended, key=lambda one: one.fingerprint)
    key = group_key(rule)
    return [Message(hook.name, key, body(hook.name, rule, expr, told, external_url)) for hook in webhooks]
