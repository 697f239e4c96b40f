"""Colours, type and spacing: once, for the style sheet, the figures, Mantine and the traffic graph.

The style sheet and every script read these as CSS variables (`--v-ok`, `--v-text`, ...), which `css_variables` writes
into the page; so a switch of theme needs no callback. Health is told by colour *and* shape *and* word: blue disc,
yellow triangle, vermilion diamond; the three stay apart for every common kind of colour blindness.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LIGHT: Mapping[str, str] = {
    "page": "#f5f6f8",  # behind everything
    "surface": "#ffffff",  # cards, header, navigation
    "sunken": "#eef0f3",  # inputs, code, tracks of bars
    "line": "#e0e4e9",  # borders and rules
    "grid": "#e9ecf0",  # grid lines of a figure
    "text": "#15191e",
    "dim": "#56606c",  # labels, units, second lines
    "faint": "#87919d",  # placeholders, ticks, disabled
    "accent": "#1d66b5",  # links, focus, the chosen thing
    "ok": "#1d66b5",
    "warning": "#a87400",
    "danger": "#c63d0a",
    "quiet": "#87919d",  # nothing is known
}
DARK: Mapping[str, str] = {
    "page": "#0e1115",
    "surface": "#161a20",
    "sunken": "#0f1318",
    "line": "#2a313a",
    "grid": "#232931",
    "text": "#e7ebf0",
    "dim": "#9ba6b3",
    "faint": "#6d7885",
    "accent": "#6db3f7",
    "ok": "#5ba8f2",
    "warning": "#f2c230",
    "danger": "#ff7a47",
    "quiet": "#6d7885",
}

# Words of an expression, by the vocabulary they belong to. Text on `sunken`, so each has a contrast of 4.5:1 or more.
SYNTAX_LIGHT: Mapping[str, str] = {
    "std": "#56606c",
    "query": "#1a5ba8",
    "data": "#00665a",
    "math": "#7a35b8",
    "stateful": "#a3246c",
    "filter": "#8a4b00",
    "style": "#46640a",
    "custom": "#0b6380",
    "events": "#97301f",
}
SYNTAX_DARK: Mapping[str, str] = {
    "std": "#a7b1bd",
    "query": "#6db3f7",
    "data": "#4cc9b0",
    "math": "#c39bf5",
    "stateful": "#f291c5",
    "filter": "#e5b567",
    "style": "#a9cc6b",
    "custom": "#66cbe6",
    "events": "#f5a08c",
}

# Lines of a figure. One list for both themes (each has a contrast of 3:1 or more on both surfaces: tested), so that a
# figure does not depend on its reader's theme. Adapted from Okabe and Ito's palette. Vermilion means failure
# everywhere, so it comes last.
LINES: tuple[str, ...] = (
    "#2b7fd4",  # blue
    "#0e9273",  # green
    "#a77400",  # yellow
    "#9467d6",  # violet
    "#2291b5",  # sky
    "#c8579a",  # pink
    "#7b8794",  # grey
    "#d9622b",  # vermilion
)
FAILURE = LINES[7]
DASHES: tuple[str, ...] = ("solid", "dash", "dot", "dashdot")  # the second, third ... round through LINES
PERCENTILES: Mapping[str, str] = {"p50": LINES[4], "p95": LINES[2], "p99": LINES[3]}

FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif'
MONOSPACE = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace'
TYPE: Mapping[str, str] = {  # px: caption, small, body, lead, title, figure
    "xs": "12px",
    "sm": "13px",
    "md": "14px",
    "lg": "16px",
    "xl": "20px",
    "xxl": "28px",
}
SPACE: Mapping[str, str] = {"1": "4px", "2": "8px", "3": "12px", "4": "16px", "6": "24px", "8": "32px", "12": "48px"}
HEALTH: tuple[str, ...] = ("ok", "warning", "danger", "quiet")


def css_variables() -> str:
    """The variables as CSS text: `--v-<colour>`, `--v-syntax-<vocabulary>`, `--v-line-<n>`, `--v-type-<size>`, ..."""
    shared = {f"line-{n}": colour for n, colour in enumerate(LINES)}
    shared |= {f"type-{name}": size for name, size in TYPE.items()}
    shared |= {f"space-{name}": size for name, size in SPACE.items()}
    shared |= {"font": FONT, "mono": MONOSPACE}
    light = {**LIGHT, **{f"syntax-{name}": colour for name, colour in SYNTAX_LIGHT.items()}}
    dark = {**DARK, **{f"syntax-{name}": colour for name, colour in SYNTAX_DARK.items()}}
    return "\n".join(
        (
            f":root {{ {_declare(shared)} {_declare(light)} color-scheme: light; }}",
            f':root[data-mantine-color-scheme="dark"] {{ {_declare(dark)} color-scheme: dark; }}',
        )
    )


def _declare(values: Mapping[str, str]) -> str:
    return " ".join(f"--v-{name}: {value};" for name, value in values.items())


def _shades(light: str, dark: str) -> list[str]:
    # Mantine wants ten shades of a colour, and reads 6 in the light theme and 8 in the dark one (primaryShade).
    return [light] * 7 + [dark] * 3


MANTINE: Mapping[str, Any] = {
    "fontFamily": FONT,
    "fontFamilyMonospace": MONOSPACE,
    "headings": {"fontFamily": FONT, "fontWeight": "650"},
    "fontSizes": {name: size for name, size in TYPE.items() if name != "xxl"},
    "primaryColor": "accent",
    "primaryShade": {"light": 6, "dark": 8},
    "autoContrast": True,
    "defaultRadius": "md",
    "respectReducedMotion": True,
    "cursorType": "pointer",
    "colors": {
        "accent": _shades(LIGHT["accent"], DARK["accent"]),
        "danger": _shades(LIGHT["danger"], DARK["danger"]),
        "warning": _shades(LIGHT["warning"], DARK["warning"]),
        "dark": [
            DARK["text"],
            "#c5ccd4",
            DARK["dim"],
            DARK["faint"],
            DARK["line"],
            "#20262e",
            DARK["surface"],
            DARK["page"],
            "#0b0e11",
            "#080a0d",
        ],
    },
}
