"""The small decisions: which form, which zone, which look, and where the carets stand."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from vedette.query.delivery import Delivery, Format, choose
from vedette.query.errors import Misused, QuestionError
from vedette.query.look import Look, look_of
from vedette.query.question import Question
from vedette.query.refusal import mark
from vedette.query.zone import machine_zone

SEEN, PIPED = Look(terminal=True), Look()


class Stream(io.StringIO):
    """A stream that says what it is told to of itself."""

    def __init__(self, *, terminal: bool, encoding: str) -> None:
        super().__init__()
        self._terminal = terminal
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # io.StringIO has an attribute
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("format", "file", "look", "chosen"),
    [
        (None, None, SEEN, Format.chart),
        (None, None, PIPED, Format.csv),
        (None, Path("a.png"), SEEN, Format.png),
        (None, Path("a.TXT"), PIPED, Format.chart),
        (None, Path("a.json"), PIPED, Format.json),
        (Format.table, Path("a.png"), SEEN, Format.table),
        (Format.png, None, PIPED, Format.png),
    ],
)
def test_the_form_is_what_was_asked_for_or_what_the_name_says_or_what_fits(
    format: Format | None, file: Path | None, look: Look, chosen: Format
) -> None:
    assert choose(format, file, look) == Delivery(chosen, file)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(Misused, match=r"a\.doc does not say what to write; let it end with \.txt, \.csv"):
        choose(None, Path("a.doc"), SEEN)
    with pytest.raises(Misused, match="cannot be shown on a terminal; write it to a file"):
        choose(Format.png, None, SEEN)
    with pytest.raises(QuestionError, match=r"/nowhere/a\.csv cannot be written: No such file"):
        Delivery(Format.csv, Path("/nowhere/a.csv")).deliver(b"")


@pytest.mark.parametrize(
    ("environment", "terminal", "encoding", "colour", "unicode"),
    [
        ({}, True, "UTF-8", True, True),
        ({"NO_COLOR": "1"}, True, "utf-8", False, True),
        ({"NO_COLOR": ""}, True, "utf-8", True, True),
        ({"TERM": "dumb"}, True, "utf-8", False, True),
        ({}, False, "utf-8", False, True),
        ({}, True, "ANSI_X3.4-1968", True, False),
        ({}, True, "latin-1", True, False),
    ],
)
def test_the_look_is_what_the_stream_can_show(
    environment: Mapping[str, str], terminal: bool, encoding: str, colour: bool, unicode: bool
) -> None:
    look = look_of(Stream(terminal=terminal, encoding=encoding), environment)
    assert (look.colour, look.unicode, look.terminal) == (colour, unicode, terminal)
    assert look_of(Stream(terminal=terminal, encoding=encoding), environment, width=77).width == 77


def test_the_zone_of_the_machine(tmp_path: Path) -> None:
    link, file = tmp_path / "localtime", tmp_path / "timezone"
    assert machine_zone({}, link, file) == "UTC"
    file.write_text("Asia/Kolkata\n")
    assert machine_zone({}, link, file) == "Asia/Kolkata"
    link.symlink_to("/usr/share/zoneinfo/Europe/Stockholm")
    assert machine_zone({}, link, file) == "Europe/Stockholm"
    assert machine_zone({"TZ": ":America/New_York"}, link, file) == "America/New_York"
    assert machine_zone({"TZ": "nonsense<+3>"}, link, file) == "Europe/Stockholm"


def test_parameters() -> None:
    question = Question("1", "e-1h", "now", "UTC", common="app,api,:eq", step="1m")
    assert dict(question.parameters("json", 200)) == {
        "q": "1", "s": "e-1h", "e": "now", "tz": "UTC", "w": "200", "cq": "app,api,:eq", "step": "1m", "format": "json",
    }  # fmt: skip
    assert "step" not in dict(Question("1").parameters("json", 200))


@pytest.mark.parametrize(
    ("text", "start", "end", "width", "marked"),
    [
        ("a,:b,c", 2, 4, 80, "  a,:b,c\n    ^^"),
        ("a,\n:b,c", 3, 5, 80, "  :b,c\n  ^^"),
        ("a,\n  (b\n,c", 5, 99, 80, "    (b\n    ^^"),
        ("a\tb,:c", 4, 6, 80, "  a b,:c\n      ^^"),
        ("x" * 100 + ",:b", 101, 103, 40, "  ..." + "x" * 32 + ",:b\n" + " " * 38 + "^^"),
        ("a,:b," + "x" * 100, 2, 4, 40, "  a,:b," + "x" * 30 + "...\n    ^^"),
    ],
)
def test_carets_stand_below_what_failed(text: str, start: int, end: int, width: int, marked: str) -> None:
    assert mark(text, start, end, width) == marked
