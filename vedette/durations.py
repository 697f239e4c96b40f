"""Lengths of time and sizes as people type them: `10s`, `1d`, `250ms`; `256MiB`."""

from __future__ import annotations

import re
from typing import Final

_MILLISECONDS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_BYTES: Final = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


def parse_duration(text: str) -> int:
    """Milliseconds of a length such as `10s`. Raises ValueError with one sentence when it is none, or is zero."""
    return _parse(text, _MILLISECONDS, "a length of time such as 10s, 5m, 6h or 1d")


def parse_size(text: str) -> int:
    """Bytes of a size such as `256MiB`. Raises ValueError with one sentence when it is none, or is zero."""
    return _parse(text, _BYTES, "a size such as 64KiB, 256MiB or 2GiB")


def print_duration(ms: int) -> str:
    """The shortest exact text: 90_000 -> `90s`, 3_600_000 -> `1h`."""
    for unit in ("d", "h", "m", "s"):
        if ms % _MILLISECONDS[unit] == 0:
            return f"{ms // _MILLISECONDS[unit]}{unit}"
    return f"{ms}ms"


def _parse(text: str, units: dict[str, int], wanted: str) -> int:
    found = re.fullmatch(r"(\d{1,15})([A-Za-z]+)", text.strip())
    if found is None or found[2] not in units:
        raise ValueError(f"'{text}' is not {wanted}.")
    value = int(found[1]) * units[found[2]]
    if value == 0:
        raise ValueError(f"'{text}' is zero; it should be {wanted}.")
    return value
