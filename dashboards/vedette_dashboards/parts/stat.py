"""One big number with its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html


def stat(name: str, value: Any, note: Any = None, *, state: str = "") -> Any:
    """A name above, the number, and a quiet note below; `state` colours the number (ok, warning, danger)."""
    return html.Div(
        [
            html.Dt(name),
            html.Dd(value, className=f"v-stat-value v-is-{state}" if state else "v-stat-value"),
            html.Dd(note, className="v-stat-note") if note is not None else None,
        ],
        className="v-stat",
    )


def stats(found: Sequence[Any]) -> Any:
    """Numbers side by side."""
    return html.Dl(list(found), className="v-stats v-data")
