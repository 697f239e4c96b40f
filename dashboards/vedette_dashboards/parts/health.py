"""Health as colour, shape and word."""

from __future__ import annotations

from typing import Any

from dash import html

from vedette_dashboards.browser import attributes

WORDS = {"ok": "Healthy", "warning": "Warning", "danger": "Failing", "quiet": "Quiet"}


def health(state: str, word: str | None = None) -> Any:
    """A mark and a word: blue disc, yellow triangle, vermilion diamond, grey ring."""
    return html.Span([mark(state), word or WORDS[state]], className=f"v-health v-is-{state}")


def mark(state: str) -> Any:
    """The mark alone, for where the word stands already."""
    return html.Span(className=f"v-mark v-mark-{state}", **attributes(aria_hidden="true"))
