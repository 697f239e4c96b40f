"""What the page asks of its own process, over the real query API: answers, forms, suggestions, files."""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.dashboards.conftest import Dashboards
from tests.dashboards.explore.conftest import Place
from tests.dashboards.explore.world import APPS, BY_APP, CALLS, HEAP, REGIONS, STEP_MS
from vedette_dashboards.explore.share import Asked, addresses
from vedette_dashboards.view import View


def post(place: Place, question: str, body: Any) -> httpx.Response:
    return httpx.post(f"{place.url}/feed/explore/{question}", json=body)


def test_an_answer_has_lines_of_both_expressions(place: Place) -> None:
    found = place.answer(BY_APP, f"{HEAP},1,:axis")
    assert [(one["label"], one["row"]) for one in found["lines"]] == [
        (app, row) for row in (0, 1) for app in sorted(APPS)
    ]
    assert found["errors"] == [None, None]
    assert (found["total"], found["step"], found["refused"]) == (8, "10\u202fs", None)
    assert found["now"] - found["newest"] < 20 * 60_000
    assert {trace["yaxis"] for trace in found["figure"]["data"]} == {"y", "y2"}
    assert abs(found["age"] - (found["now"] - found["newest"]) / 1000) < 5


def test_the_region_is_asked_for_and_lines_still_know_their_expression(place: Place) -> None:
    found = place.answer(BY_APP, f"{CALLS},:max", region=REGIONS[0])
    whole = place.answer(BY_APP, f"{CALLS},:max")
    assert [one["row"] for one in found["lines"]] == [0] * 4 + [1]
    half, full = (one["lines"][0]["statistics"]["max"]["value"] for one in (found, whole))
    assert half == pytest.approx(full / 2)


@pytest.mark.parametrize(
    ("rows", "errors", "lines"),
    [
        (("name,:summ",), ["unknown word ':summ'"], 0),
        ((BY_APP, "name,:summ"), [None, "unknown word ':summ'"], 4),
        ((f"{CALLS},:sum,x,:limit", BY_APP, "("), ['For input string: "x"', None, "unmatched opening parenthesis"], 4),
        ((f"{CALLS},:sum,x,:limit", "7,:axis"), ['For input string: "x"', "no matches for word ':axis'"], 0),
    ],
)
def test_what_is_wrong_is_told_at_its_expression(
    place: Place, rows: tuple[str, ...], errors: list[str | None], lines: int
) -> None:
    found = place.answer(*rows)
    assert len(found["lines"]) == lines
    for said, expected in zip(found["errors"], errors, strict=True):
        assert said == expected or (said and expected and said.startswith(expected))


def test_what_is_too_much_together_is_nobodys_fault(place: Place) -> None:
    several = ",".join(f"name,a{n},:eq,:sum" for n in range(150))
    found = place.answer(several, several.replace(",a", ",b"))
    assert found["errors"] == [None, None]
    assert found["refused"].startswith("the expression has 300 reads, the limit is 200")


def test_no_data(place: Place) -> None:
    found = place.answer("name,nothing,:eq,:sum")
    assert (found["figure"], found["newest"], found["age"], found["errors"]) == (None, None, None, [None])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "The body of the request should be an object."),
        ({}, "'rows' should be a list of expressions"),
        ({"rows": ["a", " "]}, "at least one and none of them empty"),
        ({"rows": ["a"] * 27}, "The page has 27 expressions; 26 are the most."),
    ],
)
def test_requests_that_no_page_makes(place: Place, body: Any, said: str) -> None:
    for question in ("answer", "file"):
        refused = post(place, question, body)
        assert refused.status_code == 400
        assert said in refused.json()["message"]


def test_an_api_that_is_away_is_told_as_such(dashboards: Dashboards) -> None:
    dashboards.api.scenario = "away"
    asked: list[tuple[str, dict[str, Any]]] = [("answer", {"rows": [BY_APP]}), ("file", {"rows": [BY_APP]})]
    for question, body in [*asked, ("suggest", {"key": "app"})]:
        answer = httpx.post(f"{dashboards.url}/feed/explore/{question}", json=body)
        assert answer.status_code == 503
        assert "the store is being restarted" in answer.json()["message"]


