"""The editor's routes in the dashboards process."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from tests.dashboards.editor.servers import Upstream
from tests.dashboards.traffic.servers import serve
from vedette_dashboards import editor
from vedette_dashboards.client import Client
from vedette_dashboards.editor import MODULES


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    upstream, app = Upstream(), FastAPI()
    with serve(upstream.app) as api_url:
        app.include_router(editor.routes(Client(api_url)))
        with serve(app) as url:
            yield url
    upstream.api.close()


def ask(url: str, question: str, **given: str) -> httpx.Response:
    return httpx.get(f"{url}/feed/editor/{question}", params=given)


def test_questions_are_handed_on(url: str) -> None:
    program = "name,ipc.server.call,:eq,a+b & c=d%,:su"
    found = ask(url, "inspect", q=program, at="3").json()
    assert [token["text"] for token in found["tokens"]] == program.split(",")
    assert found["complete"]["end"] == 4
    assert ask(url, "normalize", q="a,b,:eq").json() == ["a,b,:eq,:sum"]
    assert ask(url, "keys").json() == ["app", "name", "region", "status"]
    assert ask(url, "values", key="app", q="name,jvm.gc.pause,:eq", limit="2").json() == ["catalog", "playback"]
    assert {"sum", "by"} <= {word["name"] for word in ask(url, "words").json()["words"]}


def test_refusals_are_handed_on_in_the_apis_words(url: str) -> None:
    refused = ask(url, "normalize", q="a,:summ")
    assert (refused.status_code, refused.json()["message"]) == (400, "IllegalStateException: unknown word ':summ'")
    assert ask(url, "inspect").status_code == 400


def test_nothing_else_is_handed_on(url: str) -> None:
    for question in ("graph", "..%2F..%2Fgraph", "alerts"):
        assert ask(url, question).status_code == 404
    assert ask(url, "values", key="../graph", q="a,b,:eq").status_code == 404


def test_an_api_that_is_away_is_told() -> None:
    app = FastAPI()
    app.include_router(editor.routes(Client("http://127.0.0.1:9")))
    with serve(app) as url:
        answer = ask(url, "words")
        assert answer.status_code == 503
        assert "cannot be reached" in answer.json()["message"]


def test_modules_are_served_under_their_version(url: str) -> None:
    good = httpx.get(f"{url}{MODULES.address}main.mjs")
    assert good.headers["content-type"].startswith("text/javascript")
    assert "immutable" in good.headers["cache-control"]
    assert httpx.get(f"{url}{MODULES.address}nobody.mjs").status_code == 404
