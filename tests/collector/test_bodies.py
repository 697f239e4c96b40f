from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collector.client import Client
from tests.collector.conftest import NOW
from vedette_collector import bodies
from vedette_collector.errors import Malformed, Overloaded, TooLarge
from vedette_collector.settings import Settings

LIMIT = 1 << 20
GOOD = orjson.dumps({"metrics": [{"tags": {"name": "a.b"}, "timestamp": NOW, "value": 1.0}]})


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def two_members(data: bytes) -> bytes:
    return gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :])


ENCODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("gzip", two_members),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("identity", bytes),
    ("", bytes),
]


@pytest.mark.parametrize(("encoding", "encode"), ENCODINGS)
@given(data=st.binary(max_size=10_000))
def test_what_was_encoded_comes_back(encoding: str, encode: Callable[[bytes], bytes], data: bytes) -> None:
    assert bytes(bodies.inflate(encode(data), encoding, LIMIT)) == data


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@given(data=st.binary(max_size=300))
def test_bytes_that_are_not_what_they_say_are_malformed_or_something_small(encoding: str, data: bytes) -> None:
    with suppress(Malformed):
        assert len(bodies.inflate(data, encoding, LIMIT)) <= LIMIT


@pytest.mark.parametrize("cut", [1, 4, 8, 12, 30])
def test_a_cut_or_changed_gzip_is_malformed(cut: int) -> None:
    whole = gzip.compress(b"hello, world " * 50)
    with pytest.raises(Malformed):
        bodies.inflate(whole[:-cut], "gzip", LIMIT)
    with pytest.raises(Malformed):
        bodies.inflate(whole[:-6] + b"\xff" + whole[-5:], "gzip", LIMIT)


@pytest.mark.parametrize(("encoding", "encode"), [each for each in ENCODINGS if each[0] in ("gzip", "deflate")])
def test_a_bomb_costs_no_more_than_the_limit(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    bomb = encode(bytes(50 * LIMIT))
    lying = bomb[:-4] + (1000).to_bytes(4, "little") if encoding == "gzip" else bomb
    tracemalloc.start()
    try:
        for body in (bomb, lying):
            with pytest.raises(TooLarge, match=f"more than {LIMIT} bytes once inflated"):
                bodies.inflate(body, encoding, LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 4 * LIMIT
    finally:
        tracemalloc.stop()


def test_exactly_the_limit_fits() -> None:
    assert len(bodies.inflate(gzip.compress(bytes(LIMIT)), "gzip", LIMIT)) == LIMIT
    assert len(bodies.inflate(zlib.compress(bytes(LIMIT)), "deflate", LIMIT)) == LIMIT


TYPES: Final = {
    "/api/v1/publish": "application/json",
    "/api/v1/batch": "application/vnd.vedette.batch",
    "/v1/traces": "application/json",
}


@pytest.mark.parametrize("path", TYPES)
class TestThroughTheApplication:
    def headers(self, path: str, encoding: str) -> dict[str, str]:
        return {"Content-Type": TYPES[path], "Content-Encoding": encoding}

    def test_an_unknown_encoding_is_a_415_that_names_the_known_ones(self, client: Client, path: str) -> None:
        answer = client.post(path, GOOD, self.headers(path, "br"))
        assert answer.status_code == 415
        assert "gzip, deflate or identity; found Content-Encoding br" in answer.json()["message"]

    def test_wrong_gzip_is_a_400(self, client: Client, path: str) -> None:
        answer = client.post(path, b"this is not gzip", self.headers(path, "gzip"))
        assert answer.status_code == 400
        assert answer.json()["message"] == "The body is not gzip, which its Content-Encoding says."

    def test_a_bomb_is_a_413(self, client: Client, path: str, settings: Settings) -> None:
        body = gzip.compress(bytes(settings.max_inflated + 1), 1)
        assert len(body) < settings.max_body
        assert client.post(path, body, self.headers(path, "gzip")).status_code == 413

    def test_a_body_that_says_it_is_too_large_is_refused_unread(
        self, client: Client, path: str, settings: Settings
    ) -> None:
        read = False

        async def body() -> AsyncIterator[bytes]:
            nonlocal read
            read = True
            yield b"x"

        told = {**self.headers(path, "identity"), "Content-Length": str(settings.max_body + 1)}
        answer = client.post(path, body(), told)
        assert answer.status_code == 413
        assert not read
        assert str(settings.max_body) in answer.json()["message"]

    def test_a_body_that_does_not_say_so_is_refused_at_the_limit(
        self, client: Client, path: str, settings: Settings
    ) -> None:
        read = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal read
            while True:
                read += 1 << 20
                yield bytes(1 << 20)

        assert client.post(path, endless(), self.headers(path, "")).status_code == 413
        assert read <= settings.max_body + (1 << 20)

    def test_a_body_that_does_not_come_is_a_408(self, client: Client, path: str) -> None:
        async def stuck() -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.sleep(60)

        answer = client.post(path, stuck(), self.headers(path, ""))
        assert answer.status_code == 408


def test_as_many_requests_as_set_and_no_more() -> None:
    admission = bodies.Admission(Settings(max_requests=2, max_waiting_bytes=100))
    with admission.enter() as first, admission.enter():
        first.hold(60)
        with pytest.raises(Overloaded), admission.enter():
            pass
    with admission.enter() as again:  # what was held is free again
        again.hold(100)
        with pytest.raises(Overloaded, match="100 bytes are waiting"):
            again.hold(1)
    with admission.enter() as last:
        last.hold(100)
