"""Ways to take a graph along: addresses of its data and its picture, and a command line."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Literal

from vedette_dashboards import theme
from vedette_dashboards.client import address, region_query
from vedette_dashboards.settings import DEFAULT_API_URL
from vedette_dashboards.view import View

Theme = Literal["light", "dark"]
PALETTE = "colors:" + ",".join(colour.removeprefix("#") for colour in theme.LINES)
"""The pages' own colours: a picture has those of the page it was copied from."""


@dataclass(frozen=True)
class Asked:
    """What the page shows: its visible expressions (the first at the bottom of the stack), and over which times."""

    rows: tuple[str, ...]
    view: View = field(default_factory=View)
    tz: str = "UTC"
    theme: Theme = "light"
    width: int = 700
    tick_labels: str = ""  # decimal, binary or duration; empty: as the API has it

    @property
    def q(self) -> str:
        """All of it as one expression."""
        return ",".join(self.rows)


def parameters(asked: Asked, format: str) -> list[tuple[str, str]]:
    """What is asked of `/api/v1/graph`."""
    given = [("q", asked.q), ("s", asked.view.s), ("e", asked.view.e), ("tz", asked.tz)]
    if asked.view.region:
        given.append(("cq", region_query(asked.view.region)))
    if format in ("csv", "json"):
        return [*given, ("w", str(asked.width)), ("format", format)]
    given += [("w", str(asked.width)), ("palette", PALETTE), ("theme", asked.theme), ("format", format)]
    if asked.tick_labels:
        given.append(("tick_labels", asked.tick_labels))
    return given


def addresses(api: str, asked: Asked) -> dict[str, str]:
    """The addresses by what they lead to: `png`, `json`, `csv`; and the `command` that shows the same in a terminal."""
    found = {format: address(api, "/api/v1/graph", parameters(asked, format)) for format in ("png", "json", "csv")}
    return {**found, "command": command(api, asked)}


def command(api: str, asked: Asked) -> str:
    """A line for a shell; the API is named where it is not the one that the command asks anyway."""
    words = ["vedette", "query", asked.q, "-s", asked.view.s, "-e", asked.view.e, "--tz", asked.tz]
    if api != DEFAULT_API_URL:
        words += ["--url", api]
    if asked.view.region:
        words += ["--cq", region_query(asked.view.region)]
    return shlex.join(words)
