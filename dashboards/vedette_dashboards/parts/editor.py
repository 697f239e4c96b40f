"""The expression editor: a plain text field, which the modules in `assets/editor/` make more of.

Without their script it is still a text field: its text is the `value` of the component with the given id, for Dash's
callbacks too. What the modules add stands beside the field, in elements that are empty here.
docs/reference/editor-keys.md says what the keys do, `vedette_dashboards/editor/http.py` where the answers come from.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from vedette_dashboards.browser import attributes
from vedette_dashboards.editor import MODULES


def editor(
    identity: str | dict[str, Any],
    value: str = "",
    label: str = "Expression",
    placeholder: str = "",
    *,
    rows: int = 2,
) -> Any:
    """An editor whose text is the property `value` of `identity`. Several may stand on a page."""
    field = dmc.Textarea(
        id=identity,
        value=value,
        placeholder=placeholder,
        autosize=True,
        minRows=rows,
        maxRows=12,
        className="v-expression",
        **attributes(aria_label=label),
    )
    return html.Div(
        [
            html.Div(
                [html.Div(className="v-editor-paint", **attributes(aria_hidden="true")), field],
                className="v-editor-field",
            ),
            html.Div(className="v-editor-below"),
        ],
        className="v-editor",
        **attributes(data_modules=MODULES.address),
    )
