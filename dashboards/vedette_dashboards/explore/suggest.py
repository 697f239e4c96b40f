"""What can be filled into a form: names, keys and values that are there; and examples for a page with nothing on it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from vedette_dashboards import lines, questions
from vedette_dashboards.client import Client
from vedette_dashboards.errors import NotFound, Refused
from vedette_dashboards.view import View

MOST = 200
_USUAL_KEYS = ("app", "nf.app", "job", "region", "node")


async def suggest(client: Client, key: str | None, written: str, where: Mapping[str, Any]) -> list[str]:
    """The keys (`key` None), or the values of a key, that hold the written text, of the series that match `where`.

    `where` are the other conditions of the form. What begins with the text comes first. Raises ApiAway.
    """
    conditions: list[Mapping[str, Any]] = [where] if where else []
    if key and written:
        conditions.append({"key": key, "operator": "contains", "values": [written]})
    elif key:
        conditions.append({"key": key, "operator": "has", "values": []})
    try:
        built = await client.build({"where": {"join": "all", "parts": conditions}})
        found = await client.tags(key, str(built["query"]))
    except (Refused, NotFound):
        return []  # a half-written condition: nothing to suggest
    low = written.lower()
    kept = [text for text in found if low in text.lower()]
    return sorted(kept, key=lambda text: (not text.lower().startswith(low), text))[:MOST]


async def examples(client: Client, most: int = 5) -> list[dict[str, str]]:
    """Expressions that show something of what is stored, the usual ones first: `text` and `q`. Raises ApiAway."""
    counted = await client.counted("name")
    usual = [{"text": text, "q": q} for text, q in questions.EXAMPLES]
    there = await asyncio.gather(*(_there(client, one["q"]) for one in usual)) if counted else []
    found = [one for one, matches in zip(usual, there, strict=False) if matches]
    more = _most_interesting(counted)[: max(0, most - len(found))]
    return [*found, *await asyncio.gather(*(_example(client, name) for name in more))][:most]


async def _there(client: Client, q: str) -> bool:
    """Whether an expression has anything to show of the last hour."""
    try:
        return lines.newest(await client.graph(q, View(s="e-1h"), width=60)) is not None
    except (Refused, NotFound):
        return False


async def _example(client: Client, name: str) -> dict[str, str]:
    """One name, by the first of the usual keys that its series have."""
    query = f"name,{questions.escape(name)},:eq"
    keys = await client.tags(None, query)
    by = next((key for key in _USUAL_KEYS if key in keys), "")
    plain = f"{query},:sum"
    if not by:
        return {"text": name, "q": plain}
    return {"text": f"{name}, by {by}", "q": f"{plain},(,{questions.escape(by)},),:by"}


def _most_interesting(counted: Sequence[tuple[str, float]]) -> list[str]:
    """Names of many series first; what the platform says of itself last."""
    order = sorted(counted, key=lambda pair: (pair[0].startswith("vedette"), -pair[1], pair[0]))
    return [name for name, _ in order]
