"""A Plotly graph as the pages use it: no toolbar, no logo, and a zoom that lasts through every refresh.

`assets/charts.js` draws it with Plotly itself, not through `dcc.Graph`: that would load Plotly's five megabytes before
the first number of a page is shown, and redraws after a zoom in a way that makes Plotly forget it at the next refresh.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly
from dash import Dash, Input, Output, State, dcc, html
from dash.fingerprint import build_fingerprint

from vedette_dashboards import browser
from vedette_dashboards.browser import attributes

_SCRIPT = "package_data/plotly.min.js"


def chart(identity: str, *, label: str, height: int = 220) -> Any:
    """An empty chart; `label` names it for readers who do not see it."""
    return html.Div(
        [
            dcc.Store(id=_store(identity)),
            html.Div(id=identity, style={"height": f"{height}px"}),
            html.Button("Show these times everywhere", type="button", className="v-chart-times", hidden=True),
        ],
        className="v-chart v-data",
        role="group",
        **attributes(aria_label=label),
    )


def output(identity: str) -> Output:
    """The callback output that takes a chart's figure."""
    return Output(_store(identity), "data")


def register(dash: Dash, *identities: str) -> None:
    """Bind charts to the script that draws them and follows their zoom."""
    for identity in identities:
        browser.run(dash, "draw", Input(_store(identity), "data"), State(identity, "id"))


def script() -> str:
    """Where Dash serves Plotly's script from the installed package; the address changes with the package."""
    file = Path(str(plotly.__file__)).parent / _SCRIPT
    named: Any = build_fingerprint  # Dash has no annotations for it
    return f"/_dash-component-suites/plotly/{named(_SCRIPT, plotly.__version__, int(file.stat().st_mtime))}"


def _store(identity: str) -> str:
    return f"{identity}-figure"
