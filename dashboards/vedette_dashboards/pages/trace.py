"""Trace: one request's way through the apps, as a waterfall; a span's details beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from dash import Dash, Input, State, dcc, html

from vedette_dashboards import browser, format, live, pulse
from vedette_dashboards.browser import attributes
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.parts.card import heading
from vedette_dashboards.parts.empty import empty, waiting
from vedette_dashboards.parts.span import details
from vedette_dashboards.parts.stat import stat, stats
from vedette_dashboards.view import View, parse
from vedette_dashboards.waterfall import Bar, colours, extent, ticks, waterfall

MOST = 500  # rows drawn; beyond, a browser is slow, and the page says how many there are


def layout(view: View, variables: Mapping[str, str]) -> Any:
    """The page before its numbers."""
    return html.Div(
        [
            dcc.Store(id="trace-chosen", data=view.get("span") or None),
            live.region("trace", [heading("Trace"), waiting(10)]),
        ]
    )


def register(dash: Dash, rooms: Rooms) -> None:
    """The callbacks that fill the page."""
    live.register(dash, "trace")
    browser.run(
        dash,
        "choose",
        Input("trace-chosen", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )

    @dash.callback(
        live.output("trace"),
        Input("url", "search"),
        Input("tick", "data"),
        Input("zone", "data"),
        State("url", "pathname"),
    )
    async def fill(search: str | None, _: int | None, tz: str | None, pathname: str) -> Any:
        view, identity = parse(search), unquote(pathname.rstrip("/").rpartition("/")[2])
        back = (("Search traces", view.common().href("traces")),)
        try:
            found = await rooms.client.trace(identity)
        except ApiAway as reason:
            return pulse.away(reason, 1)
        except NotFound:
            pulse.fresh(None)
            why = "it may have been dropped by sampling, be past retention, or not have arrived yet"
            return live.markup(empty("There is no such trace", f"{identity} is unknown: {why}.", links=back))
        except Refused as refused:
            pulse.fresh(None)
            return live.markup(empty("That is no trace id", str(refused), links=back))
        pulse.fresh(None)
        return live.markup(_trace(found, view, tz or "UTC"))


def _trace(found: Mapping[str, Any], view: View, tz: str) -> Any:
    bars = waterfall(found)
    if not bars:
        return empty("This trace has no spans")
    chosen = next((bar for bar in bars if bar.identity == view.get("span")), None)
    root, failed = bars[0], sum(bar.failed for bar in bars)
    hues = colours(bars)
    first, total = extent([bar.span for bar in bars])
    start = float(found.get("start") or 0)
    head = [
        heading(str(root.span.get("name") or "unnamed"), note=f"Trace {found.get('traceId', '')}"),
        stats(
            [
                stat("Duration", format.duration(total / 1e9)),
                stat("Spans", f"{len(bars):,}"),
                stat("Failed", f"{failed:,}", state="danger" if failed else ""),
                stat("Apps", str(len(hues))),
                stat("Started", format.clock(start, tz, now_ms=pulse.now_ms())),
            ]
        ),
    ]
    rows = [_row(bar, hues, chosen is not None and bar.identity == chosen.identity) for bar in bars[:MOST]]
    body = [_legend(hues), _ruler(total), html.Div(rows, className="v-rows")]
    if len(bars) > MOST:
        body.append(html.P(f"The first {MOST} of {len(bars):,} spans are drawn.", className="v-note v-pad"))
    side = details(chosen.span, start, first, tz, hues) if chosen else None
    return [
        *head,
        html.Div(
            [html.Div(body, className="v-card v-waterfall v-data"), side],
            className="v-trace v-trace-open" if side else "v-trace",
        ),
    ]


def _legend(hues: Mapping[str, str]) -> Any:
    return html.Div(
        [
            html.Span([html.Span(className="v-dot", style={"background": hue}), app], className="v-chip")
            for app, hue in hues.items()
        ],
        className="v-chips v-pad",
    )


def _ruler(total: int) -> Any:
    marks: Sequence[float] = ticks(total)
    return html.Div(
        [html.Span(), html.Div([html.Span(format.duration(at)) for at in marks], className="v-ticks")],
        className="v-ruler",
        **attributes(aria_hidden="true"),
    )


def _row(bar: Bar, hues: Mapping[str, str], chosen: bool) -> Any:
    span = bar.span
    app, name = str(span.get("app") or "?"), str(span.get("name") or "unnamed")
    took = format.duration(int(span["durationNs"]) / 1e9)
    said = f"{app}: {name}, {took}" + (", failed" if bar.failed else "")
    place = {"left": f"{100 * bar.left:.3f}%", "width": f"{100 * bar.width:.3f}%", "background": hues[app]}
    label = {"left": f"{100 * (bar.left + bar.width):.3f}%"}  # the row keeps room for it at its end
    return html.Button(
        [
            html.Span(
                [
                    html.Span(className="v-mark v-mark-danger") if bar.failed else None,
                    html.Span(app, className="v-span-app"),
                    html.Span(name, className="v-span-name"),
                ],
                className="v-span-label",
                style={"paddingLeft": f"{12 + 14 * min(bar.depth, 20)}px"},
            ),
            html.Span(
                [html.Span(className="v-span-bar", style=place), html.Span(took, className="v-span-took", style=label)],
                className="v-span-track",
            ),
        ],
        className="v-span" + (" v-span-failed" if bar.failed else "") + (" v-span-chosen" if chosen else ""),
        key=bar.identity,
        type="button",
        **attributes(data_span=bar.identity, aria_label=said, aria_pressed="true" if chosen else "false"),
    )


PAGE = Page("/trace/<trace>", "Trace", None, layout, register)
