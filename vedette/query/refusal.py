"""A refusal as it is shown: the sentence, and the expression with the word that failed marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from vedette.query.api import Api
from vedette.query.errors import QuestionError, Refused

_UNKNOWN: Final = re.compile(r"unknown word ':([^']+)'")
_MEANT: Final = re.compile(r"did you mean .*\?")
_INDENT: Final = "  "


def explain_refusal(api: Api, expression: str, refused: Refused, width: int) -> str:
    """What to say: the API's sentence, then where in the expression it happened, then what may have been meant."""
    said = [_sentence(str(refused))]
    failure = _failure(api, expression)
    if failure is not None:
        said.append(mark(expression, int(failure["start"]), int(failure["end"]), width))
        meant = _meant(api, str(failure.get("message", "")))
        if meant:
            said.append(meant)
    return "\n".join(said)


def mark(text: str, start: int, end: int, width: int) -> str:
    """The line of a text that holds the characters from start to end, with carets below them; cut to `width`."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    line = text[begin : stop if stop >= 0 else len(text)]
    place, length = start - begin, max(1, min(end - begin, len(line)) - (start - begin))
    room = max(20, width - len(_INDENT))
    first = 0 if len(line) <= room else max(0, min(place - room // 2, len(line) - room))
    seen = line[first : first + room]
    if first > 0:
        seen = f"...{seen[3:]}"
    if first + room < len(line):
        seen = f"{seen[:-3]}..."
    carets = " " * (place - first) + "^" * min(length, room - (place - first))
    return f"{_INDENT}{_plain(seen)}\n{_INDENT}{carets}"


def _failure(api: Api, expression: str) -> Mapping[str, Any] | None:
    """Where the expression fails while it is read, if it does: much is only seen when it is evaluated."""
    try:
        found = api.document("/api/v1/expr/inspect", [("q", expression)]).get("error")
    except QuestionError:
        return None
    return found if isinstance(found, Mapping) and isinstance(found.get("start"), int) else None


def _meant(api: Api, message: str) -> str | None:
    """Words that are spelled nearly like one that does not exist."""
    unknown = _UNKNOWN.search(message)
    if unknown is None:
        return None
    try:
        api.get(f"/api/v1/words/{quote(unknown[1], safe='')}")
    except QuestionError as error:
        near = _MEANT.search(str(error))
        return None if near is None else near[0].capitalize()
    return None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _plain(text: str) -> str:
    """Without characters that would move the carets, or the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
