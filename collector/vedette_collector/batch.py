"""Our agent's batch: one step of one process -> in columns, without work per sample for a series table that is known.

A table is remembered under the hash of its bytes as arrays of ids, names and kinds. What must be the same for the whole
batch (step, clock) is refused whole; a series that storage could not hold costs only itself.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pyarrow as pa

from vedette_agent import wire
from vedette_collector import grid
from vedette_collector.accepted import Accepted, Refusals
from vedette_collector.errors import Malformed, TooLarge, UnsupportedMedia
from vedette_collector.known import Registration
from vedette_collector.settings import Settings
from vedette_collector.tables import Table, Tables
from vedette_storage.columns import EMPTY_SERIES, Block


class BatchReceiver:
    """Turns bodies of `POST /api/v1/batch` into blocks. Any thread may call it."""

    def __init__(self, settings: Settings, registration: Registration) -> None:
        self._settings = settings
        self._registration = registration
        self._tables = Tables(settings.table_bytes, settings.max_decoded)

    def check_type(self, content_type: str) -> None:
        """Raises UnsupportedMedia for anything but the agent's own content type."""
        if content_type != wire.CONTENT_TYPE:
            raise UnsupportedMedia(
                f"This address reads {wire.CONTENT_TYPE}, found {content_type or 'no content type'};"
                " Atlas JSON goes to /api/v1/publish."
            )

    def receive(self, body: bytes | memoryview, now_ms: int) -> Accepted:
        """Decode one body. Raises Malformed or TooLarge when the batch as a whole cannot be stored."""
        try:
            batch = wire.decode(body)
            table = self._tables.find(batch.table)
        except wire.WireError as error:
            raise Malformed(str(error)) from error
        if len(batch.values) != table.ids.size:
            raise Malformed(f"The batch has {len(batch.values)} values for {table.ids.size} series.")
        steps = self._steps(batch, now_ms)
        refusals = Refusals()
        for refused in table.refused:
            refusals.add(refused.reason, partial(str, refused.message))
        generation = self._registration.generation
        due = self._registration.due(table.mark, now_ms)
        return Accepted(
            Block(
                series=self._tables.series(batch.table, now_ms) if due else EMPTY_SERIES,
                samples=_samples(batch, table, steps),
            ),
            count=table.ids.size - len(table.refused),
            refusals=refusals,
            on_durable=lambda: self._registration.done((table.mark,) if due else (), now_ms, generation),
        )

    def _steps(self, batch: wire.Batch, now_ms: int) -> grid.Times:
        """The steps of the store that the batch covers."""
        limits, step = self._settings, self._settings.step_ms
        if batch.step_ms % step:
            raise Malformed(
                f"A batch with a step of {batch.step_ms} ms was sent; this store's step is {step} ms:"
                f" send {step} ms or a multiple of it."
            )
        age = now_ms - batch.ts_ms
        if age > limits.max_age_ms:
            raise Malformed(f"data is too old: now = {now_ms}, timestamp = {batch.ts_ms}, {age} > {limits.max_age_ms}")
        if -age > limits.max_future_ms:
            raise Malformed(f"data is from future: now = {now_ms}, timestamp = {batch.ts_ms}")
        rows = len(batch.values) * (batch.step_ms // step)
        if rows > limits.max_rows or batch.step_ms > limits.max_age_ms:
            raise TooLarge(
                f"A batch of {len(batch.values)} series over {batch.step_ms // step} steps of the store is {rows}"
                f" samples; at most {limits.max_rows} samples over {limits.max_age_ms // step} steps fit."
            )
        return grid.covered_steps(batch.ts_ms, batch.step_ms, step)


def _samples(batch: wire.Batch, table: Table, steps: grid.Times) -> pa.Table:
    values = np.frombuffer(batch.values, dtype=np.float64)
    present = ~np.isnan(values)
    if table.refused:
        present &= table.stored
    ids, names, gauges = table.ids, table.names, table.gauges
    if not present.all():
        ids, names, gauges, values = ids[present], names.filter(pa.array(present)), gauges[present], values[present]
    if table.repeats:
        settled = grid.one_per_step(ids, np.zeros(ids.size, dtype=np.int64), values, gauges)
        if settled is not None:
            rows, values = settled
            ids, names = ids[rows], names.take(pa.array(rows))
    if steps.size > 1:
        rows = np.tile(np.arange(ids.size), steps.size)
        steps, ids, values, names = np.repeat(steps, ids.size), ids[rows], values[rows], names.take(pa.array(rows))
    else:
        steps = np.full(ids.size, steps[0], dtype=np.int64)
    return grid.samples(names, ids, steps, batch.src, values)
