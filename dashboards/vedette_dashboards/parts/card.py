"""A card: a title, perhaps a note and a link, and a body."""

from __future__ import annotations

from typing import Any

from dash import html


def card(title: str, body: Any, *, note: Any = None, action: Any = None, css: str = "") -> Any:
    """A section with a heading."""
    return html.Section(
        [
            html.Header([html.H2(title), html.Span(note, className="v-note") if note is not None else None, action]),
            html.Div(body, className="v-card-body"),
        ],
        className=f"v-card {css}".strip(),
    )


def heading(title: Any, *, beside: Any = None, note: Any = None) -> Any:
    """The head of a page: its title, what stands beside it, and a quiet sentence."""
    return html.Div(
        [
            html.Div([html.H1(title), beside], className="v-heading-row"),
            html.P(note, className="v-note") if note is not None else None,
        ],
        className="v-heading",
    )
