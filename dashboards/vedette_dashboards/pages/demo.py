"""Demo: break the streaming company on purpose, and watch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from vedette_dashboards import live, pulse
from vedette_dashboards.browser import attributes
from vedette_dashboards.errors import DashboardsError
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.card import card, heading
from vedette_dashboards.parts.empty import empty, nothing, waiting
from vedette_dashboards.parts.health import health
from vedette_dashboards.view import View

_FAULT = ("kind", "region", "service")


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its numbers."""
    note = "Switch a fault on, then watch the overview, the traffic and the alerts."
    return html.Div(
        [
            heading("Demo", note=note),
            dcc.Store(id="demo-known"),
            dcc.Store(id="demo-off"),
            html.Div(id="demo-said", role="status", className="v-refused"),
            live.region("demo", waiting(4)),
            html.Div(
                card(
                    "Switch a fault on",
                    [
                        html.Div(
                            [
                                dmc.Select(id="demo-kind", label="Fault", data=[], allowDeselect=False),
                                dmc.Select(id="demo-region", label="Region", data=[], allowDeselect=False),
                                dmc.Select(id="demo-service", label="Service", data=[], allowDeselect=False),
                                dmc.Button("Switch on", id="demo-on", color="danger"),
                            ],
                            className="v-search",
                        ),
                        html.P(id="demo-summary", className="v-note"),
                    ],
                ),
                id="demo-form",
                hidden=True,
            ),
        ],
        className="v-stack",
    )


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "demo")

    @dash.callback(
        live.output("demo"),
        Output("demo-form", "hidden"),
        Output("demo-known", "data"),
        Output("demo-said", "children"),
        Input("tick", "data"),
        Input("demo-on", "n_clicks"),
        Input("demo-off", "data"),
        State("demo-kind", "value"),
        State("demo-region", "value"),
        State("demo-service", "value"),
        State("demo-known", "data"),
    )
    async def fill(_: int | None, on: int | None, off: str | None, *chosen: Any) -> Any:
        kind, region, service, known = chosen
        if rooms.client.demo_url is None:
            return live.markup(_without()), True, no_update, ""
        try:
            if ctx.triggered_id == "demo-on" and on and kind and region:
                await rooms.client.switch({"kind": kind, "region": region, "service": service, "on": True})
            elif ctx.triggered_id == "demo-off" and off:
                await rooms.client.switch({**dict(zip(_FAULT, json.loads(off), strict=True)), "on": False})
            found = await rooms.client.faults()
        except DashboardsError as error:
            return no_update, no_update, no_update, f"The demo did not do it: {error}."
        choices = {key: found.get(key) or [] for key in ("kinds", "regions", "services")}
        return live.markup(_faults(found)), False, no_update if choices == known else choices, ""

    @dash.callback(
        Output("demo-kind", "data"),
        Output("demo-region", "data"),
        Output("demo-service", "data"),
        Output("demo-kind", "value"),
        Output("demo-region", "value"),
        Output("demo-service", "value"),
        Input("demo-known", "data"),
        State("demo-kind", "value"),
        State("demo-region", "value"),
        State("demo-service", "value"),
        prevent_initial_call=True,
    )
    async def choices(known: Any, kind: str | None, region: str | None, service: str | None) -> Any:
        if not known:
            return (no_update,) * 6
        kinds = [str(k["kind"]) for k in known["kinds"]]
        usual = "playback" if "playback" in known["services"] else next(iter(known["services"]), None)
        return (
            [{"value": k, "label": k.replace("_", " ").capitalize()} for k in kinds],
            known["regions"],
            known["services"],
            kind or next(iter(kinds), None),
            region or next(iter(known["regions"]), None),
            service or usual,
        )

    @dash.callback(
        Output("demo-summary", "children"),
        Output("demo-service", "disabled"),
        Input("demo-kind", "value"),
        State("demo-known", "data"),
    )
    async def summary(kind: str | None, known: Any) -> Any:
        for one in (known or {}).get("kinds", []):
            if one["kind"] == kind:
                return str(one.get("summary") or ""), kind == "failover"
        return "", False


def _faults(found: Mapping[str, Any]) -> Any:
    pulse.fresh(None)
    burning = [fault for fault in found.get("faults") or () if fault.get("on")]
    if not burning:
        return card("Switched on", nothing("No fault is on: the company streams in peace."))
    return card(
        "Switched on",
        html.Ul([_fault(fault) for fault in burning], className="v-alerts"),
        note=str(len(burning)),
    )


def _fault(fault: Mapping[str, Any]) -> Any:
    kind, region, service = (str(fault.get(key) or "") for key in _FAULT)
    return html.Li(
        [
            html.Div(
                [
                    health("danger", kind.replace("_", " ").capitalize()),
                    html.Span(" in ".join(filter(None, (service, region)))),
                ],
                className="v-alert-head",
            ),
            html.Button(
                "Switch off",
                type="button",
                className="v-button",
                **attributes(data_fault=json.dumps([kind, region, service])),
            ),
        ],
        key=f"{kind}|{region}|{service}",
        className="v-alert v-alert-row",
    )


def _without() -> Any:
    return empty(
        "The demo does not run here",
        "Start it with the platform, and faults can be switched on from this page.",
        code="vedette up --demo",
        sign="demo",
    )


PAGE = Page("/demo", "Demo", "demo", layout, register)
