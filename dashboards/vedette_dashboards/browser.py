"""The door to what runs in the reader's browser: the functions of `assets/*.js`, and the attributes they read."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash


def run(dash: Dash, name: str, *dependencies: Any, **options: Any) -> None:
    """Call a function that `assets/vedette.js` lists when its inputs change; no request is made."""
    register: Any = dash.clientside_callback  # Dash has no annotations for it
    register(ClientsideFunction("vedette", name), *dependencies, **options)


def attributes(**given: str) -> dict[str, Any]:
    """Attributes with dashes in their names: `attributes(aria_label="Close", data_span="")`."""
    return {name.replace("_", "-"): value for name, value in given.items()}
