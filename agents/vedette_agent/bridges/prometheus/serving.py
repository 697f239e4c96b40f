"""Serving: the exposition over HTTP, as a WSGI or ASGI application or with a server of its own."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from vedette_agent import default
from vedette_agent.bridges.prometheus.exposition import Format, negotiate, quality_of
from vedette_agent.bridges.prometheus.facade.collectors import REGISTRY, Restricted
from vedette_agent.bridges.prometheus.families import AnyMetric, Collects
from vedette_agent.bridges.prometheus.names import sample_names
from vedette_agent.bridges.prometheus.native import families
from vedette_agent.bridges.prometheus.runtime import REPLACED, Runtime
from vedette_agent.registry import Registry

if TYPE_CHECKING:
    from wsgiref.simple_server import WSGIServer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[str, str]]
_SMALL: Final = 1_000
"""Bytes below which gzip is not worth its time."""


class Meters:
    """A collector of the meters of a registry of ours: theirs may register it too."""

    def __init__(self, registry: Registry | None = None, *, without: frozenset[str] = frozenset()) -> None:
        self._registry = registry
        self._without = without

    def collect(self) -> Iterator[AnyMetric]:
        """The families now; without a registry of its own, those of the process's agent."""
        yield from families(self._registry or default.registry(), self._without)


class Process:
    """A collector of all there is: the process, the metrics of the facade, and the meters of the process's agent.

    A family of which the samples would have the names of an earlier one is left out.
    """

    def collect(self) -> Iterator[AnyMetric]:
        """The families now."""
        taken: set[str] = set()
        for collects in (Runtime(), REGISTRY, Meters(without=REPLACED)):
            for family in collects.collect():
                names = sample_names(family.name, family.type)
                if taken.isdisjoint(names):
                    taken |= names
                    yield family


def exposition(registry: Registry | Collects | None = None, accept: str = "", names: Iterable[str] = ()) -> str:
    """The text of a scrape: of our registry, of anything that collects (theirs too), or of all there is in the process.

    `accept` is the header of the request, `names` those of the samples that are wanted, all when there are none.
    """
    return _text(registry, negotiate(accept), names)


def _text(registry: Registry | Collects | None, form: Format, names: Iterable[str]) -> str:
    collects: Collects = (
        Process() if registry is None else registry if not isinstance(registry, Registry) else Meters(registry)
    )
    wanted = frozenset(names)
    return form.write((Restricted(wanted, collects) if wanted else collects).collect())


def _answer(
    registry: Registry | Collects | None, method: str, query: str, accept: str, encoding: str
) -> tuple[int, Headers, bytes]:
    if method == "OPTIONS":
        return 200, [("Allow", "OPTIONS,GET,HEAD")], b""
    if method not in ("GET", "HEAD"):
        return 405, [("Allow", "OPTIONS,GET,HEAD")], f"# {method} is not possible here; use GET\n".encode()
    form = negotiate(accept)
    body = _text(registry, form, parse_qs(query).get("name[]", ())).encode()
    headers = [("Content-Type", form.content_type), ("Vary", "Accept, Accept-Encoding")]
    if len(body) > _SMALL and _takes_gzip(encoding):
        body = gzip.compress(body, 1)
        headers.append(("Content-Encoding", "gzip"))
    return 200, [*headers, ("Content-Length", str(len(body)))], b"" if method == "HEAD" else body


def _takes_gzip(encoding: str) -> bool:
    offers = (offer.replace(" ", "").lower().partition(";q=") for offer in encoding.split(","))
    return any(name == "gzip" and quality_of(quality or "1") > 0 for name, _, quality in offers)


def make_wsgi_app(registry: Registry | Collects | None = None) -> Callable[..., list[bytes]]:
    """A WSGI application that answers each path with the exposition."""

    def app(environ: dict[str, Any], start_response: Callable[[str, Headers], object]) -> list[bytes]:
        status, headers, body = _answer(
            registry,
            environ["REQUEST_METHOD"],
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
        )
        start_response("200 OK" if status == 200 else "405 Method Not Allowed", headers)
        return [body]

    return app


def make_asgi_app(
    registry: Registry | Collects | None = None,
) -> Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]:
    """An ASGI application that answers each path with the exposition; it can be mounted, and has no life of its own.

    The text is made in a thread, so that the loop serves others meanwhile.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        import asyncio  # noqa: PLC0415  # who serves ASGI has it; the agent itself does without

        if scope["type"] != "http":
            return
        found: dict[str, list[str]] = {}
        for key, value in scope.get("headers", ()):
            found.setdefault(key.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        status, headers, body = await asyncio.to_thread(
            _answer,
            registry,
            scope["method"],
            scope.get("query_string", b"").decode("latin-1"),
            ",".join(found.get("accept", ())),
            ",".join(found.get("accept-encoding", ())),
        )
        encoded = [(key.lower().encode(), value.encode()) for key, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": body})

    return app


def start_http_server(
    port: int, addr: str = "127.0.0.1", registry: Registry | Collects | None = None
) -> tuple[WSGIServer, threading.Thread]:
    """Serve the exposition from a daemon thread; port 0 is any free one (`server.server_port`).

    It listens to this machine only unless told otherwise, unlike prometheus-client's. `server.shutdown()` and
    `server.server_close()` end it. Raises OSError when it cannot listen there.
    """
    from socketserver import ThreadingMixIn  # noqa: PLC0415  # slow to import, and seldom needed
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server  # noqa: PLC0415  # the same

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Silent(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    server = make_server(addr, port, make_wsgi_app(registry), Server, handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, name="vedette-exposition", daemon=True)
    thread.start()
    return server, thread


def generate_latest(registry: Registry | Collects | None = None) -> bytes:
    """The text format 0.0.4 as bytes, under prometheus-client's name."""
    return exposition(registry).encode()
