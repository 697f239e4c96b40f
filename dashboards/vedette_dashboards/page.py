"""What a page is: a path, a name, a layout, and the callbacks that fill it.

Each page module ends with `PAGE = Page(...)`; `app.py` lists them. A layout is a plain, fast function that asks for no
data (the frame and skeletons appear at once); the page's callbacks, registered by `register`, fetch and fill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from dash import Dash

from vedette_dashboards.client import Client
from vedette_dashboards.settings import Settings
from vedette_dashboards.view import View


@dataclass(frozen=True)
class Rooms:
    """What a page may use: the settings and the one shared client."""

    settings: Settings
    client: Client


@dataclass(frozen=True)
class Page:
    """One page.

    `path` may hold one variable, as in `/service/<app>`; its value comes to `layout(view, variables)`.
    `icon` names a file in `assets/icons/` (None: the page is not in the navigation).
    """

    path: str
    name: str
    icon: str | None
    layout: Callable[[View, Mapping[str, str]], Any]
    register: Callable[[Dash, Rooms], None]

    def match(self, pathname: str) -> dict[str, str] | None:
        """The path's variables when `pathname` (as the browser has it, percent-encoded) is this page, else None."""
        asked = pathname.strip("/").split("/")
        own = self.path.strip("/").split("/")
        if len(asked) != len(own):
            return None
        variables: dict[str, str] = {}
        for value, part in zip(asked, own, strict=True):
            if part.startswith("<"):
                if not value:
                    return None
                variables[part.strip("<>")] = unquote(value)
            elif value != part:
                return None
        return variables
