"""WSGI: any application behind the standard library's server, and Flask behind Werkzeug's."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

import httpx
import pytest
from flask import Blueprint, Flask, Response, abort
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.agents.ipc.seen import Seen, served, short
from tests.agents.ipc.wsgi_servers import by_werkzeug, by_wsgiref
from tests.agents.services import served as asgi_served
from vedette_agent.agent import Agent
from vedette_agent.ipc.wsgi import IpcWsgiMiddleware


def plain(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"plain"]


def shop() -> Flask:
    """An application with every kind of answer."""
    app = Flask("shop")
    app.logger.disabled = True
    items = Blueprint("items", "items", url_prefix="/items")

    @items.get("/<int:number>/parts/<name>")
    def part(number: int, name: str) -> str:
        return f"{number} {name}"

    @app.get("/status/<int:code>")
    def status(code: int) -> str:
        abort(code)

    @app.get("/boom")
    def boom() -> str:
        raise RuntimeError("boom")

    @app.get("/stream")
    def stream() -> Response:
        return Response(f"part {number};" for number in range(3))

    @app.get("/torn")
    def torn() -> Response:
        def parts() -> Iterator[str]:
            yield "first"
            raise RuntimeError("torn")

        return Response(parts())

    app.register_blueprint(items)
    return app


def test_any_wsgi_application_is_measured_and_keeps_to_the_protocol(server: Agent) -> None:
    """The standard library's validator watches both sides: what we give to the server and to the application."""
    wrapped = IpcWsgiMiddleware(validator(plain), server.calls)
    assert server.instrument_app(wrapped) is wrapped
    with by_wsgiref(validator(wrapped)) as url:
        answer = httpx.get(f"{url}/users/77", headers={"baggage": "ipc.client.app=web,ipc.client.region=eu-west-1"})
    assert answer.text == "plain"
    assert answer.headers["vedette-peer"] == "app=catalog;region=us-west-2"
    assert served(server) == {
        "http.method": "GET", "http.status": "200", "ipc.endpoint": "_users_-", "ipc.protocol": "http_1",
        "ipc.result": "success", "ipc.status": "success", "ipc.client.app": "web", "ipc.client.region": "eu-west-1",
    }  # fmt: skip


def test_a_whole_list_stays_one_so_that_servers_know_its_length(server: Agent) -> None:
    wrapped = server.instrument_app(plain)
    assert isinstance(wrapped, IpcWsgiMiddleware)
    with by_wsgiref(wrapped) as url:
        assert httpx.get(url).headers["content-length"] == "5"


def test_a_caller_that_netflix_clients_measure_is_known_by_its_server_group(server: Agent) -> None:
    with by_wsgiref(server.instrument_app(plain)) as url:
        httpx.get(url, headers={"Netflix-ASG": "www-main-v042"})
    assert served(server)["ipc.client.app"] == "www"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/items/7/parts/wheel", ("_items_-_parts_-", "200", "success", "http_1")),
        ("/nowhere", ("unknown", "404", "success", "http_1")),
        ("/status/404", ("_status_-", "404", "success", "http_1")),
        ("/status/403", ("_status_-", "403", "access_denied", "http_1")),
        ("/status/503", ("_status_-", "503", "throttled", "http_1")),
        ("/boom", ("_boom", "500", "unexpected_error", "http_1")),
        ("/stream", ("_stream", "200", "success", "http_1")),
        ("/torn", ("_torn", "200", "unexpected_error", "http_1")),
    ],
)
def test_flask_names_its_endpoint_by_the_rule(server: Agent, path: str, expected: tuple[str, ...]) -> None:
    app = server.instrument_app(server.instrument_app(shop()))
    with by_werkzeug(app) as url:
        try:
            answer = httpx.get(f"{url}{path}")
            assert answer.headers["vedette-peer"] == "app=catalog;region=us-west-2"
            assert path != "/stream" or answer.text == "part 0;part 1;part 2;"
        except httpx.RemoteProtocolError:
            assert path == "/torn"
    assert short(served(server)) == expected


def test_every_flask_application_of_a_process_is_measured_once(whole: Agent) -> None:
    app = whole.instrument_app(shop())  # by itself as well: it still counts once
    with by_werkzeug(DispatcherMiddleware(plain, {"/deep": app})) as url:
        httpx.get(f"{url}/deep/items/7/parts/wheel")
    assert served(whole)["ipc.endpoint"] == "_items_-_parts_-"


def test_a_flask_application_inside_one_of_asgi_counts_once(whole: Agent, server: Agent) -> None:
    """The adapter hands nothing on but the request; the outer application measures it."""
    from starlette.applications import Starlette
    from starlette.middleware.wsgi import WSGIMiddleware  # deprecated, and in use
    from starlette.routing import Mount

    inside = WSGIMiddleware(shop())
    with asgi_served(server.instrument_app(Starlette(routes=[Mount("/old", inside)]))) as url:
        assert httpx.get(f"{url}/old/items/7/parts/wheel").text == "7 wheel"
    served(server)
    assert Seen(whole).calls("ipc.server.call") == []


class Parts:
    """A body with everything that a server may do to it."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    def close(self) -> None:
        self.closed += 1


def answered(agent: Agent, body: Any, environ: dict[str, Any]) -> Iterable[bytes]:
    def app(_: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return body

    return IpcWsgiMiddleware(app, agent.calls)(environ, lambda *_: lambda _: None)


def test_parts_pass_one_by_one_and_the_body_is_closed_once(server: Agent) -> None:
    body = Parts()
    passed = iter(answered(server, body, {"REQUEST_METHOD": "GET"}))
    assert next(passed) == b"one"
    assert Seen(server).calls("ipc.server.call") == [], "it is not over yet"
    assert list(passed) == [b"two"]
    passed.close()  # type: ignore[attr-defined]
    assert body.closed == 1
    assert served(server)["ipc.status"] == "success"


def test_who_leaves_early_has_cancelled(server: Agent) -> None:
    body = Parts()
    passed = iter(answered(server, body, {"REQUEST_METHOD": "GET"}))
    next(passed)
    passed.close()  # type: ignore[attr-defined]
    assert body.closed == 1
    assert served(server)["ipc.status"] == "cancelled"


def test_a_file_is_left_to_the_server(server: Agent) -> None:
    class Wrapper:
        def __init__(self, file: Any) -> None:
            self.file = file

    body: Any = Wrapper(io.BytesIO(b"file"))
    assert answered(server, body, {"REQUEST_METHOD": "GET", "wsgi.file_wrapper": Wrapper}) is body
    assert served(server)["ipc.status"] == "success"


def test_a_fault_of_ours_never_reaches_the_service(
    server: Agent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(server.calls, "server_begins", broken)
    monkeypatch.setattr(server.calls, "server_ends", broken)
    with caplog.at_level(logging.WARNING), by_werkzeug(server.instrument_app(shop())) as url:
        assert httpx.get(f"{url}/items/7/parts/wheel").text == "7 wheel"
    assert "could not be recorded" in caplog.text
