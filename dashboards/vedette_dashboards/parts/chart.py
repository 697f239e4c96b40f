"""A Plotly graph as the pages use it: no toolbar, no logo, and room kept for it before it is there."""

from __future__ import annotations

from typing import Any

from dash import dcc, html


_CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True, "doubleClick": "reset"}


def chart(identity: str, *, label: str, height: int = 220) -> Any:
    """An empty chart; a callback gives its `figure`. `label` names it for readers who do not see it."""
    return html.Div(
        dcc.Graph(id=identity, config=_CONFIG, style={"height": f"{height}px"}, responsive=True),
        className="v-chart v-data",
        role="img",
        style={"minHeight": f"{height}px"},
        **{"aria-label": label},
    )
