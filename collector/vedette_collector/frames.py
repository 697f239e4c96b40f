"""A commit of the journal as bytes: a header with a checksum, then one Arrow IPC stream for each signal, series first.

    offset  size  meaning
    0       4     magic `VDJ1`
    4       4     CRC-32 of all that follows, padding included, u32 little endian
    8       24    length in bytes of the streams of series, samples and spans, 3 x u64 little endian
    32      32    zero
    64            the three streams, each padded with zeros to a multiple of 64 bytes

A commit is whole or it is nothing: a frame whose length or checksum is wrong was never acknowledged, unless a good
frame follows it, which means that the disk has changed what was written.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from vedette_collector.errors import JournalDamaged
from vedette_storage.columns import EMPTY_SAMPLES, EMPTY_SERIES, EMPTY_SPANS, Block

MAGIC: Final = b"VDJ1"
_HEADER: Final = struct.Struct("<4sI3Q32x")
_CHECKED_FROM: Final = 8
_ALIGN: Final = 64
_EMPTY: Final = (EMPTY_SERIES, EMPTY_SAMPLES, EMPTY_SPANS)


@dataclass(frozen=True)
class Scan:
    """What is in the bytes of a segment."""

    blocks: tuple[Block, ...]
    good_bytes: int
    """Where the good frames at the beginning end."""
    damaged: bool
    """A good frame follows a bad one."""


def encode(blocks: Sequence[Block]) -> list[memoryview]:
    """Several blocks as one frame, in pieces to be written one after the other."""
    streams = [
        _stream([block.series for block in blocks]),
        _stream([block.samples for block in blocks]),
        _stream([block.spans for block in blocks]),
    ]
    pieces = [piece for stream in streams for piece in (stream, bytes(-len(stream) % _ALIGN)) if len(piece)]
    header = _HEADER.pack(MAGIC, 0, *map(len, streams))
    crc = zlib.crc32(header[_CHECKED_FROM:])
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    header = _HEADER.pack(MAGIC, crc, *map(len, streams))
    return [memoryview(piece) for piece in (header, *pieces)]


def scan(data: bytes) -> Scan:
    """Read all good frames of a segment. Raises JournalDamaged if one is whole but is not Arrow."""
    view = memoryview(data)
    blocks: list[Block] = []
    at = _frames_from(view, 0, blocks)
    good_bytes, damaged = at, False
    while (at := data.find(MAGIC, at + 1)) >= 0:
        end = _frames_from(view, at, blocks)
        if end > at:
            damaged, at = True, end - 1
    return Scan(tuple(blocks), good_bytes, damaged)


def joined(blocks: Iterable[Block]) -> Block:
    """Blocks as one, in order, each table in one piece."""
    parts = list(blocks)
    return Block(
        series=_one([block.series for block in parts], EMPTY_SERIES),
        samples=_one([block.samples for block in parts], EMPTY_SAMPLES),
        spans=_one([block.spans for block in parts], EMPTY_SPANS),
    )


def _frames_from(view: memoryview, at: int, blocks: list[Block]) -> int:
    """Append the good frames from `at` on to `blocks`; where they end."""
    while (streams := _frame(view, at)) is not None:
        try:
            tables = [_table(*pair) for pair in zip(streams.parts, _EMPTY, strict=True)]
        except (pa.ArrowException, OSError) as error:
            raise JournalDamaged(f"The frame at byte {at} is not Arrow: {error}") from error
        blocks.append(Block(*tables))
        at = streams.end
    return at


@dataclass(frozen=True)
class _Streams:
    parts: tuple[memoryview, ...]
    end: int


def _frame(view: memoryview, at: int) -> _Streams | None:
    if len(view) - at < _HEADER.size:
        return None
    magic, crc, *lengths = _HEADER.unpack_from(view, at)
    end = at + _HEADER.size + sum(length + -length % _ALIGN for length in lengths)
    if magic != MAGIC or end > len(view) or zlib.crc32(view[at + _CHECKED_FROM : end]) != crc:
        return None
    return _Streams(tuple(_parts(view, at + _HEADER.size, lengths)), end)


def _parts(view: memoryview, at: int, lengths: Iterable[int]) -> Iterator[memoryview]:
    for length in lengths:
        yield view[at : at + length]
        at += length + -length % _ALIGN


def _stream(tables: Sequence[pa.Table]) -> pa.Buffer:
    filled = [table for table in tables if table.num_rows]
    if not filled:
        return pa.py_buffer(b"")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, filled[0].schema) as writer:
        for table in filled:
            writer.write_table(table)
    return sink.getvalue()


def _table(stream: memoryview, empty: pa.Table) -> pa.Table:
    if not len(stream):
        return empty
    table = pa.ipc.open_stream(pa.py_buffer(stream)).read_all()
    if not table.schema.equals(empty.schema):
        raise pa.ArrowInvalid(f"the columns {table.schema.names} of another release; this one has {empty.schema.names}")
    return table


def _one(tables: Sequence[pa.Table], empty: pa.Table) -> pa.Table:
    filled = [table for table in tables if table.num_rows]
    if not filled:
        return empty
    return pa.concat_tables(filled).combine_chunks()
