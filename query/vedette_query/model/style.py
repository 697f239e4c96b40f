"""An expression with its presentation: legend, axis, colour, order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from vedette_query.errors import BadNumber
from vedette_query.language.numbers import parse_int
from vedette_query.language.tokens import escape, join, split, unescape
from vedette_query.model.expr import Expr, SeriesExpr
from vedette_query.model.rewrites import shifted
from vedette_query.timing.durations import ZERO, Duration, parse_duration

EDITS: Final = "sed"
"""The setting that holds the changes to the legend, as program text, in the order in which they are made."""


LINE_STYLES: Final = ("line", "area", "stack", "vspan", "heatmap")
"""Line styles that are words themselves."""


@dataclass(frozen=True)
class StyleExpr(Expr):
    """A series expression and its settings, which are kept as texts and mostly checked when they are used."""

    expr: SeriesExpr
    settings: Mapping[str, str] = field(default_factory=dict)

    def with_setting(self, key: str, value: str, *without: str) -> StyleExpr:
        """The same with one setting more, and without some others."""
        kept = {name: text for name, text in self.settings.items() if name not in without}
        return replace(self, settings={**kept, key: value})

    def edited(self, *command: str) -> StyleExpr:
        """The same with one more change to the legend: its arguments and its word."""
        edit = join((*map(escape, command[:-1]), f":{command[-1]}"))
        edits = self.settings.get(EDITS)
        return self.with_setting(EDITS, f"{edits},{edit}" if edits else edit)

    @property
    def edits(self) -> list[str]:
        """The changes to the legend as tokens: arguments, then the word."""
        return [unescape(token) for token in split(self.settings.get(EDITS, ""))]

    @property
    def offset(self) -> Duration:
        """The least offset of the data."""
        return min((data.offset for data in self.expr.data), default=ZERO)

    def legend(self, label: str) -> str:
        """The legend before variables are filled in: its own, or a default label that tells of an offset."""
        if "legend" in self.settings:
            return self.settings["legend"]
        return f"{label} (offset={self.offset})" if self.offset else label

    @property
    def axis(self) -> int:
        return _number(self.settings.get("axis", "0"))

    @property
    def limit(self) -> int | None:
        """How many lines to keep, or None for all."""
        return _number(self.settings["limit"]) if "limit" in self.settings else None

    def for_each_offset(self) -> list[StyleExpr]:
        """One copy for each offset of the older list form, else itself."""
        offsets = split(self.settings.get("offset", ""))[1:-1]
        if not offsets:
            return [self]
        settings = {key: value for key, value in self.settings.items() if key != "offset"}
        return [StyleExpr(shifted(self.expr, parse_duration(unescape(text))), settings) for text in offsets]

    def text(self) -> str:
        # Descending order, so that a palette does not clear an alpha when the text is run again.
        return join(
            (self.expr.text(), *(_print(key, self.settings[key]) for key in sorted(self.settings, reverse=True)))
        )


def _print(key: str, value: str) -> str:
    match key:
        case "sed":
            return value
        case "ls":  # a style that there is not prints as a word that there is not: as in Atlas
            return f":{escape(value)}"
        case "offset":
            return f"{value},:offset"
        case _:
            return f"{escape(value)},:{key}"


def _number(text: str) -> int:
    number = parse_int(text)
    if number is None:
        raise BadNumber(text)
    return number
