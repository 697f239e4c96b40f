"""Django by WSGI and by ASGI: every application of a process, with its endpoints named by its routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django
import httpx
import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path, re_path

from tests.agents.ipc.seen import served, short
from tests.agents.ipc.wsgi_servers import by_werkzeug
from tests.agents.services import served as by_uvicorn
from vedette_agent.agent import Agent


def item(_: HttpRequest, **parameters: Any) -> HttpResponse:
    return HttpResponse(str(parameters))


def boom(_: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


def refused(_: HttpRequest) -> HttpResponse:
    return HttpResponse(status=403)


def stream(_: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter((b"one;", b"two;")))


urlpatterns = [
    path("items/<int:number>/", item),
    path("shop/", include([re_path(r"^parts/(?P<name>[^/]+)/v(?P<version>[0-9]{1,2})\.html$", item)])),
    path("boom/", boom),
    path("refused/", refused),
    path("stream/", stream),
]


@pytest.fixture(scope="module", autouse=True)
def configured() -> None:
    settings.configure(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="for tests", LOGGING_CONFIG=None, MIDDLEWARE=[]
    )
    django.setup()


@pytest.fixture(params=["wsgi", "asgi"])
def url(request: pytest.FixtureRequest, whole: Agent) -> Iterator[str]:
    assert whole is not None
    with by_werkzeug(WSGIHandler()) if request.param == "wsgi" else by_uvicorn(ASGIHandler()) as url:
        yield url


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/items/7/", ("_items_-", "200", "success", "http_1")),
        ("/shop/parts/wheel/v12.html", ("_shop_parts_-_-", "200", "success", "http_1")),
        ("/nowhere/", ("unknown", "404", "success", "http_1")),
        ("/refused/", ("_refused", "403", "access_denied", "http_1")),
        ("/boom/", ("_boom", "500", "unexpected_error", "http_1")),
        ("/stream/", ("_stream", "200", "success", "http_1")),
    ],
)
def test_every_django_application_of_a_process_is_measured(
    whole: Agent, url: str, path: str, expected: tuple[str, ...]
) -> None:
    answer = httpx.Client().get(f"{url}{path}", headers={"baggage": "ipc.client.app=web"})
    assert answer.headers["vedette-peer"] == "app=whole;region=us-east-1"
    assert path != "/stream/" or answer.text == "one;two;"
    call = served(whole)
    assert short(call) == expected
    assert call["ipc.client.app"] == "whole", "our own client is measured too, and says who asks"
