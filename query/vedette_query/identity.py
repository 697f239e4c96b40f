"""What a line is known by, whoever asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def line_id(tags: Mapping[str, str], query: str) -> str:
    """The SHA-1 of a line's tags and of the expression that it comes from, as Atlas computes it."""
    whole = {**tags, "atlas.query": query}
    text = ",".join(f"{key}={whole[key]}" for key in sorted(whole))
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
