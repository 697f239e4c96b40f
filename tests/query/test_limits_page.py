"""The page about limits says what the settings are."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from vedette_query.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "limits.md"


def test_every_limit_is_on_the_page_with_its_default() -> None:
    rows = re.findall(r"^\| `(max_\w+)` \|[^|]*\| ([\d,]+)( MiB)? \|", PAGE.read_text(), re.MULTILINE)
    told = {name: int(number.replace(",", "")) << (20 if unit else 0) for name, number, unit in rows}
    settings = Settings()
    limits = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name.startswith("max_")}
    assert told == limits


def test_the_pool_is_on_the_page() -> None:
    settings = Settings()
    assert f"`threads` ({settings.threads})" in PAGE.read_text()
    assert f"`waiting` ({settings.waiting})" in PAGE.read_text()
