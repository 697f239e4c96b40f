"""A series: a name, tags and a kind; and the id that stands for them everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

APP_KEYS: Final = ("app", "nf.app", "service", "job")
"""The tags that may name the application of a series; the first present one does."""


class Kind(StrEnum):
    """How the values of a series combine: rates add, gauges take the maximum, counters are raw and cumulative."""

    RATE = "rate"
    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True)
class Series:
    """What is measured. `tags` do not hold the name."""

    name: str
    tags: Mapping[str, str]
    kind: Kind = Kind.RATE

    @property
    def id(self) -> int:
        return series_id(self.name, self.tags, self.kind)

    @property
    def app(self) -> str:
        """The application the series belongs to, or an empty string."""
        return next((self.tags[key] for key in APP_KEYS if key in self.tags), "")


def series_id(name: str, tags: Mapping[str, str], kind: Kind) -> int:
    """The first 8 bytes of BLAKE2b over kind, name and sorted tags, as an unsigned integer.

    Parts are length-prefixed, so that no two different sets of tags can read the same.
    """
    digest = blake2b(digest_size=8)
    for part in (kind.value, name, *(text for pair in sorted(tags.items()) for text in pair)):
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "little"))
        digest.update(raw)
    return int.from_bytes(digest.digest(), "little")
