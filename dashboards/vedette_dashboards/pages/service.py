"""Service: one app's requests, failures and latency, its callers and callees, its slow and its failed traces."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from dash import Dash, Input, Output, State, dcc, html

from vedette_dashboards import format, lines, live, pulse, questions, theme
from vedette_dashboards.client import Client
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.figure import PERCENT, RATE, SECONDS, Figure, figure
from vedette_dashboards.fleet import OUTSIDE, App, Flow, firing, fleet, neighbours, state
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts import chart
from vedette_dashboards.parts.card import card, heading
from vedette_dashboards.parts.empty import nothing, waiting
from vedette_dashboards.parts.health import health, mark
from vedette_dashboards.parts.stat import stat, stats
from vedette_dashboards.parts.table import Column, row, table, whole_row_link
from vedette_dashboards.parts.tracelist import trace_list
from vedette_dashboards.view import View, parse
from vedette_query.answer import Answer, AnswerLine

_PEERS = (
    Column("App"),
    Column("Requests", numeric=True),
    Column("Failed", numeric=True),
    Column("p50", numeric=True, wide=True),
    Column("p99", numeric=True),
)
_TRACES = 8
_CHARTS = {"rate": "Requests", "errors": "Failed", "latency": "Latency"}
_LISTS = ("callers", "callees", "slow", "failed")


@dataclass(frozen=True)
class Charts:
    """Requests and failures by region, percentiles; `served`: counted by the app itself (else by its callers)."""

    requests: Answer
    failures: Answer
    latencies: Answer
    served: bool


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its numbers."""
    app = variables["app"]
    return html.Div(
        [
            live.region("service-head", heading(app)),
            live.region("service-stats", waiting(1)),
            html.Div(
                [
                    card(
                        title,
                        chart.chart(f"service-{name}", label=f"{title} of {app}"),
                        note=html.Span(id=f"service-{name}-note"),
                        action=dcc.Link("Explore", href="", id=f"service-{name}-link", className="v-quiet-link"),
                    )
                    for name, title in _CHARTS.items()
                ],
                className="v-grid-3",
            ),
            html.Div(
                [
                    card("Callers", live.region("service-callers", waiting(3)), note="last minute"),
                    card("Calls to others", live.region("service-callees", waiting(3)), note="last minute"),
                ],
                className="v-grid-2",
            ),
            html.Div(
                [
                    card("Slowest traces", live.region("service-slow", waiting(3)), note="by the time this app took"),
                    card("Failed traces", live.region("service-failed", waiting(3)), note="newest first"),
                ],
                className="v-grid-2",
            ),
        ],
        className="v-stack",
    )


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "service-head", "service-stats", *[f"service-{name}" for name in _LISTS])
    chart.register(dash, *[f"service-{name}" for name in _CHARTS])
    outputs = [
        live.output("service-head"),
        live.output("service-stats"),
        *[
            one
            for name in _CHARTS
            for one in (
                chart.output(f"service-{name}"),
                Output(f"service-{name}-note", "children"),
                Output(f"service-{name}-link", "href"),
            )
        ],
        *[live.output(f"service-{name}") for name in _LISTS],
    ]

    @dash.callback(
        *outputs,
        Input("url", "search"),
        Input("tick", "data"),
        Input("zone", "data"),
        State("url", "pathname"),
    )
    async def fill(search: str | None, _: int | None, tz: str | None, pathname: str) -> Any:
        app, view, client = unquote(pathname.rstrip("/").rpartition("/")[2]), parse(search), rooms.client
        try:
            traffic, alerts, drawn, slow, failed = await asyncio.gather(
                client.traffic(end=view.e, region=view.region),
                _or_empty(client.alerts()),
                charts(client, app, view, tz or "UTC"),
                _or_empty(client.traces([*trace_search(app, view), ("order", "slowest")])),
                _or_empty(client.traces([*trace_search(app, view), ("error", "true")])),
            )
        except ApiAway as reason:
            return pulse.away(reason, len(outputs))
        except (Refused, NotFound) as refused:
            return _refused(app, str(refused))
        found = fleet(traffic, firing(alerts))
        newest = lines.newest(drawn.requests)
        pulse.fresh(newest if newest is not None else found.newest)
        here = found.app(app) or App(app, Flow())
        callers, callees = neighbours(traffic, app)
        return (
            live.markup(_head(here, view)),
            live.markup(_stats(here.flow)),
            *_drawn(drawn, app, view, tz or "UTC"),
            live.markup(_peers(callers, view, f"Nobody called {app} in the last minute.")),
            live.markup(_peers(callees, view, f"{app} called nobody in the last minute.")),
            live.markup(trace_list(slow, view, tz or "UTC", none=f"No trace of {app} in these times.")),
            live.markup(trace_list(failed, view, tz or "UTC", none=f"No failed trace of {app} in these times.")),
        )


