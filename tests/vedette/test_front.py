"""What holds for every address of the engine owner."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import Query
from fastapi.testclient import TestClient

from vedette import front


@pytest.fixture
def client() -> TestClient:
    app = front.build("http://127.0.0.1:8050/")

    @app.get("/api/v1/thing", summary="A <thing>", tags=["things"])
    async def thing(size: Annotated[int, Query(description="how large & wide")] = 3) -> dict[str, int]:
        """Says its size.

        Twice, if need be.
        """
        return {"size": size}

    @app.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("the secret is hunter2")

    return TestClient(app, raise_server_exceptions=False, base_url="http://vedette.example:7101")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/v1/logs", "/api", "/favicon.ico"])
def test_an_unknown_path_is_a_404_in_json(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"type": "error", "message": f"path not found: {path}; /api/docs says what there is"}


def test_a_wrong_method_is_a_405_that_says_what_is_allowed(client: TestClient) -> None:
    answer = client.delete("/api/v1/thing")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.json()["message"].startswith("method not allowed: DELETE; ")


def test_a_wrong_parameter_is_a_400_with_its_name(client: TestClient) -> None:
    answer = client.get("/api/v1/thing?size=large")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("size: ")


def test_what_breaks_is_a_500_without_its_insides(client: TestClient) -> None:
    answer = client.get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.json()["type"] == "error"
    assert "hunter2" not in answer.text


def test_the_root_leads_to_the_dashboards_by_the_name_that_was_used(client: TestClient) -> None:
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "http://vedette.example:8050/")


def test_a_named_dashboard_address_is_left_alone() -> None:
    client = TestClient(front.build("https://pages.example/"))
    assert client.get("/", follow_redirects=False).headers["location"] == "https://pages.example/"


def test_pages_from_elsewhere_may_read_but_not_write(client: TestClient) -> None:
    elsewhere = {"origin": "https://other.example"}
    assert client.get("/api/v1/thing", headers=elsewhere).headers["access-control-allow-origin"] == "*"
    asked = {**elsewhere, "access-control-request-method": "POST"}
    assert client.options("/api/v1/thing", headers=asked).status_code == 400


def test_the_manual_shows_what_there_is_and_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/api/docs").text
    for text in ("/api/v1/thing", "A &lt;thing&gt;", "how large &amp; wide", "Default: 3.", "Twice, if need be."):
        assert text in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert client.get("/api/openapi.json").json()["paths"]["/api/v1/thing"]["get"]["tags"] == ["things"]
