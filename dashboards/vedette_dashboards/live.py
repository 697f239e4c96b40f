"""Regions of a page that change under a reader's eyes without being redrawn.

When a Dash callback returns new `children`, the renderer throws the old elements away: every ten seconds the focus, a
selected text and a half-read row would be gone. So what refreshes is sent as markup, and `assets/regions.js` changes in
place only what differs. The markup is made here from ordinary Dash components, and everything in it is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from vedette_dashboards import browser

_DASHS_OWN = frozenset({"available_properties", "available_wildcard_properties"})
_VOID = frozenset({"br", "hr", "img", "input"})
_NAMES = {"className": "class", "key": "data-key", "tabIndex": "tabindex", "htmlFor": "for", "colSpan": "colspan"}
_SAFE_ADDRESS = re.compile(r"(?:/(?!/)|#|\?|https?://|data:image/svg\+xml,)")
_ATTRIBUTE = re.compile(r"[a-z][a-z-]*")


def region(identity: str, first: Any = None) -> Any:
    """A place for refreshed content; `first` stands there until the first answer."""
    return html.Div(
        [
            dcc.Store(id=_store(identity)),
            html.Div(first, id=identity, className="v-live"),
        ]
    )


def output(identity: str) -> Output:
    """The callback output that fills a region: give it `markup(...)`."""
    return Output(_store(identity), "data")


def register(dash: Dash, *identities: str) -> None:
    """Bind regions to the script that changes them in place."""
    for identity in identities:
        store = _store(identity)
        browser.run(dash, "morph", Input(store, "data"), State(store, "id"))


def markup(tree: Any) -> str:
    """A tree of `dash.html` components (and `dcc.Link`) as HTML text, everything escaped.

    Raises TypeError for a component that needs a script of its own, ValueError for an address that is neither local,
    http(s), nor an inline SVG image.
    """
    if tree is None or isinstance(tree, bool):
        return ""
    if isinstance(tree, list | tuple):
        return "".join(markup(part) for part in tree)
    if not isinstance(tree, Component):
        return escape(str(tree))
    if isinstance(tree, dcc.Link):
        tag = "a"
    elif type(tree).__module__.startswith("dash.html."):
        tag = type(tree).__name__.lower()
    else:
        raise TypeError(f"{type(tree).__name__} needs its own script and cannot be in a refreshed region")
    # What was given to the component; `to_plotly_json` looks up every property there could be, at twice the cost.
    properties = {name: value for name, value in vars(tree).items() if name[0] != "_" and name not in _DASHS_OWN}
    inside = markup(properties.pop("children", None))
    start = f"<{tag}{_attributes(properties)}>"
    return start if tag in _VOID else f"{start}{inside}</{tag}>"


def _attributes(properties: Mapping[str, Any]) -> str:
    parts = []
    for name, value in properties.items():
        if value is None or value is False:
            continue
        attribute = _NAMES.get(name, name)
        if not _ATTRIBUTE.fullmatch(attribute):
            raise ValueError(f"'{name}' is no attribute of a refreshed region")
        if attribute in ("href", "src") and not _SAFE_ADDRESS.match(str(value)):
            raise ValueError(f"'{value}' may not be an address in a page")
        text = _style(value) if attribute == "style" else str(value)
        parts.append(f" {attribute}" if value is True else f' {attribute}="{escape(text)}"')
    return "".join(parts)


def _style(style: Mapping[str, Any]) -> str:
    return ";".join(f"{_css(name)}:{value}" for name, value in style.items() if value is not None)


def _css(name: str) -> str:
    return name if name.startswith("--") else re.sub(r"[A-Z]", lambda capital: "-" + capital.group().lower(), name)


def _store(identity: str) -> str:
    return f"{identity}-markup"
