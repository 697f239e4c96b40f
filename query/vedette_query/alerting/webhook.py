"""The message of a webhook: Alertmanager's, version 4, so that every bridge made for it works.

One message tells the whole of a rule: all its alerts that fire, and those that have just been resolved. A resolved
alert carries the annotation `resolved_because`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from vedette_query.alerting.labels import ALERT_NAME
from vedette_query.alerting.state import Instance, State

NEVER: Final = "0001-01-01T00:00:00Z"
"""How Go prints a time that is not set: the end of what has not ended."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def group_key(rule: str) -> str:
    """The identity of a rule's messages, written as Alertmanager writes it."""
    escaped = rule.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{}}:{{{ALERT_NAME}="{escaped}"}}'


def body(receiver: str, rule: str, expr: str, alerts: Sequence[Instance], external_url: str) -> dict[str, object]:
    """What a receiver is told of a rule. `alerts` are the firing and the newly resolved ones."""
    told = [_alert(one, expr, external_url) for one in alerts]
    firing = any(one.state is State.FIRING for one in alerts)
    return {
        "version": "4",
        "groupKey": group_key(rule),
        "truncatedAlerts": 0,
        "status": "firing" if firing else "resolved",
        "receiver": receiver,
        "groupLabels": {ALERT_NAME: rule},
        "commonLabels": _common([dict(one.labels) for one in alerts]),
        "commonAnnotations": _common([dict(one.annotations) for one in alerts]),
        "externalURL": external_url,
        "alerts": told,
    }


def _alert(one: Instance, expr: str, external_url: str) -> dict[str, object]:
    resolved = one.state is State.RESOLVED and one.resolved_at is not None
    annotations = dict(one.annotations) | ({"resolved_because": one.reason} if resolved else {})
    return {
        "status": "resolved" if resolved else "firing",
        "labels": dict(one.labels),
        "annotations": annotations,
        "startsAt": _time(one.fired_at),
        "endsAt": _time(one.resolved_at),
        "generatorURL": f"{external_url}/explore?q={quote(expr)}",
        "fingerprint": one.fingerprint,
    }


def _common(maps: Sequence[dict[str, str]]) -> dict[str, str]:
    """What all of the maps say alike."""
    if not maps:
        return {}
    first, *rest = maps
    return {key: value for key, value in first.items() if all(one.get(key) == value for one in rest)}


def _time(at_ms: int | None) -> str:
    if at_ms is None:
        return NEVER
    return (_EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
