"""Colours that can be read: contrast by WCAG 2.2, on both themes."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from vedette_dashboards import theme
from vedette_dashboards.app import ASSETS

THEMES = {"light": theme.LIGHT, "dark": theme.DARK}


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("role", "least"), [("text", 7.0), ("dim", 4.5), ("accent", 4.5), ("danger", 4.5)])
def test_text_can_be_read(name: str, role: str, least: float) -> None:
    for ground in ("surface", "page"):
        assert contrast(THEMES[name][role], THEMES[name][ground]) >= least


@pytest.mark.parametrize("name", THEMES)
def test_marks_and_lines_can_be_seen(name: str) -> None:
    colours: Mapping[str, str] = THEMES[name]
    for colour in (*(colours[state] for state in theme.HEALTH), *theme.LINES):
        assert contrast(colour, colours["surface"]) >= 3.0


@pytest.mark.parametrize("name", THEMES)
def test_words_of_an_expression_can_be_read_in_the_colour_of_their_vocabulary(name: str) -> None:
    syntax = {"light": theme.SYNTAX_LIGHT, "dark": theme.SYNTAX_DARK}[name]
    assert {"std", "query", "data", "math", "stateful", "filter", "style", "custom", "events"} == set(syntax)
    colours = THEMES[name]
    under_the_caret = mixed(colours["accent"], colours["sunken"], 0.13)
    for colour in (*syntax.values(), colours["dim"]):
        for ground in (colours["sunken"], colours["surface"], under_the_caret):
            assert contrast(colour, ground) >= 4.5
    assert contrast(colours["danger"], colours["sunken"]) >= 4.5


def mixed(one: str, other: str, share: float) -> str:
    """A share of one colour over another, as `color-mix` in sRGB gives it."""
    parts = (int(one[n : n + 2], 16) * share + int(other[n : n + 2], 16) * (1 - share) for n in (1, 3, 5))
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def test_both_themes_name_the_same_roles() -> None:
    assert set(theme.LIGHT) == set(theme.DARK)


def test_every_variable_that_the_style_sheet_uses_is_written() -> None:
    sheet = (ASSETS / "vedette.css").read_text()
    used = set(re.findall(r"var\((--v-[\w-]+)\)", sheet))
    assert used <= set(re.findall(r"(--v-[\w-]+):", theme.css_variables()))
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", re.sub(r"/\*.*?\*/", "", sheet)), (
        "a colour outside theme.py"
    )
