"""A Plotly graph as the pages use it: no toolbar, no logo, and a zoom that lasts through every refresh.

A callback gives the figure to the store beside the graph; `assets/vedette.js` hands it on with the reader's zoom and
hidden lines (Plotly's own `uirevision` cannot: `dcc.Graph` redraws after a zoom, and that makes Plotly forget it).
"""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, dcc, html

from vedette_dashboards import browser
from vedette_dashboards.browser import attributes

_CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "responsive": True, "doubleClick": "reset"}


def chart(identity: str, *, label: str, height: int = 220) -> Any:
    """An empty chart; `label` names it for readers who do not see it."""
    return html.Div(
        [
            dcc.Store(id=_store(identity)),
            dcc.Graph(id=identity, config=_CONFIG, style={"height": f"{height}px"}, responsive=True),
            html.Button("Show these times everywhere", type="button", className="v-chart-times", hidden=True),
        ],
        className="v-chart v-data",
        role="group",
        style={"minHeight": f"{height}px"},
        **attributes(aria_label=label),
    )


def output(identity: str) -> Output:
    """The callback output that takes a chart's figure."""
    return Output(_store(identity), "data")


def register(dash: Dash, *identities: str) -> None:
    """Bind charts to the script that draws them and follows their zoom."""
    for identity in identities:
        browser.run(
            dash,
            "draw",
            Output(identity, "figure"),
            Input(_store(identity), "data"),
            State(identity, "id"),
        )
        browser.run(
            dash,
            "zoomed",
            Input(identity, "relayoutData"),
            State(identity, "id"),
            State("zone", "data"),
            prevent_initial_call=True,
        )


def _store(identity: str) -> str:
    return f"{identity}-figure"
