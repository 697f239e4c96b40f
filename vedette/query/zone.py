"""The time zone of this machine by its IANA name, as the person at the terminal thinks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LINK: Final = Path("/etc/localtime")
_FILE: Final = Path("/etc/timezone")


def machine_zone(environment: Mapping[str, str] = os.environ, link: Path = _LINK, file: Path = _FILE) -> str:
    """The name that TZ, the link /etc/localtime or the file /etc/timezone gives, in this order; UTC when none does."""
    for name in (environment.get("TZ", "").removeprefix(":"), _linked(link), _written(file)):
        if name and known(name):
            return name
    return "UTC"


def known(name: str) -> bool:
    """Whether there is a zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _linked(link: Path) -> str:
    try:
        return str(link.readlink()).partition("zoneinfo/")[2]
    except OSError:
        return ""


def _written(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
