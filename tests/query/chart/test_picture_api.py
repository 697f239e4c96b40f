"""Pictures over real HTTP: the default format, and errors as pictures for browsers alone."""

from __future__ import annotations

import httpx
import numpy as np
import pytest

from tests.query.chart.draw.drawn import DARK, LIGHT
from tests.query.chart.draw.pixels import decoded, is_color

WINDOW = {"s": "2026-11-22T00:00", "e": "2026-11-22T00:01", "tz": "UTC"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"


@pytest.fixture(scope="module")
def url(recorded_urls: dict[int, str]) -> str:
    return recorded_urls[10_000]


def graph(url: str, agent: str = "curl/8.5.0", **params: str) -> httpx.Response:
    given = {**WINDOW, "q": "name,ten.sec,:eq", **params}
    return httpx.get(f"{url}/api/v1/graph", params=given, headers={"user-agent": agent}, timeout=30)


@pytest.mark.parametrize("agent", ["curl/8.5.0", FIREFOX])
def test_a_picture_is_the_default(url: str, agent: str) -> None:
    response = graph(url, agent)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    height, width, _ = decoded(response.content).shape
    assert width > 700
    assert height > 300
    assert response.content == graph(url, format="png").content


def test_sizes_themes_and_zoom(url: str) -> None:
    pixels = decoded(graph(url, layout="image", w="400", h="200", theme="dark").content)
    assert pixels.shape == (200, 400, 3)
    assert is_color(pixels[0, 0], DARK.image)
    doubled = graph(url, layout="image", w="400", h="200", zoom="2.0").content
    assert decoded(doubled).shape == (400, 800, 3)
    assert decoded(graph(url, only_graph="1", w="320", h="90").content).shape == (90, 320, 3)


def test_a_line_is_seen_in_its_colour(url: str) -> None:
    blue, red = (decoded(graph(url, q=f"name,ten.sec,:eq,:area,{c},:color").content) for c in ("0000ff", "ff0000"))
    assert is_color(blue, "ff0000ff").sum() > 1000
    assert is_color(red, "ffff0000").sum() > 1000
    assert np.array_equal(is_color(blue, "ff0000ff"), is_color(red, "ffff0000"))


def test_browsers_are_shown_errors_as_pictures(url: str) -> None:
    for params in ({"q": ":nope"}, {"w": "0"}, {"axis": "9", "q": "1,9,:axis"}):
        response = graph(url, FIREFOX, **params)
        assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
        assert response.headers["cache-control"] == "no-store"
        assert is_color(decoded(response.content), LIGHT.warning).any()


def test_an_error_has_the_size_and_theme_of_the_picture_that_was_asked_for(url: str) -> None:
    pixels = decoded(graph(url, FIREFOX, q=":nope", w="500", h="120", theme="dark").content)
    assert pixels.shape == (120, 500, 3)
    assert is_color(pixels[0, 0], DARK.image)
    wild = decoded(graph(url, FIREFOX, q=":nope", w="999999", h="-3", theme="no such theme").content)
    assert wild.shape == (64, 2000, 3)


@pytest.mark.parametrize(
    ("agent", "params"),
    [
        ("curl/8.5.0", {}),
        ("python-httpx/0.28", {"format": "png"}),
        (FIREFOX, {"format": "json"}),
        (FIREFOX, {"format": "gif"}),
    ],
)
def test_all_others_are_told_in_json(url: str, agent: str, params: dict[str, str]) -> None:
    response = graph(url, agent, q=":nope", **params)
    assert response.status_code == 400
    assert response.json()["type"] == "error"
