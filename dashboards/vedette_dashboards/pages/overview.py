"""Overview: every app at a glance, the worst first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from dash import Dash, Input, dcc, html
from numpy.typing import NDArray

from vedette_dashboards import format, lines, live, pulse, questions
from vedette_dashboards.client import Client
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.fleet import App, Fleet, Flow, firing, fleet, state
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.card import heading
from vedette_dashboards.parts.empty import empty, waiting
from vedette_dashboards.parts.health import WORDS, health, mark
from vedette_dashboards.parts.sparkline import sparkline
from vedette_dashboards.parts.stat import stat, stats
from vedette_dashboards.parts.table import Column, row, table, whole_row_link
from vedette_dashboards.view import View, parse

_SPARK_STEPS = 90
_COLUMNS = (
    Column("App"),
    Column("Health", wide=True),
    Column("Requests", numeric=True, title="Calls answered each second, over the last minute"),
    Column("Failed", numeric=True, title="Share of calls that failed, over the last minute"),
    Column("p99", numeric=True, title="99 of 100 calls were faster; of several regions, the slowest"),
    Column("In the times above", wide=True, title="Requests each second; bars below mark failures"),
    Column("Regions", wide=True),
)


@dataclass(frozen=True)
class Sparks:
    """Requests each second, and the share of failures (0 to 1), by app."""

    rates: Mapping[str, NDArray[np.float64]]
    failures: Mapping[str, NDArray[np.float64]]
    newest: int | None


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its numbers."""
    return html.Div(
        [
            heading("Overview", note="Numbers are of the last minute. Worst first."),
            live.region("overview", waiting(8)),
        ]
    )


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "overview")

    @dash.callback(
        live.output("overview"),
        Input("url", "search"),
        Input("tick", "data"),
    )
    async def fill(search: str | None, _: int | None) -> Any:
        view = parse(search)
        try:
            traffic, alerts, sparks = await asyncio.gather(
                rooms.client.traffic(end=view.e, region=view.region),
                _alerts(rooms.client),
                _sparks(rooms.client, view),
            )
        except ApiAway as reason:
            return pulse.away(reason, 1)
        except (Refused, NotFound) as refused:
            told = empty("The query API refused this view", str(refused), links=(("Show the usual times", "/"),))
            return live.markup(told)
        counts = firing(alerts)
        found = fleet(traffic, counts)
        newest = max((at for at in (found.newest, sparks.newest) if at is not None), default=None)
        pulse.fresh(newest, waiting=not found.apps)
        if not found.apps:
            return live.markup(_welcome(view))
        return live.markup([_summary(found, sum(counts.values()), newest, view), _table(found, sparks, view)])


async def _alerts(client: Client) -> Mapping[str, Any]:
    try:
        return await client.alerts()
    except (Refused, NotFound):
        return {}  # a query node may run without rules


async def _sparks(client: Client, view: View) -> Sparks:
    asked = [
        ask(served=served, by=questions.subject(served))
        for served in (True, False)
        for ask in (questions.requests, questions.failures)
    ]
    try:
        answers = await asyncio.gather(*(client.graph(q, view, width=_SPARK_STEPS) for q in asked))
    except (Refused, NotFound):
        return Sparks({}, {}, None)  # the figures beside them still stand
    rates: dict[str, NDArray[np.float64]] = {}
    failures: dict[str, NDArray[np.float64]] = {}
    for served, whole, part in ((False, answers[2], answers[3]), (True, answers[0], answers[1])):
        key = questions.subject(served)  # what an app says of itself comes second, and stands
        rates |= {name: lines.values(line) for name, line in lines.by(whole, key).items()}
        shares = lines.by(lines.share(part, whole, key), key)
        failures |= {name: lines.values(line) / 100 for name, line in shares.items()}
    return Sparks(rates, failures, lines.newest(*answers))


def _summary(found: Fleet, alerts: int, newest: int | None, view: View) -> Any:
    outside = found.outside
    failing, warned = found.count("danger"), found.count("warning")
    note = ", ".join(
        text for text, count in ((f"{failing} failing", failing), (f"{warned} with a warning", warned)) if count
    )
    return stats(
        [
            stat("Requests from outside", format.rate(outside.rate), view.region or "over all regions"),
            stat("Of them failed", format.percent(outside.error_percent), state=_loud(outside)),
            stat(
                "Apps",
                str(len(found.apps)),
                note or "all healthy",
                state="danger" if failing else "warning" if warned else "",
            ),
            stat(
                "Alerts firing",
                str(alerts),
                dcc.Link("see them", href=view.common().href("alerts")) if alerts else "none",
                state="danger" if alerts else "",
            ),
            stat("Data", html.Span(**_age(newest)), "behind now"),
        ]
    )


def _age(newest: int | None) -> dict[str, Any]:
    if newest is None:
        return {"children": format.ABSENT}
    seconds = max(0.0, (pulse.now_ms() - newest) / 1000)
    return {
        "children": format.age(seconds),
        "className": "js-age",
        "data-at": str(newest),
        "data-age": f"{seconds:.1f}",
    }


def _loud(flow: Flow) -> str:
    health_of = state(flow)
    return health_of if health_of in ("warning", "danger") else ""


def _table(found: Fleet, sparks: Sparks, view: View) -> Any:
    return html.Div(
        table(_COLUMNS, [_row(app, sparks, view) for app in found.apps], caption="Apps, the worst first"),
        className="v-card v-flush",
    )


def _row(app: App, sparks: Sparks, view: View) -> Any:
    name = whole_row_link(app.name, view.common().href("service", app.name))
    facts: list[Any] = []
    if app.instances:
        facts.append(format.plural(app.instances, "instance"))
    if app.virtual:
        facts.append("seen by its callers")
    if app.alerts:
        facts.append(format.plural(app.alerts, "alert"))
    values = sparks.rates.get(app.name)
    spark = sparkline(values, sparks.failures.get(app.name), label=f"Requests to {app.name} over time")
    return row(
        _COLUMNS,
        [
            [
                html.Span([html.Span(mark(app.health), className="v-narrow"), name], className="v-first"),
                html.Span(" · ".join(facts), className="v-second"),
                html.Span(WORDS[app.health], className=f"v-second v-narrow v-is-{app.health}"),
            ],
            health(app.health),
            format.rate(app.flow.rate),
            html.Span(format.percent(app.flow.error_percent), className=f"v-is-{_loud(app.flow)}"),
            format.duration(app.flow.p99),
            spark,
            html.Span([_region(name, flow) for name, flow in sorted(app.regions.items())], className="v-chips"),
        ],
        key=app.name,
        css=f"v-row-{app.health}",
    )


def _region(name: str, flow: Flow) -> Any:
    failed = format.percent(flow.error_percent)
    return html.Span(
        [health(state(flow), name)],
        className="v-chip",
        title=f"{name}: {format.rate(flow.rate)}, {failed} failed, p99 {format.duration(flow.p99)}",
    )


def _welcome(view: View) -> Any:
    if view.region:
        return empty(
            f"No calls in {view.region} at this time",
            "Choose another region or other times.",
            links=(("All regions", replace(view, region="").href()),),
        )
    if not view.live:
        return empty("No calls were recorded at this time", links=(("Look at now", "/"),))
    return empty(
        "No data yet",
        "Add one line to a service and it appears here within two steps, or look at the demo: `vedette up --demo`.",
        code='import vedette_agent\n\nvedette_agent.start(app="checkout")',
        sign="overview",
    )


PAGE = Page("/", "Overview", "overview", layout, register)
