"""The page at `/traffic`: an empty element, which the browser's own modules (`assets/traffic/main.mjs`) fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, dcc, html

from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.traffic.http import MODULES as SERVED
from vedette_dashboards.view import View

ELEMENT = "traffic"
MODULES = "traffic-modules"

# The modules are fetched when the page is first opened, and by nobody else. Links to other pages go through Dash's own
# location, as a dcc.Link would.
_MOUNT = """
async (modules) => {
  const page = await import(modules + "main.mjs");
  const navigate = (href) => {
    history.pushState({}, "", href);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    scrollTo(0, 0);
  };
  const element = document.getElementById("traffic");
  if (element && !element.childElementCount) await page.mount(element, { navigate });
  return dash_clientside.no_update;
}
"""


def _layout(view: View, variables: Mapping[str, str]) -> Any:
    return html.Div([dcc.Store(id=MODULES, data=SERVED.address), html.Div(id=ELEMENT)])


def _register(dash: Dash, rooms: Rooms) -> None:
    callback: Any = dash.clientside_callback  # Dash leaves its annotation out
    # An output that is never written: without one Dash would not call when the page is put in.
    callback(_MOUNT, Output(ELEMENT, "lang"), Input(MODULES, "data"))


PAGE = Page(path="/traffic", name="Traffic", icon="traffic", layout=_layout, register=_register)
