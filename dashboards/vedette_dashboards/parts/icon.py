"""Icons: a file in `assets/icons/`, drawn in the colour of the text around it."""

from __future__ import annotations

from typing import Any

from dash import html

from vedette_dashboards.browser import attributes


def icon(name: str) -> Any:
    """The icon of that name; only decoration, so never without a word or a label beside it."""
    return html.Span(className=f"v-icon v-icon-{name}", **attributes(aria_hidden="true"))
