"""Traces: search by app, operation, duration, failure or attribute."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update

from vedette_dashboards import browser, format, live, pulse
from vedette_dashboards.errors import ApiAway, DashboardsError, NotFound, Refused
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.card import card, heading
from vedette_dashboards.parts.empty import empty, waiting
from vedette_dashboards.parts.tracelist import trace_list
from vedette_dashboards.view import View, parse

LIMIT = 50


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its numbers."""
    return html.Div(
        [
            heading("Traces", note="The newest that match, in the times chosen above."),
            html.Form(_fields(view), className="v-card v-pad v-search", role="search"),
            card("Found", live.region("traces", waiting(6)), note=html.Span(id="traces-note")),
        ],
        className="v-stack",
    )


def _fields(view: View) -> list[Any]:
    def chosen(key: str) -> Any:
        return view.get(key) or None

    return [
        dmc.Select(
            id="traces-app",
            label="App",
            placeholder="any",
            value=chosen("app"),
            data=[view.get("app")] if view.get("app") else [],
            searchable=True,
            clearable=True,
        ),
        dmc.Select(
            id="traces-operation",
            label="Operation",
            placeholder="any",
            value=chosen("operation"),
            data=[view.get("operation")] if view.get("operation") else [],
            searchable=True,
            clearable=True,
        ),
        dmc.TextInput(
            id="traces-min", label="Not faster than", placeholder="100ms", value=view.get("min"), debounce=500
        ),
        dmc.TextInput(
            id="traces-attribute",
            label="Attribute",
            placeholder="http.route=/play",
            value=view.get("attribute"),
            debounce=500,
        ),
        dmc.Switch(id="traces-errors", label="Only failed", checked=view.get("errors") == "1", className="v-switch"),
    ]


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "traces")
    browser.run(
        dash,
        "search",
        Input("traces-app", "value"),
        Input("traces-operation", "value"),
        Input("traces-min", "value"),
        Input("traces-attribute", "value"),
        Input("traces-errors", "checked"),
        State("url", "search"),
        prevent_initial_call=True,
    )

    @dash.callback(
        Output("traces-app", "data"),
        Output("traces-operation", "data"),
        Input("url", "search"),
        State("traces-app", "data"),
        State("traces-operation", "data"),
    )
    async def choices(search: str | None, apps: list[str], operations: list[str]) -> Any:
        view = parse(search)
        try:
            known, named = await asyncio.gather(_apps(rooms), _operations(rooms, view.get("app")))
        except DashboardsError:
            return no_update, no_update  # the list below says what is wrong
        known = sorted({*known, *filter(None, [view.get("app")])})
        named = sorted({*named, *filter(None, [view.get("operation")])})
        return no_update if known == apps else known, no_update if named == operations else named

    @dash.callback(
        live.output("traces"),
        Output("traces-note", "children"),
        Input("url", "search"),
        Input("tick", "data"),
        Input("zone", "data"),
    )
    async def fill(search: str | None, _: int | None, tz: str | None) -> Any:
        view = parse(search)
        try:
            found = await rooms.client.traces(asked(view))
        except ApiAway as reason:
            return pulse.away(reason, 2)
        except (Refused, NotFound) as refused:
            pulse.fresh(None)
            return live.markup(html.P(str(refused), className="v-refused", role="alert")), ""
        pulse.fresh(max((float(t["start"]) + float(t.get("durationMs") or 0) for t in found), default=None))
        if not found:
            return live.markup(_none(view)), ""
        note = f"the newest {LIMIT}; narrow the search to see others" if len(found) >= LIMIT else ""
        return live.markup(trace_list(found, view, tz or "UTC", none="")), note or format.plural(len(found), "trace")


def asked(view: View) -> list[tuple[str, str]]:
    """The parameters of the API's search that this view stands for."""
    pairs = [
        ("app", view.get("app")),
        ("region", view.region),
        ("operation", view.get("operation")),
        ("min_duration", view.get("min")),
        ("error", "true" if view.get("errors") == "1" else ""),
        *[("attribute", value) for value in view.all("attribute")],
        ("s", view.s),
        ("e", view.e),
        ("limit", str(LIMIT)),
    ]
    return [(key, value) for key, value in pairs if value]


async def _apps(rooms: Rooms) -> list[str]:
    return list(await rooms.client.values("app"))


async def _operations(rooms: Rooms, app: str) -> list[str]:
    return list(await rooms.client.operations(app)) if app else []


def _none(view: View) -> Any:
    if any(view.get(key) for key in ("app", "operation", "min", "attribute", "errors")):
        bare = view.common().href("traces")
        return empty("No trace matches", "Loosen the search, or look at a longer time.", links=(("All traces", bare),))
    return empty(
        "No traces in these times",
        "A service that starts the agent with its `otel` extra sends them by itself.",
        code='import vedette_agent\n\nvedette_agent.start(app="checkout")',
    )


PAGE = Page("/traces", "Traces", "traces", layout, register)
