"""Atlas's publish: JSON of datapoints -> validated, on the grid, in columns.

Age is checked first, then the rules for tags (`rules`). A datapoint names no process, so its source is 0 and the last
value of a series in a step wins, as in Atlas.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import orjson
import pyarrow as pa

from vedette_collector import grid, rules
from vedette_collector.accepted import Accepted, Refusals
from vedette_collector.errors import Malformed, UnsupportedMedia
from vedette_collector.known import Known, Mark, Registration, series_table
from vedette_collector.payload import Payload, parse
from vedette_collector.remembered import Remembered
from vedette_collector.settings import Settings
from vedette_collector.weight import check_json
from vedette_storage.columns import Block
from vedette_storage.series import Kind, Series, series_id

SOURCE: Final = 0
_SMILE: Final = "application/x-jackson-smile"


class PublishReceiver:
    """Turns bodies of `POST /api/v1/publish` into blocks. Any thread may call it."""

    def __init__(self, settings: Settings, registration: Registration) -> None:
        self._settings = settings
        self._registration = registration
        self._known: Remembered[bytes, Known] = Remembered(settings.known_series)

    def check_type(self, content_type: str) -> None:
        """Raises UnsupportedMedia for smile; any other type is read as JSON, as Atlas does."""
        if content_type == _SMILE:
            raise UnsupportedMedia("This collector reads publish bodies as JSON, not as smile; send application/json.")

    def receive(self, body: bytes | memoryview, now_ms: int) -> Accepted:
        """Decode one body. Raises Malformed when nothing of it can be read, TooLarge when it becomes too much."""
        check_json(body, self._settings.max_decoded)
        payload = parse(body)
        if not payload.tags:
            raise Malformed("empty payload")
        refused = self._check_age(payload, now_ms)
        found = self._find(payload, refused)
        refusals = Refusals()
        for i in sorted(refused):
            refusals.add(refused[i].reason, partial(_sentence, refused[i], payload, i))
        kept = [known for known in found if known is not None]
        generation = self._registration.generation
        due = self._due(payload, found, now_ms)
        return Accepted(
            Block(
                series=series_table([series for series, _ in due.values()], list(due), now_ms),
                samples=self._samples(payload, found, kept),
            ),
            count=len(kept),
            refusals=refusals,
            on_durable=lambda: self._registration.done((mark for _, mark in due.values()), now_ms, generation),
        )

    def _check_age(self, payload: Payload, now_ms: int) -> dict[int, rules.Broken]:
        """Which datapoints are too old, or more than a step ahead of the clock."""
        stamps, limit = payload.timestamps, self._settings.max_age_ms
        bad = (stamps < now_ms - limit) | (stamps > now_ms + self._settings.step_ms)
        return {int(i): _age(now_ms, int(stamps[i]), limit) for i in np.flatnonzero(bad)}

    def _find(self, payload: Payload, refused: dict[int, rules.Broken]) -> list[Known | None]:
        """The series of each datapoint, None where it is refused; adds to `refused` what breaks a rule."""
        prefix = orjson.dumps(payload.common) if payload.common else b""
        keys = [prefix + key for key in map(orjson.dumps, payload.tags)]
        found = self._known.get_all(keys)
        if None in found:
            for i, known in enumerate(found):
                if known is None and i not in refused:
                    found[i] = self._meet(keys[i], payload.merged(i), i, refused)
        for i in refused:
            found[i] = None
        return found

    def _meet(self, key: bytes, tags: dict[str, str], i: int, refused: dict[int, rules.Broken]) -> Known | None:
        if (known := self._known.get(key)) is not None:  # met a few rows earlier in this body
            return known
        if (broken := rules.check(tags)) is not None:
            refused[i] = broken
            return None
        name = tags.pop("name")
        kind = rules.kind_of(tags)
        known = Known(series_id(name, tags, kind), name, kind is Kind.GAUGE, Mark())
        self._known.add(key, known)
        return known

    def _due(self, payload: Payload, found: list[Known | None], now_ms: int) -> dict[int, tuple[Series, Mark]]:
        due: dict[int, tuple[Series, Mark]] = {}
        for i, known in enumerate(found):
            if known is not None and self._registration.due(known.mark, now_ms) and known.id not in due:
                tags = payload.merged(i)
                due[known.id] = Series(tags.pop("name"), tags, rules.kind_of(tags)), known.mark
        return due

    def _samples(self, payload: Payload, found: list[Known | None], kept: list[Known]) -> pa.Table:
        stamps, values = payload.timestamps, payload.values
        if len(kept) != len(found):
            mask = np.fromiter((known is not None for known in found), dtype=np.bool_, count=len(found))
            stamps, values = stamps[mask], values[mask]
        ids = np.array([known.id for known in kept], dtype=np.uint64)
        names = pa.array([known.name for known in kept], pa.string())
        ends = grid.step_end(stamps, self._settings.step_ms)
        present = ~np.isnan(values)
        if not present.all():
            ids, ends, values, names = ids[present], ends[present], values[present], names.filter(pa.array(present))
        gauges = np.array([known.gauge for known in kept], dtype=np.bool_)[present]
        settled = grid.one_per_step(ids, ends, values, gauges)
        if settled is not None:
            rows, values = settled
            ids, ends, names = ids[rows], ends[rows], names.take(pa.array(rows))
        return grid.samples(names, ids, ends, SOURCE, values)


def _age(now_ms: int, stamp: int, limit: int) -> rules.Broken:
    if stamp > now_ms:
        return rules.Broken("from_future", f"data is from future: now = {now_ms}, timestamp = {stamp}")
    age = now_ms - stamp
    return rules.Broken("too_old", f"data is too old: now = {now_ms}, timestamp = {stamp}, {age} > {limit}")


def _sentence(broken: rules.Broken, payload: Payload, i: int) -> str:
    return rules.with_tags(broken.message, payload.merged(i))
