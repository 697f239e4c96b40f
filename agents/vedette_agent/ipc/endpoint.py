"""Endpoints: a name of few values for what was called.

A route template is such a name already. A bare path is not: whatever in it looks like an identifier becomes `-`. The
rules for paths are those of Spectator's `PathSanitizer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from vedette_agent.identity import sanitise

UNKNOWN: Final = "unknown"
NONE: Final = "none"

_MOST_SEGMENTS: Final = 5
_MOST_CHARACTERS: Final = 120
_WORD: Final = re.compile(r"[A-Za-z]+")
_VERSION: Final = re.compile(r"v[0-9]*")
_RANDOM: Final = re.compile(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{4}")
_GROUP: Final = re.compile(r"\([^()]*\)")
_ESCAPE: Final = re.compile(r"\\(\W)")
_PARAMETERS: Final = re.compile(r"[?;]")


@lru_cache(2048)
def of_path(path: str) -> str:
    """`/api/v1/users/123` gives `_api_v1_users_-`: at most five segments and 120 characters; `none` when empty."""
    segments = [segment for segment in _PARAMETERS.split(path, maxsplit=1)[0].split("/") if segment]
    return _join("-" if _is_identifier(segment) else segment for segment in segments[:_MOST_SEGMENTS])


@lru_cache(2048)
def of_template(template: str) -> str:
    """`/users/{id}/friends` gives `_users_-_friends`: segments are kept, but those with a parameter in them, which is
    written `{id}` or, as Flask and Django do, `<int:id>`.
    """
    segments = [segment for segment in template.split("/") if segment]
    return _join("-" if "{" in segment or "<" in segment else sanitise(segment) for segment in segments)


@lru_cache(2048)
def of_pattern(pattern: str) -> str:
    """The template that a route of Django stands for: `^users/(?P<id>[0-9]+)/$` gives `users/{}/`."""
    if "(" not in pattern and "\\" not in pattern:
        return pattern.removeprefix("^").removesuffix("$")
    plain = _GROUP.sub("{}", _GROUP.sub("{}", pattern.replace("^", "")))
    return _ESCAPE.sub(r"\1", plain.removesuffix("$").removesuffix("\\Z"))


def _is_identifier(segment: str) -> bool:
    if segment == "graphql":
        return False
    if _RANDOM.search(segment):
        return True
    if _VERSION.fullmatch(segment):
        return False
    return len(segment) == 2 or not _WORD.fullmatch(segment)


def _join(segments: Iterable[str]) -> str:
    name = ""
    for segment in segments:
        left = _MOST_CHARACTERS - len(name) - 1
        if len(segment) < left:
            name += f"_{segment}"
        elif left >= 2:
            name += "_-"
    return name or NONE
