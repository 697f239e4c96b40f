"""Explore: write or click expressions, see their graph, take its address along.

An empty element, which the browser's own modules (`assets/explore/main.mjs`) fill; `explore/http.py` answers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, dcc, html

from vedette_dashboards import editor
from vedette_dashboards.browser import attributes
from vedette_dashboards.explore.http import MODULES
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.card import heading
from vedette_dashboards.view import View

ELEMENT = "explore"
STORE = "explore-modules"

# The page follows the address, the clock and the reader's zone; it writes the store `pulse` by itself.
_FOLLOW = """
async (modules, search, tick, zone) => {
  const element = document.getElementById("explore");
  if (!element || !modules) return dash_clientside.no_update;
  const { follow } = await import(modules + "main.mjs");
  if (element.isConnected) follow(element, { search: search || "", tick, zone });
  return dash_clientside.no_update;
}
"""


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its script."""
    return html.Div(
        [
            heading("Explore", note="Write an expression of the stack language, or build one by clicking."),
            dcc.Store(id=STORE, data=MODULES.address),
            *(html.Link(rel="modulepreload", href=address) for address in MODULES.addresses),
            html.Link(rel="stylesheet", href=f"{MODULES.address}explore.css"),
            html.Div(
                html.Div(className="v-card v-pad x-waiting-page", **attributes(aria_busy="true")),
                id=ELEMENT,
                className="v-stack",
                **attributes(data_editor=editor.MODULES.address),
            ),
        ],
        className="v-stack",
    )


def register(dash: Dash, rooms: Rooms) -> None:
    """The one callback of the page, which runs in the browser."""
    callback: Any = dash.clientside_callback  # Dash leaves its annotation out
    # An output that is never written: without one Dash would not call when the page is put in.
    callback(
        _FOLLOW,
        Output(ELEMENT, "lang"),
        Input(STORE, "data"),
        Input("url", "search"),
        Input("tick", "data"),
        Input("zone", "data"),
    )


PAGE = Page("/explore", "Explore", "explore", layout, register)
