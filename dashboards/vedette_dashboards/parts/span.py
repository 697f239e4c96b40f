"""One span's details: what it was, its attributes, its resource, its events and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from vedette_dashboards import format
from vedette_dashboards.browser import attributes
from vedette_dashboards.parts.health import health


def details(span: Mapping[str, Any], start_ms: float, first_ns: int, tz: str, hues: Mapping[str, str]) -> Any:
    """A panel beside the waterfall; offsets are shown from the trace's first span (`first_ns`)."""
    app = str(span.get("app") or "?")
    offset = int(span["offsetNs"]) - first_ns
    failed = str(span.get("status", "")).lower() == "error"
    facts = {
        "App": app,
        "Region": span.get("region"),
        "Instance": span.get("node"),
        "Kind": span.get("kind"),
        "Peer": span.get("peer"),
        "Began": f"{format.duration(offset / 1e9)} in, at {format.clock(start_ms + int(span['offsetNs']) / 1e6, tz)}",
        "Took": format.duration(int(span["durationNs"]) / 1e9),
        "Span": span.get("spanId"),
    }
    message = str(span.get("statusMessage") or "")
    return html.Aside(
        [
            html.Header(
                [
                    html.H2([html.Span(className="v-dot", style={"background": hues.get(app)}), span.get("name")]),
                    html.Button("Close", type="button", className="v-quiet-link", **attributes(data_span="")),
                ]
            ),
            html.P([health("danger", "Failed"), f" {message}"], className="v-failure") if failed else None,
            _facts(facts),
            *_section("Attributes", span.get("attributes")),
            *_events(span.get("events") or (), first_ns),
            *_links(span.get("links") or ()),
            *_section("Resource", span.get("resource")),
        ],
        className="v-card v-span-details",
        **attributes(aria_label="Details of the chosen span"),
    )


def _section(title: str, values: Any) -> list[Any]:
    return [html.H3(title), _facts(dict(sorted(values.items())))] if values else []


def _facts(values: Mapping[str, Any]) -> Any:
    pairs = [[html.Dt(key), html.Dd(str(value))] for key, value in values.items() if value not in (None, "")]
    return html.Dl([part for pair in pairs for part in pair], className="v-facts")


def _events(events: Sequence[Mapping[str, Any]], first_ns: int) -> list[Any]:
    if not events:
        return []
    shown: list[Any] = [html.H3("Events")]
    for event in events:
        at = format.duration((int(event.get("offsetNs") or 0) - first_ns) / 1e9)
        shown.append(html.P([html.Strong(str(event.get("name"))), html.Span(f" {at} in", className="v-note")]))
        shown.append(_facts(event.get("attributes") or {}))
    return shown


def _links(links: Sequence[Mapping[str, Any]]) -> list[Any]:
    if not links:
        return []
    leads = [html.Li(dcc.Link(str(link.get("traceId")), href=f"/trace/{link.get('traceId')}")) for link in links]
    return [html.H3("Links"), html.Ul(leads)]
