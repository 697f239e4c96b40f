"""Which firing alerts belong to which service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from vedette_query.traffic.graph import Place

ABOUT: Final = ("ipc.server.app", "app")
"""The labels that may name the service an alert is about: one that was called is meant before the one that called."""

WHERE: Final = ("ipc.server.region", "region")


def badges(firing: Iterable[Mapping[str, str]], places: Iterable[Place]) -> Mapping[Place, int]:
    """Firing alerts by place, from their labels; an alert that names no region counts in each."""
    alerts = [(_first(labels, ABOUT), _first(labels, WHERE)) for labels in firing]
    return {
        (app, region): sum(1 for about, where in alerts if about == app and where in ("", region))
        for app, region in places
    }


def _first(labels: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((labels[key] for key in keys if labels.get(key)), "")
