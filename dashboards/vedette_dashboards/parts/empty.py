"""What stands where nothing is: the reason, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from vedette_dashboards.browser import attributes
from vedette_dashboards.parts.icon import icon


def empty(title: str, text: str = "", *, code: str = "", links: Sequence[tuple[str, str]] = (), sign: str = "") -> Any:
    """An empty state: a title, a sentence, a line to copy, and links as (text, href)."""
    children: list[Any] = [html.Div(icon(sign), className="v-empty-sign")] if sign else []
    children.append(html.H2(title))
    if text:
        children.append(html.P(text))
    if code:
        children.append(html.Pre(html.Code(code)))
    if links:
        children.append(html.P([dcc.Link(word, href=href, className="v-button") for word, href in links]))
    return html.Div(children, className="v-empty")


def nothing(text: str) -> Any:
    """A short line inside a card that has nothing to list."""
    return html.P(text, className="v-nothing")


def waiting(rows: int = 6) -> Any:
    """Grey bars until the first numbers come; if the API is away by then, the style sheet shows the words instead."""
    return html.Div(
        [
            *[html.Div(className="v-skeleton", style={"opacity": str(1 - n / (rows + 1))}) for n in range(rows)],
            html.P(
                "The query API has not answered yet. Start it with `vedette up`; this page fills by itself.",
                className="v-skeleton-away",
            ),
        ],
        className="v-waiting",
        **attributes(aria_busy="true"),
    )
