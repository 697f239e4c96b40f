"""MeterId: what a meter is called, its name and its tags.

The rules are Spectator's: tags are sorted by key, the last of equal keys wins, a tag named `name` is dropped, and so is
a tag whose key or value is not a text of at least one character. Characters other than `- . _ A-Z a-z 0-9 ~ ^` become
`_`, one for one and code point for code point; ids that are alike after that are one meter.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import Final

logger = logging.getLogger(__name__)

_NOT_PERMITTED: Final = re.compile(r"[^-._A-Za-z0-9~^]")


@lru_cache(4096)
def sanitise(text: str) -> str:
    """The text with each character that is not permitted replaced by `_`."""
    return _NOT_PERMITTED.sub("_", text)


class MeterId(tuple[str, ...]):
    """A name and sorted tags, immutable. Equal ids are equal whatever order their tags were given in.

    It is the flat tuple (name, key, value, key, value, ...): a process may have a hundred thousand of them, and a plain
    tuple of the same texts finds the same meter.
    """

    __slots__ = ()

    def __new__(cls, name: str, tags: Mapping[str, str] | None = None) -> MeterId:
        usable = sorted(_usable(name, tags).items()) if tags else ()
        return super().__new__(cls, (name, *chain.from_iterable(usable)))

    @property
    def name(self) -> str:
        return self[0]

    @property
    def tags(self) -> tuple[tuple[str, str], ...]:
        """Pairs of key and value, sorted by key, as they were given (see `sanitised`)."""
        return tuple(zip(self[1::2], self[2::2], strict=True))

    def with_tags(self, tags: Mapping[str, str]) -> MeterId:
        """A new id in which these tags override; the same id when there are none."""
        return MeterId(self.name, {**dict(self.tags), **tags}) if tags else self

    def with_tag(self, key: str, value: str) -> MeterId:
        """A new id in which this tag overrides."""
        return self.with_tags({key: value})

    def sanitised(self) -> MeterId:
        """The id with only permitted characters: what counts for identity in a registry and on the wire."""
        return MeterId(sanitise(self.name), {sanitise(key): sanitise(value) for key, value in self.tags})

    def __repr__(self) -> str:
        return f"MeterId({self.name!r}, {dict(self.tags)!r})"


def _usable(name: str, tags: object) -> dict[str, str]:
    usable: dict[str, str] = {}
    if not isinstance(tags, Mapping):
        logger.warning("Meter %r: tags are a mapping of text to text, not %r; they are dropped", name, tags)
        return usable
    for key, value in tags.items():
        if not (isinstance(key, str) and isinstance(value, str) and key and value):
            logger.warning("Meter %r: tag %r=%r is dropped, key and value must be non-empty text", name, key, value)
        elif key != "name":
            usable[key] = value
    return usable
