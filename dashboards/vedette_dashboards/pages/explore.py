"""Explore: write an expression, see its graph, take its address along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html

from vedette_dashboards import browser, format, lines, live, pulse, questions
from vedette_dashboards.browser import attributes
from vedette_dashboards.client import graph_url
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.figure import Figure, by_place, figure
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts import chart
from vedette_dashboards.parts.card import heading
from vedette_dashboards.parts.empty import nothing
from vedette_dashboards.parts.table import Column, row, table
from vedette_dashboards.view import View, parse
from vedette_query.answer import Answer, statistics

_COLUMNS = (
    Column("Line"),
    Column("Max", numeric=True, wide=True),
    Column("Min", numeric=True, wide=True),
    Column("Avg", numeric=True),
    Column("Last", numeric=True),
)
_BLANK: Figure = {"data": [], "layout": {}}
_MOST = 100  # lines in the table and the graph; beyond, a browser is slow and a reader lost


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its numbers."""
    return html.Div(
        [
            heading("Explore", note="Write an expression of the stack language; Ctrl and Enter show it."),
            html.Div(
                [
                    dmc.Textarea(
                        id="explore-q",
                        value=view.get("q"),
                        placeholder="as in name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by",
                        autosize=True,
                        minRows=2,
                        maxRows=10,
                        className="v-expression",
                        **attributes(aria_label="Expression"),
                    ),
                    html.Div(id="explore-error", role="alert", className="v-refused"),
                    html.Div(
                        [
                            dmc.Button("Show", id="explore-run", size="sm"),
                            live.region("explore-share"),
                        ],
                        className="v-toolbar",
                    ),
                ],
                className="v-card v-pad",
            ),
            html.Div(_examples(view), id="explore-examples", hidden=bool(view.get("q"))),
            html.Div(
                [
                    chart.chart("explore-graph", label="Graph of the expression", height=380),
                    live.region("explore-legend"),
                ],
                id="explore-result",
                className="v-card v-pad",
                hidden=not view.get("q"),
            ),
        ],
        className="v-stack",
    )


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "explore-share", "explore-legend")
    chart.register(dash, "explore-graph")
    browser.run(
        dash,
        "run",
        Input("explore-run", "n_clicks"),
        State("explore-q", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    # The field follows the address only when the expression there changes: what is being written outlives a refresh.
    browser.run(dash, "asked", Output("explore-q", "value"), Input("url", "search"))
    outputs = (
        Output("explore-error", "children"),
        live.output("explore-share"),
        Output("explore-examples", "hidden"),
        Output("explore-result", "hidden"),
        chart.output("explore-graph"),
        live.output("explore-legend"),
    )

    @dash.callback(
        *outputs,
        Input("url", "search"),
        Input("tick", "data"),
        Input("zone", "data"),
        State("url", "href"),
    )
    async def fill(search: str | None, _: int | None, zone: str | None, href: str) -> Any:
        view, tz = parse(search), zone or "UTC"
        q = view.get("q").strip()
        if not q:
            pulse.fresh(None)
            return "", "", False, True, _BLANK, ""
        share = live.markup(_share(rooms.settings.shown_api_url, q, view, tz, href))
        try:
            answer = await rooms.client.graph(q, view, tz=tz, width=700)
        except ApiAway as reason:
            return pulse.away(reason, len(outputs))
        except (Refused, NotFound) as refused:
            pulse.fresh(None)
            return str(refused), share, True, True, _BLANK, ""
        pulse.fresh(lines.newest(answer))
        shown = replace(answer, lines=answer.lines[:_MOST])
        drawn = figure(shown, tz=tz, revision=view.search(), legend=False)
        return "", share, True, False, drawn, live.markup(_legend(shown, len(answer.lines)))


def _legend(answer: Answer, total: int) -> Any:
    if lines.newest(answer) is None:
        return nothing("Nothing matched in these times: check the names and values, or look at a longer time.")
    rows = []
    for place, line in enumerate(answer.lines):
        seen, (colour, dash) = statistics(line.values), by_place(line, place)
        swatch = html.Span(className=f"v-swatch v-swatch-{dash}", style={"--swatch": colour})
        cells: list[Any] = [html.Span([swatch, line.legend], className="v-legend-label", title=_tags(line.tags))]
        cells += [format.number(value) for value in (seen.maximum, seen.minimum, seen.average, seen.last)]
        rows.append(row(_COLUMNS, cells, key=f"{place}"))
    said = [html.P(notice, className="v-note") for notice in answer.notices]
    if total > len(answer.lines):
        said.append(
            html.P(
                f"{len(answer.lines)} of {total} lines are shown; narrow the query to see others.", className="v-note"
            )
        )
    step = html.P(f"One value each {format.period(answer.step_ms / 1000)}.", className="v-note")
    return [table(_COLUMNS, rows, caption="The lines and their statistics"), *said, step]


def _tags(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in tags.items())


def _share(api: str, q: str, view: View, tz: str, href: str) -> Any:
    page = href.partition("?")[0] + view.search()
    return html.Div(
        [_copy("Copy page address", page), _copy("Copy API address", graph_url(api, q, view, tz=tz))],
        className="v-share",
    )


def _copy(text: str, address: str) -> Any:
    return html.Button(text, type="button", title=address, className="v-button", **attributes(data_copy=address))


def _examples(view: View) -> Any:
    return html.Section(
        [
            html.H2("Or begin with one of these"),
            html.Ul(
                [
                    html.Li(
                        dcc.Link(
                            [html.Span(text), html.Code(expression)],
                            href=view.common().put(q=expression).href("explore"),
                        )
                    )
                    for text, expression in questions.EXAMPLES
                ],
                className="v-examples",
            ),
        ]
    )


PAGE = Page("/explore", "Explore", "explore", layout, register)
