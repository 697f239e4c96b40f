"""The feed over real HTTP: one poll for all, resume, slow readers, an upstream that goes away and comes back."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi.responses import JSONResponse

from tests.dashboards.traffic.servers import Upstream, page_app, serve
from tests.dashboards.traffic.world import World, vizceral_sample
from vedette_dashboards.client import Client
from vedette_dashboards.traffic.feed import TrafficFeed
from vedette_dashboards.traffic.http import MODULES, read_path

Event = tuple[str, str, Any]
"""Name, id, data."""


class Stand:
    """A world, the upstream that tells of it, and the page's server with its feed."""

    def __init__(self, world: World, upstream: Upstream, url: str, feed: TrafficFeed) -> None:
        self.world, self.upstream, self.url, self.feed = world, upstream, url, feed

    def turn(self, **change: Any) -> None:
        """Ten seconds pass in the world, and something about it changes."""
        for name, value in change.items():
            setattr(self.world, name, value)
        self.world.now_ms += 10_000


@contextmanager
def stand(**settings: Any) -> Iterator[Stand]:
    world = World()
    upstream = Upstream(world.answer)
    with serve(upstream.app) as upstream_url:
        app = page_app(Client(upstream_url, timeout=2).traffic, **{"interval_s": 0.1, **settings})
        with serve(app) as url:
            yield Stand(world, upstream, url, app.state.feed)


