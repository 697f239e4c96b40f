"""In which form an answer is given, and where it goes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from vedette.query.errors import Misused, QuestionError
from vedette.query.look import Look


class Format(StrEnum):
    """What an answer can be given as."""

    chart = "chart"
    table = "table"
    csv = "csv"
    json = "json"
    png = "png"


ENDINGS: Final = {
    ".txt": Format.chart,
    ".csv": Format.csv,
    ".json": Format.json,
    ".png": Format.png,
}
"""What the ending of a file's name says about what belongs into it."""


@dataclass(frozen=True)
class Delivery:
    """`file` None is the standard output."""

    format: Format
    file: Path | None = None

    def deliver(self, content: bytes) -> None:
        """Write an answer. Raises `QuestionError` with one sentence when the file cannot be written."""
        if self.file is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        try:
            self.file.write_bytes(content)
        except OSError as error:
            raise QuestionError(f"{self.file} cannot be written: {error.strerror}.") from error


def choose(format: Format | None, file: Path | None, look: Look) -> Delivery:
    """The form that was asked for, else what the file's name says, else a chart for people and csv for programs.

    Raises `Misused` for a file whose name says nothing, and for a picture on a terminal.
    """
    if format is None and file is not None:
        format = ENDINGS.get(file.suffix.lower())
        if format is None:
            known = ", ".join(ENDINGS)
            raise Misused(f"The name {file} does not say what to write; let it end with {known}, or add --format.")
    if format is None:
        format = Format.chart if look.terminal else Format.csv
    if format is Format.png and file is None and look.terminal:
        raise Misused("A picture cannot be shown on a terminal; write it to a file, as with -o graph.png.")
    return Delivery(format, file)