def test_files(place: Place) -> None:
    body = {"rows": [BY_APP], "tz": "UTC", "theme": "dark"}
    png = httpx.post(f"{place.url}/feed/explore/file?format=png", json=body)
    assert (png.headers["content-type"], png.content[:4]) == ("image/png", b"\x89PNG")
    csv = httpx.post(f"{place.url}/feed/explore/file?format=csv", json=body)
    assert csv.text.splitlines()[0] == '"timestamp","api","catalog","edge","playback"'
    assert httpx.post(f"{place.url}/feed/explore/file?format=exe", json=body).status_code == 400
    wrong = httpx.post(f"{place.url}/feed/explore/file", json={"rows": ["a"]})
    assert wrong.status_code == 400


def test_forms(place: Place) -> None:
    choices = httpx.get(f"{place.url}/feed/explore/form").json()
    assert choices["statistics"] == ["avg", "max", "min", "last", "count", "total"]
    form = httpx.get(f"{place.url}/feed/explore/form", params={"q": BY_APP}).json()["form"]
    assert form["keys"] == ["app"]
    assert post(place, "build", {**form, "keys": ["region"]}).json()["q"] == f"{CALLS},:sum,(,region,),:by"
    half = post(place, "build", {**form, "steps": [{"word": "gt"}]}).json()
    assert half == {"q": None, "error": "gt needs a number for 'number', found ''"}


def test_suggestions(place: Place) -> None:
    def suggested(key: str | None, written: str = "", *conditions: dict[str, Any]) -> list[str]:
        where = {"join": "all", "parts": list(conditions)}
        found: list[str] = post(place, "suggest", {"key": key, "written": written, "where": where}).json()
        return found

    server = {"key": "name", "operator": "is", "values": ["ipc.server.call"]}
    assert suggested("name") == ["ipc.server.call", "jvm.memory.used", "node.load"]
    assert suggested("name", "MEM") == []
    assert suggested("name", "mem") == ["jvm.memory.used"]
    assert suggested(None, "", server) == ["app", "ipc.status", "name", "region", "statistic"]
    assert suggested(None, "s", server)[0] == "statistic", "what begins with the text comes first"
    assert suggested("app", "a", server) == ["api", "catalog", "playback"]
    assert suggested("region", "", {"key": "app", "operator": "is", "values": ["nobody"]}) == []
    assert suggested("region", "", {"key": "x", "operator": "matches", "values": ["("]}) == []
    assert len(suggested("node")) == 120
    assert post(place, "suggest", {"key": 1}).status_code == 400


def test_examples_are_of_what_is_there(place: Place) -> None:
    found = httpx.get(f"{place.url}/feed/explore/examples").json()
    assert len(found) == 5
    for one in found:
        assert place.answer(one["q"], s="e-1h")["newest"], one


def test_addresses_lead_to_the_same(place: Place) -> None:
    asked = Asked((BY_APP, HEAP), View("e-30m", region="it's"), "Europe/Berlin", "dark", 900, "binary")
    found = addresses("http://api", asked)
    png = dict(parse_qsl(urlsplit(found["png"]).query))
    assert (png["q"], png["s"], png["e"], png["tz"]) == (f"{BY_APP},{HEAP}", "e-30m", "now", "Europe/Berlin")
    assert (png["format"], png["theme"], png["tick_labels"]) == ("png", "dark", "binary")
    assert png["palette"].startswith("colors:2b7fd4,")
    assert "palette" not in found["json"]
    words = shlex.split(found["command"])
    assert words[:3] == ["vedette", "query", f"{BY_APP},{HEAP}"]
    assert words[words.index("--cq") + 1] == "region,it's,:eq"
    assert "--url" in words
    assert "--url" not in addresses("http://127.0.0.1:7101", asked)["command"]
    shown = place.answer(BY_APP)["share"]
    for format in ("png", "json", "csv"):
        assert httpx.get(shown[format]).status_code == 200
    assert httpx.get(shown["json"]).json()["step"] == STEP_MS
