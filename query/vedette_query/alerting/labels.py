"""The final labels of an alert, and the fingerprint that is its identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vedette_query.alerting.rules import Rule
from vedette_query.alerting.templates import fill

ALERT_NAME: Final = "alertname"

_FNV_OFFSET: Final = 14695981039346656037
_FNV_PRIME: Final = 1099511628211
_SEPARATOR: Final = b"\xff"


def final_labels(rule: Rule, tags: Mapping[str, str]) -> dict[str, str]:
    """The line's tags, over them the rule's labels, and the rule's name as `alertname`."""
    added = {key: fill(text, tags, None) for key, text in rule.labels.items()}
    return {**tags, **added, ALERT_NAME: rule.name}


def fingerprint(labels: Mapping[str, str]) -> str:
    """16 hex digits: FNV-1a over sorted names and values, as Prometheus and Alertmanager compute it."""
    digest = _FNV_OFFSET
    for key in sorted(labels):
        for byte in key.encode() + _SEPARATOR + labels[key].encode() + _SEPARATOR:
            digest = (digest ^ byte) * _FNV_PRIME % 2**64
    return f"{digest:016x}"
