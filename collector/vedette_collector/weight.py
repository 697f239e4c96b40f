"""How much memory a body may take once it is objects: a bound from counting a few of its bytes, before it is parsed.

Two bytes of JSON can become an object of 64 bytes, and two bytes of protobuf a span of 170 (measured), so that a body
of a permitted size could be several gigabytes of them. Small bodies are not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from vedette_collector.errors import TooLarge

_UNSEEN: Final = 1 << 20
_MIB: Final = 1 << 20

_JSON: Final = {ord("{"): 232, ord("["): 88, ord(","): 64, ord(":"): 64}
"""Bytes of memory for what begins at each: a small dict, a list, and a short text or number."""

_SPAN: Final = 170
_OTHER_MESSAGE: Final = 90
_OVERLONG: Final = 0x80
_PROTOBUF: Final = {
    byte: memory
    for tag, memory in {
        0x0A: _OTHER_MESSAGE,  # field 1: a resource's spans, an attribute, a value
        0x12: _SPAN,  # field 2: a span, a scope's spans, the value of an attribute
        0x4A: _OTHER_MESSAGE,  # field 9: an attribute of a span
        0x5A: _OTHER_MESSAGE,  # field 11: an event
        0x6A: _OTHER_MESSAGE,  # field 13: a link
    }.items()
    for byte in (tag, tag | _OVERLONG)  # a tag may be spelt with more bytes than it needs
}
"""Bytes of memory for the message that may begin at each byte that can be its tag."""


def check_json(body: bytes | memoryview, limit: int) -> None:
    """Raise TooLarge if the objects that JSON spells could take more memory than `limit`."""
    _check(body, _JSON, limit)


def check_protobuf(body: bytes | memoryview, limit: int) -> None:
    """Raise TooLarge if the messages of OTLP traces that a body spells could take more memory than `limit`."""
    _check(body, _PROTOBUF, limit)


def _check(body: bytes | memoryview, costs: Mapping[int, int], limit: int) -> None:
    if len(body) <= _UNSEEN:
        return
    seen = np.frombuffer(body, dtype=np.uint8)
    memory = len(body) + sum(cost * int(np.count_nonzero(seen == byte)) for byte, cost in costs.items())
    if memory > limit:
        raise TooLarge(
            f"The body could take {memory // _MIB} MiB of memory once decoded; at most {limit // _MIB} MiB fit:"
            " send it in several requests."
        )
