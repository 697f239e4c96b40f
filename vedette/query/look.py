"""What can be shown where the answer goes: how wide, in colour or not, with more than ASCII or not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Final, TextIO

from rich.console import Console, RenderableType

_FILE_WIDTH: Final = 100
_ALL: Final = 10_000
"""Columns of a table that nobody looks at through a window: nothing is cut."""


@dataclass(frozen=True)
class Look:
    """`width` and `height` are of the window, in characters; `terminal` is whether a person looks at it."""

    width: int = _FILE_WIDTH
    height: int = 40
    colour: bool = False
    unicode: bool = True
    terminal: bool = False

    def text(self, *parts: RenderableType, width: int | None = None) -> str:
        """The parts as they are written there, one below the other, without spaces at the ends of lines."""
        console = Console(
            file=StringIO(),
            width=width or self.width,
            force_terminal=self.colour,
            color_system="256" if self.colour else None,
            no_color=not self.colour,
            highlight=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )
        for part in parts:
            console.print(part)
        assert isinstance(console.file, StringIO)
        return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())

    @property
    def table_width(self) -> int:
        """How wide a table may be: as wide as it wants to where it is not looked at."""
        return self.width if self.terminal else _ALL


def look_of(stream: TextIO, environment: Mapping[str, str] = os.environ, *, width: int | None = None) -> Look:
    """What can be shown on a stream. NO_COLOR (whatever its value) and TERM=dumb mean no colour."""
    terminal = stream.isatty()
    size = shutil.get_terminal_size((_FILE_WIDTH, 40))
    plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
    encoding = (stream.encoding or "ascii").lower().replace("-", "")
    return Look(
        width=width or (size.columns if terminal else _FILE_WIDTH),
        height=size.lines if terminal else 40,
        colour=terminal and not plain,
        unicode=encoding.startswith("utf"),
        terminal=terminal,
    )