async def charts(client: Client, app: str, view: View, tz: str) -> Charts:
    """The three charts' data: what the app says of itself, or, if it says nothing, what its callers say of it."""

    async def ask(served: bool) -> Charts:
        region = "region" if served else "ipc.server.region"
        requests, failures, latencies = await asyncio.gather(
            client.graph(questions.requests(app=app, served=served, by=region), view, tz=tz),
            client.graph(questions.failures(app=app, served=served, by=region), view, tz=tz),
            client.graph(questions.latencies(app=app, served=served), view, tz=tz),
        )
        return Charts(requests, failures, latencies, served)

    own = await ask(True)
    return own if lines.newest(own.requests) is not None else await ask(False)


def trace_search(app: str, view: View) -> list[tuple[str, str]]:
    """What is asked of the trace search for one app."""
    asked = [("app", app), ("s", view.s), ("e", view.e), ("limit", str(_TRACES))]
    return [*asked, ("region", view.region)] if view.region else asked


async def _or_empty(asking: Any) -> Any:
    """A part that may be refused without spoiling the page; that the API is away still counts."""
    try:
        return await asking
    except (Refused, NotFound):
        return []


def _head(app: App, view: View) -> Any:
    facts = [health(app.health)]
    if app.instances:
        facts.append(html.Span(format.plural(app.instances, "instance"), className="v-note"))
    if app.virtual:
        facts.append(html.Span("reports nothing itself: seen by its callers", className="v-note"))
    if app.alerts:
        facts.append(dcc.Link(format.plural(app.alerts, "alert"), href=view.common().href("alerts")))
    chips = [html.Span(health(state(flow), name), className="v-chip") for name, flow in sorted(app.regions.items())]
    return heading(app.name, beside=html.Div([*facts, *chips], className="v-chips"))


def _stats(flow: Flow) -> Any:
    loud = state(flow)
    return stats(
        [
            stat("Requests", format.rate(flow.rate), "last minute"),
            stat(
                "Failed",
                format.percent(flow.error_percent),
                f"{format.rate(flow.failed)}" if flow.failed else "none",
                state=loud if loud in ("warning", "danger") else "",
            ),
            stat("p50", format.duration(flow.p50)),
            stat("p95", format.duration(flow.p95)),
            stat("p99", format.duration(flow.p99)),
        ]
    )


def _drawn(drawn: Charts, app: str, view: View, tz: str) -> list[Any]:
    region = "region" if drawn.served else "ipc.server.region"
    revision = f"{app}{view.search()}"
    failed = lines.share(drawn.failures, drawn.requests, region)

    def by_region(answer: Answer, **options: Any) -> Figure:
        names = [line.tags.get(region, line.legend) for line in answer.lines]
        return figure(answer, tz=tz, revision=revision, names=names, **options)

    order = [f"p{_percentile(line):g}" for line in drawn.latencies.lines]
    latency = figure(
        drawn.latencies,
        unit=SECONDS,
        tz=tz,
        revision=revision,
        names=order,
        colour=lambda line, place: (theme.PERCENTILES.get(f"p{_percentile(line):g}", theme.LINES[place]), "solid"),
    )
    source = "by region" if drawn.served else "by region, as its callers count"

    def link(*expressions: str) -> str:
        return view.common().put(q=",".join(expressions)).href("explore")

    asked: dict[str, Any] = {"app": app, "served": drawn.served}
    return [
        by_region(drawn.requests, unit=RATE),
        source,
        link(questions.requests(by=region, **asked)),
        by_region(failed, unit=PERCENT),
        source,
        link(questions.failures(by=region, **asked)),
        latency,
        "all regions" if not view.region else view.region,
        link(questions.latencies(**asked)),
    ]


def _percentile(line: AnswerLine) -> float:
    try:
        return float(line.tags.get("percentile", "nan"))
    except ValueError:
        return float("nan")


def _peers(peers: Mapping[str, Flow], view: View, none: str) -> Any:
    if not peers:
        return nothing(none)
    rows = []
    for name, flow in peers.items():
        outside = name == OUTSIDE
        linked: Any = "Outside" if outside else whole_row_link(name, view.common().href("service", name))
        cells = [
            html.Span([mark(state(flow)), linked], className="v-peer"),
            format.rate(flow.rate),
            format.percent(flow.error_percent),
            format.duration(flow.p50),
            format.duration(flow.p99),
        ]
        rows.append(row(_PEERS, cells, key=name))
    return table(_PEERS, rows, caption="Apps, the busiest first")


def _refused(app: str, message: str) -> Any:
    blank: Figure = {"data": [], "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}}
    told = [heading(app), html.P(message, className="v-refused", role="alert")]
    lists = [live.markup(nothing("Nothing to show."))] * len(_LISTS)
    return (*[live.markup(one) for one in told], *[blank, "", ""] * 3, *lists)


PAGE = Page("/service/<app>", "Service", None, layout, register)
