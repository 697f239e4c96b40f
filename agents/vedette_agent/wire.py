"""The wire format of the agent: one step of many series, as bytes. This file is its only definition.

    offset  size   meaning
    0       4      magic `VDTB`
    4       1      version, 1
    5       3      reserved: written as zero, not read
    8       4      h, length of the head, u32 little endian
    12      4      t, length of the series table, u32 little endian
    16      h      head, JSON: {"step": ms, "ts": ms, "src": u32, "seq": int, "count": n}
    16+h    t      series table, JSON: {"common": {key: value}, "series": [["r", {"name": ..., key: value}], ...]}
    16+h+t  8n     n float64 values, little endian, in the order of the table; NaN is "nothing this step"

The table of a process seldom changes, so a reader keeps what it made of it under the hash of its bytes; `decode`
therefore does not look into the table, and does no work per value. The body travels gzip'ed under HTTP's
Content-Encoding.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

CONTENT_TYPE: Final = "application/vnd.vedette.batch"
MAGIC: Final = b"VDTB"
VERSION: Final = 1

RATE: Final = "r"
"""Kind of a value per second; the sum over (value x step in seconds) is the count."""
GAUGE: Final = "g"
"""Kind of a value that holds at the end of the step, or is the largest of it."""

_FRAME: Final = struct.Struct("<4sB3xII")
_KINDS: Final = frozenset((RATE, GAUGE))
_LONGEST_HEAD: Final = 4_096
_U32: Final = 0xFFFF_FFFF
_I64: Final = 0x7FFF_FFFF_FFFF_FFFF


class WireError(ValueError):
    """The bytes are not a batch, or the batch cannot be written as bytes; the message says why."""


@dataclass(frozen=True)
class Batch:
    """One step of one process."""

    step_ms: int
    """Length of the step, milliseconds, positive."""
    ts_ms: int
    """End of the step, milliseconds since the epoch; it names the step."""
    src: int
    """Which process speaks: a hash of its identity, 32 bits. A repeated (src, ts) replaces, another src adds."""
    seq: int
    """Number of the batch in the life of its process, from 0."""
    table: bytes
    """The series table as sent; see `parse_table`."""
    values: array[float]
    """One float64 for each series of the table; NaN is "nothing this step"."""


class TableSeries(NamedTuple):
    """One row of a series table, with the common tags merged in."""

    kind: str
    """`RATE` or `GAUGE`."""
    name: str
    tags: dict[str, str]
    """All tags but the name."""


def series_table(common: Mapping[str, str], series: Iterable[tuple[str, str, Mapping[str, str]]]) -> bytes:
    """Write a series table from the common tags and rows of (kind, name, own tags)."""
    rows = [[kind, dict(tags, name=name)] for kind, name, tags in series]
    return json.dumps({"common": dict(common), "series": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def encode(batch: Batch) -> bytes:
    """Write a batch as bytes. Raises WireError when a number of its head is out of range."""
    _check("step", batch.step_ms, 1, _I64)
    _check("ts", batch.ts_ms, 0, _I64)
    _check("src", batch.src, 0, _U32)
    _check("seq", batch.seq, 0, _I64)
    facts = {"step": batch.step_ms, "ts": batch.ts_ms, "src": batch.src, "seq": batch.seq, "count": len(batch.values)}
    head = json.dumps(facts, separators=(",", ":")).encode()
    frame = _FRAME.pack(MAGIC, VERSION, len(head), len(batch.table))
    return b"".join((frame, head, batch.table, _little(batch.values).tobytes()))


def decode(body: bytes | bytearray | memoryview) -> Batch:
    """Read a batch. Its cost does not depend on what is in the table, and there is no Python work per value.

    Raises WireError for anything that is not exactly one batch.
    """
    view = memoryview(body)
    if len(view) < _FRAME.size:
        raise WireError(f"A batch has at least {_FRAME.size} bytes; this body has {len(view)}.")
    magic, version, head_length, table_length = _FRAME.unpack_from(view)
    if magic != MAGIC:
        raise WireError(f"A batch begins with {MAGIC!r}; this body begins with {magic!r}.")
    if version != VERSION:
        raise WireError(f"This reader knows version {VERSION} of the batch format; the body is version {version}.")
    if head_length > _LONGEST_HEAD:
        raise WireError(f"The head of a batch has at most {_LONGEST_HEAD} bytes; this one says {head_length}.")
    table_at = _FRAME.size + head_length
    values_at = table_at + table_length
    if values_at > len(view):
        raise WireError(f"Head and table should end at byte {values_at}; the body has only {len(view)} bytes.")
    head = _json(bytes(view[_FRAME.size : table_at]), "head")
    if not isinstance(head, dict):
        raise WireError("The head of a batch is a JSON object.")
    count = _check("count", head.get("count"), 0, _U32)
    if len(view) - values_at != 8 * count:
        raise WireError(f"The head promises {count} values of 8 bytes; {len(view) - values_at} bytes follow the table.")
    values = array("d")
    values.frombytes(view[values_at:])
    return Batch(
        step_ms=_check("step", head.get("step"), 1, _I64),
        ts_ms=_check("ts", head.get("ts"), 0, _I64),
        src=_check("src", head.get("src"), 0, _U32),
        seq=_check("seq", head.get("seq"), 0, _I64),
        table=bytes(view[table_at:values_at]),
        values=_little(values),
    )


def parse_table(table: bytes) -> list[TableSeries]:
    """Read a series table; a series' own tag wins over a common tag of the same key. Raises WireError.

    Whether the number of series is that of the values is for the caller to compare.
    """
    content = _json(table, "series table")
    if not isinstance(content, dict):
        raise WireError("The series table is a JSON object.")
    common = _texts(content.get("common"), "The common tags")
    rows = content.get("series")
    if not isinstance(rows, list):
        raise WireError("The series table holds a list named `series`.")
    if "name" in common:
        raise WireError("The common tags hold a `name`, which belongs to each series.")
    return [_row(row, number, common) for number, row in enumerate(rows)]


def _row(row: object, number: int, common: dict[str, str]) -> TableSeries:
    match row:
        case [str(kind), {"name": str(name), **own}] if kind in _KINDS:
            _texts({"name": name}, f"Series {number}")
            return TableSeries(kind, name, {**common, **_texts(own, f"The tags of series {number}")})
    raise WireError(f'Series {number} of the table is not ["r" or "g", {{"name": text, ...}}].')


def _texts(value: object, what: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise WireError(f"{what} are not an object of texts.")
    try:
        "".join(text for pair in value.items() for text in pair).encode()
    except UnicodeEncodeError as error:  # JSON can spell half of a surrogate pair; UTF-8 cannot
        raise WireError(f"{what} hold text that is not Unicode.") from error
    return value


def _json(raw: bytes, what: str) -> object:
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise WireError(f"The {what} of the batch is not JSON.") from error
    return value


def _check(name: str, value: object, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:  # bool is an int to isinstance
        raise WireError(f"`{name}` of a batch is a whole number from {low} to {high}; found {value!r}.")
    return value


def _little(values: Sequence[float]) -> array[float]:
    """The values with their bytes in little-endian order, or back: the same array on nearly every machine."""
    if sys.byteorder == "little" and isinstance(values, array):
        return values
    swapped = array("d", values)
    if sys.byteorder == "big":
        swapped.byteswap()
    return swapped
