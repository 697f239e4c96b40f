"""How an answer came about, as a tree for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vedette.query.look import Look


def explained(document: Mapping[str, Any], look: Look) -> str:
    return look.text(str(document))
