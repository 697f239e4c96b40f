"""Atlas's rules for tags, in Atlas's order and words: the first that is broken is told.

Within a rule the tags are looked at in the order of their keys. Lengths are counted in UTF-16 units, as Atlas does.
The one rule of our own comes last: which `atlas.dstype` this release can store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import orjson

from vedette_storage.series import Kind

DSTYPE: Final = "atlas.dstype"

_LEGAL: Final = re.compile(r"[-._A-Za-z0-9^~]*")
_LEGAL_TEXT: Final = "[--.0-9A-Z^_a-z~]"
_KEY_LENGTH: Final = (2, 60)
_NAME_LENGTH: Final = (2, 255)
_VALUE_LENGTH: Final = (1, 120)
_USER_TAGS: Final = 20
_NF_KEYS: Final = (
    *("account", "ami", "app", "asg", "cluster", "container", "country", "country.rollup", "job", "node", "process"),
    *("region", "shard1", "shard2", "stack", "subnet", "task", "vmtype", "vpc", "zone"),
)
_RESERVED: Final = {"atlas.": ("aggr", "dstype", "offset", "legacy"), "nf.": _NF_KEYS}
_UNSTORED: Final = frozenset({"counter", "sum"})

Tags = Mapping[str, str]


class Broken(NamedTuple):
    """A rule that tags break: a short name for counting, and the sentence for the sender."""

    reason: str
    message: str


def check(tags: Tags) -> Broken | None:
    """The first rule that these tags, in the order of their keys, break."""
    for reason, rule in _RULES:
        message = rule(tags)
        if message is not None:
            return Broken(reason, message)
    return None


def kind_of(tags: Tags) -> Kind:
    """Gauge if the tag `atlas.dstype` says so, else rate."""
    return Kind.GAUGE if tags.get(DSTYPE) == "gauge" else Kind.RATE


def with_tags(message: str, tags: Tags) -> str:
    """The sentence with the tags that it is about, as Atlas writes it."""
    return f"{message} (tags={orjson.dumps(dict(tags), option=orjson.OPT_SORT_KEYS).decode()})"


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _has_name(tags: Tags) -> str | None:
    return None if "name" in tags else "missing key 'name'"


def _key_length(tags: Tags) -> str | None:
    low, high = _KEY_LENGTH
    for key in tags:
        length = _length(key)
        if length > high:
            return f"key too long: [{key}] ({length} > {high})"
        if length < low:
            return f"key too short: [{key}] ({length} < {low})"
    return None


def _value_length(tags: Tags) -> str | None:
    for key, value in tags.items():
        low, high = _NAME_LENGTH if key == "name" else _VALUE_LENGTH
        length = _length(value)
        if length > high:
            return f"value too long: {key} = [{value}] ({length} > {high})"
        if length < low:
            return f"value too short: {key} = [{value}] ({length} < {low})"
    return None


def _characters(tags: Tags) -> str | None:
    for key, value in tags.items():
        if _LEGAL.fullmatch(key) is None:
            return f"invalid characters in key: [{key}] ({_LEGAL_TEXT} are allowed)"
        if _LEGAL.fullmatch(value) is None:
            return f"invalid characters in value: {key} = [{value}] ({_LEGAL_TEXT} are allowed)"
    return None


def _user_tags(tags: Tags) -> str | None:
    count = sum(not key.startswith(tuple(_RESERVED)) for key in tags)
    return f"too many user tags: {count} > {_USER_TAGS}" if count > _USER_TAGS else None


def _reserved(prefix: str) -> Callable[[Tags], str | None]:
    allowed = frozenset(prefix + key for key in _RESERVED[prefix])

    def rule(tags: Tags) -> str | None:
        for key in tags:
            if key.startswith(prefix) and key not in allowed:
                return f"invalid key for reserved prefix '{prefix}': {key}"
        return None

    return rule


def _stored_type(tags: Tags) -> str | None:
    dstype = tags.get(DSTYPE)
    if dstype not in _UNSTORED:
        return None
    return f"unsupported {DSTYPE}: {dstype} (send a rate per second as 'rate' or without {DSTYPE}, a value as 'gauge')"


_RULES: Final[tuple[tuple[str, Callable[[Tags], str | None]], ...]] = (
    ("missing_name", _has_name),
    ("key_length", _key_length),
    ("value_length", _value_length),
    ("characters", _characters),
    ("user_tags", _user_tags),
    ("reserved_prefix", _reserved("atlas.")),
    ("reserved_prefix", _reserved("nf.")),
    ("unsupported_type", _stored_type),
)
