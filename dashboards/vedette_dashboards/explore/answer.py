"""What the page shows for its expressions: the figure, the legend, and what is wrong with which expression."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vedette_dashboards import format, pulse
from vedette_dashboards.client import Client, region_query
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.explore import drawing
from vedette_dashboards.explore.legend import legend
from vedette_dashboards.explore.plot import axis_units, plot
from vedette_dashboards.explore.share import Asked, addresses, parameters

MOST = 100
"""Lines in the graph and the table; beyond, a browser is slow and a reader lost."""

_NAME = re.compile(r"^[A-Z]\w+: (?:requirement failed: )?")  # the kind of error, which Atlas puts before the sentence


@dataclass(frozen=True)
class Row:
    """What is known of one expression: what is wrong with it, and the queries of its results."""

    error: str | None
    queries: tuple[str, ...]


class Answerer:
    """Answers the page."""

    def __init__(self, client: Client, shown_api: str) -> None:
        self._client = client
        self._api = shown_api

    async def answer(self, asked: Asked) -> dict[str, Any]:
        """The page's document. Raises ApiAway.

        An expression that is refused costs only itself: `errors` names what is wrong, row by row, and the others are
        drawn. What no single one is to blame for is `refused`.
        """
        try:
            parts = await self._client.chart(parameters(asked, "v2.json"))
        except (Refused, NotFound) as reason:
            return await self._without_the_refused(asked, _sentence(reason))
        return await self._document(asked, parts, [None] * len(asked.rows), None)

    async def _without_the_refused(self, asked: Asked, reason: str) -> dict[str, Any]:
        errors = await self._blame(asked, reason)
        good = tuple(row for row, error in zip(asked.rows, errors, strict=True) if error is None)
        if not good or len(good) == len(asked.rows):
            return self._nothing(asked, errors, reason if not any(errors) else None)
        try:
            parts = await self._client.chart(parameters(replace(asked, rows=good), "v2.json"))
        except (Refused, NotFound) as second:
            return self._nothing(asked, errors, _sentence(second))
        return await self._document(asked, parts, errors, None)

    async def _blame(self, asked: Asked, reason: str) -> list[str | None]:
        """What is wrong with each expression, by itself."""
        if len(asked.rows) == 1:
            return [reason]
        return list(await asyncio.gather(*(self._fault(replace(asked, rows=(text,))) for text in asked.rows)))

    async def _fault(self, asked: Asked) -> str | None:
        """What is wrong with one expression: it cannot be read, or what it asks for is refused."""
        row = await self._row(asked, asked.q)
        if row.error:
            return row.error
        try:
            await self._client.chart(parameters(asked, "v2.json"))
        except (Refused, NotFound) as reason:
            return _sentence(reason)
        return None

    async def _row(self, asked: Asked, text: str) -> Row:
        common = region_query(asked.view.region) if asked.view.region else None
        try:
            found = await self._client.form(text, common)
        except (Refused, NotFound) as reason:
            return Row(_sentence(reason), ())
        return Row(found.get("error"), tuple(map(str, found.get("queries") or ())))

    async def _document(
        self, asked: Asked, parts: Sequence[Mapping[str, Any]], errors: list[str | None], refused: str | None
    ) -> dict[str, Any]:
        rows: list[tuple[str, ...]] = []
        if len(asked.rows) > 1:
            rows = [row.queries for row in await asyncio.gather(*(self._row(asked, text) for text in asked.rows))]
        try:
            drawn = drawing.read(parts, MOST)
        except (KeyError, TypeError, ValueError) as error:
            text = "the graph API gave an answer that cannot be read; is it a Vedette of another version?"
            raise ApiAway(text) from error
        units = axis_units(drawn)
        newest = drawn.newest_ms
        return {
            **self._nothing(asked, errors, refused),
            "figure": plot(drawn, tz=asked.tz, revision=_revision(asked), units=units) if newest is not None else None,
            "lines": legend(drawn, units, rows),
            "total": drawn.total,
            "step": format.period(drawn.step_ms / 1000),
            "said": [*drawn.notices, *drawn.messages],
            "newest": newest,
            "age": None if newest is None else max(0.0, (pulse.now_ms() - newest) / 1000),
        }

    def _nothing(self, asked: Asked, errors: list[str | None], refused: str | None) -> dict[str, Any]:
        return {
            "figure": None, "lines": [], "total": 0, "step": "", "said": [], "errors": errors, "refused": refused,
            "newest": None, "age": None, "now": pulse.now_ms(), "share": addresses(self._api, asked),
        }  # fmt: skip


def _revision(asked: Asked) -> str:
    return f"{asked.view.s} {asked.view.e} {asked.tz}"


def _sentence(reason: Exception) -> str:
    return _NAME.sub("", str(reason))
