"""A ClickHouse server in miniature: the HTTP interface over an embedded engine, for tests of the network path.

It does what clickhouse-connect asks of a server (queries, parameters, settings, inserts, error codes) and nothing
else: answers are not streamed, there are no sessions and no users. Run as `python -m tests.support.clickhouse_front
DIRECTORY PORT`; in tests use `Front`, which starts and kills such a process.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import lz4.frame
from aiohttp import web
from chdb.state import sqlitelike

# What clickhouse-connect sends to the transport, not to the engine.
_TRANSPORT: Final = frozenset(
    {
        *("query", "database", "query_id", "session_id", "client_protocol_version", "wait_end_of_query", "role"),
        *("send_progress_in_http_headers", "http_headers_progress_interval_ms", "enable_http_compression"),
        *("buffer_size", "quota_key", "user", "password", "default_format", "compress", "decompress"),
    }
)
_INSERT: Final = re.compile(r"^\s*INSERT\s+INTO\b(?P<into>.*?)\bFORMAT\s+(?P<format>\w+)\s*$", re.I | re.S)
_INSERT_HEAD: Final = re.compile(rb"^\s*INSERT\s+INTO\b.*?\bFORMAT\s+\w+[ \t]*\r?\n", re.I | re.S)
_FORMAT: Final = re.compile(r"\bFORMAT\s+(\w+)(?P<settings>\s+SETTINGS\s[^;]*)?;?\s*$", re.I)
_CODE: Final = re.compile(r"Code: (\d+)")
_LZ4_MAGIC: Final = b"\x04\x22\x4d\x18"


@dataclass(frozen=True)
class Request:
    """One statement as the client sent it. `data` is what an INSERT brings."""

    sql: str
    data: bytes
    parameters: Mapping[str, str]
    settings: frozenset[tuple[str, str]]
    database: str
    format: str

    @classmethod
    async def read(cls, request: web.Request) -> Request:
        sent, body = dict(request.query), b""
        if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
            for key, value in (await request.post()).items():
                sent[key] = value.file.read().decode() if isinstance(value, web.FileField) else str(value)
        else:
            body = await request.read()
        if body.startswith(_LZ4_MAGIC) and request.headers.get("Content-Encoding") == "lz4":
            body = lz4.frame.decompress(body)
        sql = sent.get("query", "")
        head = _INSERT_HEAD.match(body[:65536])
        if not sql and head:  # native inserts put the statement before the data
            sql, body = head[0].decode().strip(), body[head.end() :]
        elif not _INSERT.match(sql):
            sql, body = "\n".join(filter(None, (sql, body.decode()))), b""
        settings = {key: value for key, value in request.query.items() if key not in _TRANSPORT}
        return cls(
            sql=sql,
            data=body,
            parameters={key[6:]: value for key, value in sent.items() if key.startswith("param_")},
            settings=frozenset((key, value) for key, value in settings.items() if not key.startswith("param_")),
            database=sent.get("database") or request.headers.get("X-ClickHouse-Database") or "default",
            format=sent.get("default_format") or request.headers.get("X-ClickHouse-Format") or "TabSeparated",
        )


class Engine:
    """The embedded engine, with idle connections kept by the settings that were made on them."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._keep = self._open()
        self._idle: defaultdict[tuple[str, frozenset[tuple[str, str]]], list[Any]] = defaultdict(list)
        self._guard = threading.Lock()

    def run(self, request: Request) -> tuple[bytes, dict[str, str]]:
        """The answer and its headers. Raises the engine's error."""
        key = (request.database, request.settings)
        with self._guard:
            connection = self._idle[key].pop() if self._idle[key] else None
        connection = connection or self._connect(request)
        try:
            answer = _execute(connection, request)
        except Exception:
            connection.close()  # it would answer the next query with what is left of this one
            raise
        with self._guard:
            self._idle[key].append(connection)
        return answer

    def _open(self) -> Any:
        return sqlitelike.Connection(self._directory)

    def _connect(self, request: Request) -> Any:
        connection = self._open()
        connection.query(f"USE `{request.database}`")
        for name, value in request.settings:
            connection.query(f"SET {name} = {_quoted(value)}")
        return connection


def _execute(connection: Any, request: Request) -> tuple[bytes, dict[str, str]]:
    insert = _INSERT.match(request.sql)
    if insert and request.data:
        with tempfile.NamedTemporaryFile(suffix=".insert") as file:
            file.write(request.data)
            file.flush()
            source = f"FROM INFILE {_quoted(file.name)} FORMAT {insert['format']}"
            connection.query(f"INSERT INTO {insert['into'].strip()} {source}", "TabSeparated")
        return b"", {"X-ClickHouse-Format": "TabSeparated"}
    named = _FORMAT.search(request.sql)
    format_ = named[1] if named else request.format
    sql = request.sql if not named or named["settings"] else request.sql[: named.start()]
    result = connection.query(sql, format_, params=dict(request.parameters))
    read = {"read_rows": str(result.storage_rows_read()), "read_bytes": str(result.storage_bytes_read())}
    return result.bytes() or b"", {"X-ClickHouse-Format": format_, "X-ClickHouse-Summary": json.dumps(read)}


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def app(directory: str) -> web.Application:
    """The server over one directory."""
    engine, threads = Engine(directory), ThreadPoolExecutor(16)

    async def ping(_: web.Request) -> web.Response:
        return web.Response(text="Ok.\n")

    async def statement(request: web.Request) -> web.Response:
        try:
            asked = await Request.read(request)
            body, answered = await asyncio.get_running_loop().run_in_executor(threads, engine.run, asked)
        except Exception as error:  # the engine raises plain exceptions, whose text holds the code
            text = str(error)
            code = _CODE.search(text)
            headers = {"X-ClickHouse-Exception-Code": code[1] if code else "1002"}
            return web.Response(status=500, text=text[code.start() :] if code else text, headers=headers)
        return web.Response(body=body, headers={**answered, "X-ClickHouse-Timezone": "UTC"})

    application = web.Application(client_max_size=1 << 30)
    application.router.add_get("/ping", ping)
    application.router.add_route("*", "/", statement)
    return application


class Front:
    """A front in a process of its own, which may be killed and started again on the same directory and port."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "tests.support.clickhouse_front", str(self._directory), str(self._port)]
        self._process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/ping", timeout=1):
                    return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, type_: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.kill()


if __name__ == "__main__":
    # Leaving at once: an engine that is still answering would crash an orderly exit.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    web.run_app(app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), print=None, handle_signals=False)
