"""The recorded cases of Spectator: what the original code gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_PATH: Final = Path(__file__).parents[1] / "data" / "conformance" / "spectator_cases.json"


def cases(*keys: str) -> Any:
    """The part of the file under these keys."""
    part = json.loads(_PATH.read_text())
    for key in keys:
        part = part[key]
    return part