@contextmanager
def listen(url: str, view: str = "", last: str | None = None) -> Iterator[Iterator[Event]]:
    headers = {"Last-Event-ID": last} if last else {}
    with (
        httpx.Client(timeout=10) as client,
        client.stream("GET", f"{url}/feed/traffic", params={"view": view}, headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events(response.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":") or line.startswith("retry"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields["event"], fields["id"], json.loads(fields["data"])
            fields = {}


def first(heard: Iterator[Event], name: str, when: Callable[[Any], bool] = lambda data: True) -> Event:
    deadline = time.monotonic() + 10
    for event in heard:
        if event[0] == name and when(event[2]):
            return event
        assert time.monotonic() < deadline, f"no such {name}"
    raise AssertionError("the feed ended")


def test_a_browser_hears_hello_index_topology_and_figures_in_this_order() -> None:
    with stand() as here, listen(here.url, "us-east-1") as heard:
        names = [next(heard) for _ in range(4)]
        assert [event[0] for event in names] == ["hello", "index", "topo", "frame"]
        assert "playback" in names[1][2]["regions"]["us-east-1"]
        assert names[2][2]["view"] == ["us-east-1"]
        assert len(names[3][2]["nodes"]) == len(names[2][2]["nodes"]) == 10
        age = names[0][2]["now"] - names[3][2]["t"]
        assert 3_000 < age < 6_000, "the window ended 4 s before the upstream's own clock"


def test_many_browsers_cost_one_poll_and_see_the_same() -> None:
    with stand() as here, listen(here.url) as one, listen(here.url) as two, listen(here.url, "us-west-2") as three:
        before = [first(heard, "frame")[2]["seq"] for heard in (one, two, three)]
        asked = here.upstream.asked
        here.turn(factor=2.0)
        frames = [first(heard, "frame", lambda data: data["seq"] > before[0])[2] for heard in (one, two, three)]
        assert before[0] == before[1] == before[2]
        assert frames[0] == frames[1]
        assert frames[0]["seq"] == frames[2]["seq"]
        assert here.feed.listeners == 3
        assert here.upstream.asked - asked <= 4, "three browsers, but one poll each 0.1 s"


def test_nobody_listens_nobody_asks() -> None:
    with stand() as here:
        assert here.upstream.asked == 0
        with listen(here.url) as heard:
            first(heard, "frame")
        wait(lambda: here.feed.listeners == 0, "the listener to be missed")
        wait(lambda: here.feed.idle, "the poll to end")
        asked = here.upstream.asked
        with listen(here.url) as heard:
            first(heard, "frame")
        wait(lambda: here.upstream.asked > asked, "the poll to begin again")


def test_figures_that_do_not_change_are_not_sent_again() -> None:
    with stand(heartbeat_s=0.3) as here:
        with httpx.Client(timeout=10) as client, client.stream("GET", f"{here.url}/feed/traffic") as response:
            lines = response.iter_lines()
            heard: list[str] = []
            while len(heard) < 2 or heard[-1] != ": nothing new":
                heard.append(next(lines))
        assert heard.count("event: frame") == 1
        assert here.upstream.asked >= 2


def test_a_new_service_brings_a_new_topology_and_moves_nobody() -> None:
    with stand() as here, listen(here.url, "us-east-1") as heard:
        old = first(heard, "topo")[2]
        here.turn(extra={("api", "search"): (5.0, 0.01)})
        new = first(heard, "topo")[2]
        assert new["version"] == old["version"] + 1
        named = {node["name"]: place for node, place in zip(new["nodes"], new["pos"], strict=True)}
        assert "search" in named
        assert all(named[node["name"]] == place for node, place in zip(old["nodes"], old["pos"], strict=True))
        assert first(heard, "frame")[2]["topo"] == new["version"]


def test_a_browser_that_comes_back_gets_only_what_is_newer() -> None:
    with stand() as here:
        with listen(here.url, "us-east-1") as heard:
            _, last, frame = first(heard, "frame")
        with listen(here.url, "us-east-1", last) as heard:
            assert next(heard)[0] == "hello"
            assert next(heard)[0] == "index"
            here.turn(factor=0.5)
            name, _, newer = next(heard)
            assert name == "frame", "the topology is known, the old frame too"
            assert newer["seq"] > frame["seq"]
        with listen(here.url, "us-east-1", "00000000.1.1") as heard:
            assert first(heard, "topo"), "an id of another life of the feed"
        with listen(here.url, "us-east-1", "nonsense") as heard:
            assert first(heard, "topo")


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (JSONResponse({"type": "error", "message": "the store is restarting"}, 503), "the store is restarting"),
        (JSONResponse(["no", "graph"]), "answer that cannot be read"),
        (JSONResponse({"colour": "blue"}), "this is an object with colour"),
        (JSONResponse({"type": "error", "message": "no window of 1 m"}, 400), "no window of 1 m"),
    ],
)
def test_an_upstream_in_trouble_is_told_in_a_sentence_and_its_return_as_well(
    refusal: JSONResponse, sentence: str
) -> None:
    with stand() as here, listen(here.url) as heard:
        seq = first(heard, "frame")[2]["seq"]
        here.upstream.refuse = refusal
        gap = first(heard, "gap", lambda data: data["sentence"] is not None)[2]
        assert sentence in gap["sentence"]
        assert "Traceback" not in gap["sentence"]
        assert gap["since"] > 0
        here.turn(factor=2.0)
        here.upstream.refuse = None
        back = [next(heard), next(heard)]
        assert {event[0] for event in back} == {"gap", "frame"}
        assert next(event[2] for event in back if event[0] == "gap")["sentence"] is None
        assert next(event[2] for event in back if event[0] == "frame")["seq"] > seq


def test_an_upstream_that_is_not_there_is_told_at_once() -> None:
    app = page_app(Client("http://127.0.0.1:9", timeout=2).traffic, interval_s=0.1)
    with serve(app) as url, listen(url) as heard:
        gap = first(heard, "gap", lambda data: data["sentence"] is not None)[2]
        assert "cannot be reached" in gap["sentence"]


def test_a_slow_reader_skips_to_the_newest_frame_and_holds_up_nobody() -> None:
    """The reader's pace is driven by hand: nothing is taken from the feed while five windows pass."""

    async def story() -> None:
        world = World()

        async def read() -> object:
            return world.answer()

        feed = TrafficFeed(read, interval_s=0.1)
        slow, fast = feed.events(()), feed.events(())
        assert b"event: hello" in await anext(slow)
        assert b"event: hello" in await anext(fast)
        seen = [await anext(slow)]
        quick = [await anext(fast)]
        for _ in range(5):
            world.now_ms += 10_000
            quick.append(await asyncio.wait_for(anext(fast), 5))
        seen.append(await asyncio.wait_for(anext(slow), 5))
        assert [seq(chunk) for chunk in quick] == [1, 2, 3, 4, 5, 6]
        assert [seq(chunk) for chunk in seen] == [1, 6]
        await slow.aclose()
        await fast.aclose()
        assert feed.listeners == 0

    def seq(chunk: bytes) -> int:
        (data,) = [line for line in chunk.split(b"\n") if line.startswith(b'data: {"t"')]
        number: int = json.loads(data[6:])["seq"]
        return number

    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_browser_that_never_reads_holds_up_nobody() -> None:
    sample = vizceral_sample()

    def answer() -> dict[str, Any]:
        sample["serverUpdateTime"] += 10_000
        return sample

    upstream = Upstream(answer)
    with serve(upstream.app) as api, serve(page_app(Client(api).traffic, interval_s=0.1)) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as deaf:
            deaf.sendall(b"GET /feed/traffic?view=us-east-1 HTTP/1.1\r\nHost: x\r\n\r\n")
            with listen(url, "us-east-1") as heard:
                begin = first(heard, "frame")[2]["seq"]
                assert first(heard, "frame", lambda data: data["seq"] >= begin + 15)


def test_a_full_feed_refuses_the_next_browser_and_says_when_to_return() -> None:
    with stand(most_listeners=1) as here, listen(here.url) as heard:
        first(heard, "frame")
        answer = httpx.get(f"{here.url}/feed/traffic")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "10"
        assert "try again" in answer.json()["message"]


@pytest.mark.parametrize(
    ("view", "path"),
    [
        ("", ()),
        ("/", ()),
        ("us-east-1", ("us-east-1",)),
        ("us-east-1/api", ("us-east-1", "api")),
        ("a%2Fb/c%20d", ("a/b", "c d")),
        ("a/b/c", None),
        ("x" * 2_000, None),
    ],
)
def test_a_view_is_named_by_its_path(view: str, path: tuple[str, ...] | None) -> None:
    assert read_path(view) == path


def test_a_view_that_is_none_is_refused_in_a_sentence() -> None:
    with stand() as here:
        answer = httpx.get(f"{here.url}/feed/traffic", params={"view": "a/b/c"})
        assert answer.status_code == 400
        assert "'a/b/c' is neither" in answer.json()["message"]


def test_modules_are_served_for_ever_under_their_version_and_nothing_else_is() -> None:
    with stand() as here:
        good = httpx.get(f"{here.url}/feed/modules/{MODULES.version()}/main.mjs")
        assert good.headers["content-type"].startswith("text/javascript")
        assert "immutable" in good.headers["cache-control"]
        assert good.text == (MODULES.folder / "main.mjs").read_text()
        old = httpx.get(f"{here.url}/feed/modules/0/main.mjs")
        assert old.headers["cache-control"] == "no-cache"
        for name in ("nobody.mjs", "..%2F..%2Fapp.py", "%2e%2e/app.py", "traffic"):
            assert httpx.get(f"{here.url}/feed/modules/0/{name}").status_code == 404


def wait(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, f"waited 10 s for {what}"
        time.sleep(0.01)
