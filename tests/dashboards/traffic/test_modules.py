"""The page's pure modules, asked one by one in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.dashboards.traffic.conftest import Sight
from tests.dashboards.traffic.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def ask(sight: Callable[..., Sight]) -> Callable[[str, str], Any]:
    """`ask("encoding", "m.width(1, 4)")`: an expression over one module."""
    here = sight(World())
    here.page.goto(f"{here.url}/feed/modules/0/dom.mjs")

    def evaluate(module: str, expression: str) -> Any:
        return here.page.evaluate(f"import('/feed/modules/0/{module}.mjs').then((m) => {expression})")

    return evaluate


def test_scales(ask: Callable[[str, str], Any]) -> None:
    assert ask("encoding", "m.width(25, 100)") == pytest.approx(1.2 + 6.8 / 2)
    assert ask("encoding", "[0.001, 0.01, 0.1].map(m.travel)") == pytest.approx([1.4, 2.5, 3.6])
    assert ask("encoding", "m.release(400, 0.5) / m.release(100, 0.5)") == pytest.approx(2)
    edge = "({rate: 1000, normal: 999.9, warning: 0.05, danger: 0.05, p95: 0.01})"
    assert ask("encoding", f"m.dots({edge}, 1)") == [79, 1, 1], "every outcome that occurs has a dot"
    assert ask("encoding", "m.dots({rate: 0, normal: 0, warning: 0, danger: 0, p95: null}, 1)") == [0, 0, 0]
    many = "Array.from({length: 1000}, () => ({rate: 10000, p95: 0.1}))"
    assert ask("encoding", f"(m.dotScale({many}, 6000) * 100 * 3.6 * 1000)") <= 7_500
    shares = ask("encoding", "m.ringShares({rate: 10, normal: 6, warning: 1, danger: 3, r: 20})")
    assert shares == pytest.approx({"failed": 0.3, "warning": 0.1})
    assert (
        ask("encoding", "m.ringShares({rate: 1, normal: 0, warning: 0.001, danger: 0.999, r: 20})")["failed"] == 0.999
    )


def test_dots_that_stay_keep_their_place_when_their_number_changes(ask: Callable[[str, str], Any]) -> None:
    edge = "{id: 'a→b', rate: %s, normal: %s, warning: 0, danger: 0, p95: 0.01}"
    few, many = (ask("particles", f"[...m.dotBuffer([{edge % (rate, rate)}], 1)]") for rate in (100, 400))
    assert len(many) == 2 * len(few)
    assert many[: len(few)] == few


def test_addresses_say_what_is_looked_at_and_keep_what_belongs_to_the_frame(ask: Callable[[str, str], Any]) -> None:
    address = "?s=e-1h&view=us-east-1/a%252Fb&selected=x%E2%86%92y&palette=classic&motion=off"
    assert ask("address", f"m.readAddress('{address}')") == {
        "view": ["us-east-1", "a/b"],
        "selected": "x→y",
        "palette": "classic",
        "motion": "off",
    }
    state = "{view: ['us-east-1', 'a/b'], selected: 'x→y', palette: 'classic', motion: 'off'}"
    assert ask("address", f"m.writeAddress({state}, '?s=e-1h&view=z')") == address
    assert ask("address", "m.readAddress('?region=eu-west-1').view") == ["eu-west-1"]
    world = "m.writeAddress({view: [], selected: null, palette: 'safe', motion: 'auto'}, '?region=eu-west-1')"
    assert ask("address", f"m.readAddress({world}).view") == []


def test_links_carry_app_region_and_times(ask: Callable[[str, str], Any]) -> None:
    def node(name: str, kind: str = "service", virtual: str = "false") -> str:
        return f"{{name: '{name}', label: '{name}', kind: '{kind}', virtual: {virtual}, callers: []}}"

    links = ask("links", f"m.linksOf({node('play,back')}, ['us-east-1'], '?s=e-1h&view=x')")
    assert {link["text"]: link["href"] for link in links} == {
        "Service page": "/service/play%2Cback?s=e-1h&region=us-east-1",
        "Failed traces": "/traces?s=e-1h&region=us-east-1&app=play,back&error=true",
        "Slow traces": "/traces?s=e-1h&region=us-east-1&app=play,back&min_duration=500ms",
        "Chart": "/explore?s=e-1h&region=us-east-1&q=name,ipc.server.call,:eq,statistic,count,:eq,"
        "app,play%5Cu002cback,:eq,region,us-east-1,:eq,:and,:and,:and,:sum,(,ipc.status,),:by",
    }
    edge = f"{{source: {node('api')}, target: {node('redis', virtual='true')}}}"
    assert "name,ipc.client.call,:eq,statistic,count,:eq,ipc.server.app,redis,:eq,app,api,:eq" in ask(
        "links", f"m.expression({edge}, ['us-east-1'])"
    )
    outside = f"{{source: {node('INTERNET', 'entry')}, target: {node('edge')}}}"
    assert "ipc.client.app,:has,:not,:and" in ask("links", f"m.expression({outside}, ['us-east-1'])")
    peer = f"m.split({node('playback@us-west-2', 'peer')}, ['us-east-1'])"
    assert ask("links", peer) == ["playback", "us-west-2"]


def test_drawing_that_crawls_is_noticed_and_a_sleeping_machine_is_not(ask: Callable[[str, str], Any]) -> None:
    run = """((p) => {{
      const said = new Set();
      for (let i = 1; i <= {count}; i++) said.add(p.frame(i * {ms}, 1, false));
      return [...said];
    }})(new m.Pace())"""
    assert ask("pace", run.format(count=300, ms=16)) == ["fine"]
    assert ask("pace", run.format(count=300, ms=50)) == ["fine", "slow"]
    assert ask("pace", run.format(count=300, ms=90)) == ["fine", "slow", "crawling"]
    assert ask("pace", run.format(count=300, ms=3000)) == ["fine"]


def test_numbers_are_written_for_people(ask: Callable[[str, str], Any]) -> None:
    assert ask("format", "[0, 0.004, 3.24, 41.26, 412.4, 12345, 2.5e6, null].map(m.rate)") == [
        "0/s",
        "<0.01/s",
        "3.24/s",
        "41.3/s",
        "412/s",
        "12.3k/s",
        "2.5M/s",
        "–",
    ]
    assert ask("format", "[0.0004, 0.0123, 1.25, null].map(m.latency)") == ["0.4 ms", "12.3 ms", "1.25 s", "–"]
    assert ask("format", "[4200, 150000, 9000000].map(m.age)") == ["4 s", "3 min", "3 h"]
    assert ask("format", "m.short('a-service-with-a-really-long-name', 12)") == "a-serv…-name"
