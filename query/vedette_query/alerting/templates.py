"""Text with places for labels and for the value.

    $labels.KEY   the label KEY; letters, digits and _, with dots or dashes between (a dot at the end is a full stop)
    $(KEY)        the same, for any key
    $value        the measured value, with four significant digits
    $$            a dollar sign; so is a $ before anything but a letter, a parenthesis or another dollar sign

No loops, no calls, no arithmetic: nothing in a template can fail, loop or grow. A label that an alert does not have
reads `[no label KEY]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LIMIT: Final = 16_384
"""Characters of the filled text; the rest is cut."""

PLACES: Final = "$value, $labels.KEY, $(KEY), and $$ for a dollar sign"

_PLACE = re.compile(
    r"\$(?:(?P<dollar>\$)"
    r"|\((?P<any>[^()]*)\)"
    r"|labels\.(?P<key>\w+(?:[.-]\w+)*)"
    r"|(?P<value>value)(?![\w])"
    r"|(?P<unknown>[A-Za-z_][\w.]*|\())"
)


def complaint(text: str, *, value_allowed: bool = True) -> str | None:
    """Why a template cannot be used, or None."""
    if "{{" in text:
        return f"'{{{{' has no meaning here; a text may use {PLACES}"
    for place in _PLACE.finditer(text):
        if place["unknown"] is not None:
            return f"unknown place '{place[0]}'; a text may use {PLACES}"
        if place["any"] == "":
            return "'$()' names no label; write $(KEY)"
        if place["value"] and not value_allowed:
            return "$value in a label would make a new alert at each evaluation; use it in an annotation"
    return None


def fill(text: str, labels: Mapping[str, str], value: float | None) -> str:
    """The text with its places filled."""

    def replacement(place: re.Match[str]) -> str:
        if place["dollar"]:
            return "$"
        if place["value"]:
            return "no value" if value is None else f"{value:.4g}"
        key = place["any"] if place["any"] is not None else place["key"]
        return place[0] if key is None else labels.get(key, f"[no label {key}]")

    return _PLACE.sub(replacement, text)[:LIMIT]
