"""Each page through Dash's own HTTP callbacks, over a recorded API: what it shows, what it asks, how it fails."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.dashboards.conftest import Dashboards
from tests.dashboards.recorded_api import TRACES

Q = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by"
NARROW = "\u202f"


def text(markup: Any) -> str:
    """What a reader reads: the markup without tags, one space between words."""
    assert isinstance(markup, str)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).replace(NARROW, " ").split())


def links(markup: Any) -> list[str]:
    assert isinstance(markup, str)
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', markup)]


def overview(dashboards: Dashboards, search: str = "") -> str:
    found = dashboards.callbacks.call("overview-markup.data", url__search=search)["overview-markup.data"]
    assert isinstance(found, str)
    return found


def service(dashboards: Dashboards, app: str, search: str = "") -> dict[str, Any]:
    return dict(
        dashboards.callbacks.call(
            "service-head-markup.data", url__search=search, url__pathname=f"/service/{app}", zone__data="UTC"
        )
    )


class TestFrame:
    @pytest.mark.parametrize(
        "path", ["/", "/service/api", "/explore", "/words", "/traces", f"/trace/{TRACES[0]}", "/alerts", "/demo"]
    )
    def test_every_page_is_served_whole_at_its_own_address(self, dashboards: Dashboards, path: str) -> None:
        answer = dashboards.callbacks.http.get(path)
        assert answer.status_code == 200
        assert "/assets/vedette.js" in answer.text
        assert "/assets/vedette.css" in answer.text
        assert "--v-danger" in answer.text

    def test_nothing_comes_from_elsewhere(self, dashboards: Dashboards) -> None:
        page = dashboards.callbacks.http.get("/").text
        assert re.findall(r'(?:src|href)="(https?:)?//[^"]*"', page) == []

    def test_health(self, dashboards: Dashboards) -> None:
        assert dashboards.callbacks.http.get("/healthz").json() == {"status": "ok"}

    @pytest.mark.parametrize(
        ("path", "title"),
        [
            ("/", "Overview · Vedette"),
            ("/service/play%20back", "play back · Service · Vedette"),
            ("/service/team%2Fcheckout", "team/checkout · Service · Vedette"),
            ("/nowhere", "Not found · Vedette"),
            ("/trace/", "Not found · Vedette"),
        ],
    )
    def test_the_address_chooses_the_page(self, dashboards: Dashboards, path: str, title: str) -> None:
        assert dashboards.callbacks.call("page.children", url__pathname=path, url__search="")["title.data"] == title

    def test_regions_are_offered(self, dashboards: Dashboards) -> None:
        found = dashboards.callbacks.call("region.data", region__data=[])
        assert found["region.data"] == ["eu-west-1", "us-east-1", "us-west-2"]
        assert dashboards.callbacks.call("region.data", region__data=found["region.data"]) == {}


class TestOverview:
    def test_worst_first_with_numbers(self, dashboards: Dashboards) -> None:
        shown = text(overview(dashboards))
        assert shown.index("playback") < shown.index("api 3 instances") < shown.index("catalog")
        assert "playback 6 instances · 1 alert Failing Failing 24.0/s 10 % 456 ms" in shown
        assert "Requests from outside 42.0/s over all regions" in shown
        assert "Apps 8 1 failing, 1 with a warning" in shown
        assert "Alerts firing 1 see them" in shown
        assert "redis seen by its callers" in shown

    def test_a_row_leads_to_the_service_with_the_same_times(self, dashboards: Dashboards) -> None:
        assert "/service/playback?s=e-3h" in links(overview(dashboards, "?s=e-3h"))

    def test_health_is_never_colour_alone(self, dashboards: Dashboards) -> None:
        row = re.search(r"<tr[^>]*data-key=\"playback\".*?</tr>", overview(dashboards), re.DOTALL)
        assert row is not None
        assert "v-mark-danger" in row.group()
        assert ">Failing<" in row.group()

    def test_sparklines_for_those_who_report_and_those_who_do_not(self, dashboards: Dashboards) -> None:
        shown = overview(dashboards)
        assert shown.count("data:image/svg+xml") == 8
        assert 'alt="Requests to redis over time"' in shown

    def test_the_region_is_asked_for(self, dashboards: Dashboards) -> None:
        overview(dashboards, "?region=us-east-1")
        assert any(
            asked.startswith("/api/v1/traffic?") and "region=us-east-1" in asked for asked in dashboards.api.asked
        )
        graphs = [asked for asked in dashboards.api.asked if asked.startswith("/api/v1/graph?")]
        assert len(graphs) == 4
        assert all("cq=region,us-east-1,:eq" in asked for asked in graphs)

    def test_age_of_the_data(self, dashboards: Dashboards) -> None:
        found = dashboards.callbacks.call("overview-markup.data", url__search="")
        assert found["pulse.data"]["away"] is None
        assert 0 <= found["pulse.data"]["age"] < 12

    def test_nothing_stored_says_what_to_do(self, dashboards: Dashboards) -> None:
        dashboards.api.scenario = "empty"
        shown = text(overview(dashboards))
        assert shown.startswith("No data yet Add one line to a service")
        assert 'vedette_agent.start(app="checkout")' in shown
        assert "vedette up --demo" in shown
        assert "All regions" in text(overview(dashboards, "?region=mars"))
        assert "No calls were recorded at this time" in text(overview(dashboards, "?s=1790000000&e=1790000600"))

    def test_api_away_changes_nothing_and_says_so(self, dashboards: Dashboards) -> None:
        dashboards.api.scenario = "away"
        found = dashboards.callbacks.call("overview-markup.data", url__search="")
        assert set(found) == {"pulse.data"}
        assert found["pulse.data"]["away"].endswith("answered 503: the store is being restarted")


class TestService:
    def test_numbers_charts_neighbours_and_traces(self, dashboards: Dashboards) -> None:
        found = service(dashboards, "playback")
        assert text(found["service-head-markup.data"]).startswith("playback Failing 6 instances 1 alert eu-west-1")
        stats = text(found["service-stats-markup.data"])
        assert "Requests 24.0/s last minute Failed 10 % 2.48/s p50 48.0 ms p95 192 ms p99 456 ms" in stats
        assert [line["name"] for line in found["service-rate-figure.data"]["data"]] == [
            "eu-west-1",
            "us-east-1",
            "us-west-2",
        ]
        failed = {line["name"]: line["y"] for line in found["service-errors-figure.data"]["data"]}
        assert failed["us-east-1"][5] == pytest.approx(31, abs=8)
        assert set(failed["eu-west-1"]) == {0.0}
        latency = found["service-latency-figure.data"]
        assert [line["name"] for line in latency["data"]] == ["p50", "p95", "p99"]
        assert latency["layout"]["yaxis"]["ticksuffix"] == " ms"
        assert "api 32.0/s" in text(found["service-callers-markup.data"])
        assert "cassandra 88.0/s" in text(found["service-callees-markup.data"])
        slow = text(found["service-slow-markup.data"])
        assert slow.count("GET /home") == 8
        assert re.findall(r"(\d+) ms", slow) == sorted(re.findall(r"(\d+) ms", slow), reverse=True)
        assert links(found["service-failed-markup.data"])[0] == f"/trace/{TRACES[0]}"

    def test_a_chart_leads_to_explore(self, dashboards: Dashboards) -> None:
        href = service(dashboards, "playback", "?s=e-1h")["service-rate-link.href"]
        assert href.startswith("/explore?s=e-1h&q=name,ipc.server.call,:eq,statistic,count,:eq,:and,app,playback,:eq")

    def test_a_store_is_drawn_by_what_its_callers_count(self, dashboards: Dashboards) -> None:
        found = service(dashboards, "redis")
        assert "reports nothing itself" in text(found["service-head-markup.data"])
        assert found["service-rate-note.children"] == "by region, as its callers count"
        assert [line["name"] for line in found["service-rate-figure.data"]["data"]] == [
            "eu-west-1",
            "us-east-1",
            "us-west-2",
        ]
        assert any("ipc.client.call" in asked and "redis" in asked for asked in dashboards.api.asked)

    def test_an_app_that_nobody_knows(self, dashboards: Dashboards) -> None:
        found = service(dashboards, "nobody")
        assert "nobody Quiet" in text(found["service-head-markup.data"])
        assert "Nobody called nobody in the last minute." in text(found["service-callers-markup.data"])
        assert found["service-rate-figure.data"]["data"] == []

    def test_the_zone_is_the_readers(self, dashboards: Dashboards) -> None:
        def first(tz: str) -> str:
            found = dashboards.callbacks.call(
                "service-head-markup.data", url__search="", url__pathname="/service/api", zone__data=tz
            )
            return str(found["service-rate-figure.data"]["data"][0]["x0"])

        assert first("UTC")[11:13] != first("Asia/Kolkata")[11:13]

    def test_api_away_changes_nothing(self, dashboards: Dashboards) -> None:
        dashboards.api.scenario = "away"
        assert set(service(dashboards, "playback")) == {"pulse.data"}


class TestTraces:
    def search(self, dashboards: Dashboards, search: str) -> dict[str, Any]:
        return dict(dashboards.callbacks.call("traces-markup.data", url__search=search, zone__data="UTC"))

    def test_found(self, dashboards: Dashboards) -> None:
        found = self.search(dashboards, "")
        assert text(found["traces-markup.data"]).count("GET /home") == 14
        assert "edge and 3 other apps · 3 errors" in text(found["traces-markup.data"])
        assert found["traces-note.children"] == "14 traces"

    def test_every_field_is_asked(self, dashboards: Dashboards) -> None:
        query = "app=api&operation=GET%20/play&min=100ms&attribute=a%3Db&errors=1&s=e-3h&region=us-east-1"
        found = self.search(dashboards, f"?{query}")
        asked = httpx.URL(dashboards.api.asked[-1]).params
        assert dict(asked) | {"attribute": ""} == {
            "app": "api",
            "region": "us-east-1",
            "operation": "GET /play",
            "min_duration": "100ms",
            "error": "true",
            "attribute": "",
            "s": "e-3h",
            "e": "now",
            "limit": "50",
        }
        assert asked.get_list("attribute") == ["a=b"]
        assert f"/trace/{TRACES[0]}?s=e-3h&region=us-east-1" in links(found["traces-markup.data"])

    def test_a_refusal_is_told(self, dashboards: Dashboards) -> None:
        assert "unknown unit parsec" in text(self.search(dashboards, "?min=3parsec")["traces-markup.data"])

    def test_none(self, dashboards: Dashboards) -> None:
        dashboards.api.scenario = "empty"
        assert "No trace matches" in text(self.search(dashboards, "?app=x")["traces-markup.data"])
        assert "No traces in these times" in text(self.search(dashboards, "")["traces-markup.data"])

    def test_choices(self, dashboards: Dashboards) -> None:
        found = dashboards.callbacks.call(
            "traces-app.data", url__search="?app=gone", traces_app__data=[], traces_operation__data=[]
        )
        assert "gone" in found["traces-app.data"]
        assert "playback" in found["traces-app.data"]
        assert found["traces-operation.data"] == ["GET /home", "GET /play", "cassandra.read"]


class TestTrace:
    def trace(self, dashboards: Dashboards, identity: str, search: str = "") -> str:
        found = dashboards.callbacks.call(
            "trace-markup.data", url__search=search, url__pathname=f"/trace/{identity}", zone__data="UTC"
        )
        assert isinstance(found["trace-markup.data"], str)
        return found["trace-markup.data"]

    def test_waterfall(self, dashboards: Dashboards) -> None:
        shown = self.trace(dashboards, TRACES[0])
        assert "GET /home" in text(shown)
        assert "Duration 96.0 ms Spans 10 Failed 3 Apps 4" in text(shown)
        labels = re.findall(r'aria-label="([^"]*)"', shown)
        assert labels[0] == f"edge: GET /home, 96.0{NARROW}ms"
        assert f"playback: cassandra.read, 58.0{NARROW}ms, failed" in labels
        depths = [int(depth) for depth in re.findall(r"padding-left:(\d+)px", shown)]
        assert depths == [12, 26, 40, 54, 68, 82, 54, 68, 82, 82]
        assert "v-span-details" not in shown

    def test_a_chosen_span_shows_all_of_itself(self, dashboards: Dashboards) -> None:
        shown = text(self.trace(dashboards, TRACES[0], "?span=s8"))
        assert "Failed ReadTimeout: no replica answered in 50 ms" in shown
        assert "Peer cassandra" in shown
        assert "http.response.status_code 500" in shown
        assert "Events exception 70.0 ms in exception.type ReadTimeout" in shown
        assert "Resource cloud.region us-east-1 service.name playback" in shown

    def test_unknown_and_malformed(self, dashboards: Dashboards) -> None:
        assert "There is no such trace" in text(self.trace(dashboards, "f" * 32))
        assert "a trace id is 32 hex digits, found 'x'" in text(self.trace(dashboards, "x"))


class TestAlerts:
    def alerts(self, dashboards: Dashboards, search: str = "") -> str:
        found = dashboards.callbacks.call("alerts-markup.data", url__search=search, zone__data="UTC")
        assert isinstance(found["alerts-markup.data"], str)
        return found["alerts-markup.data"]

    def test_all_states_and_rules(self, dashboards: Dashboards) -> None:
        shown = text(self.alerts(dashboards))
        firing, pending, resolved, rules = (
            shown.index(word) for word in ("Firing 1", "Pending 1", "Recently resolved 1", "Rules 3")
        )
        assert firing < pending < resolved < rules
        assert "31 % of the calls to playback in us-east-1 fail firing for 4 min · value 0.31" in shown
        assert "resolved 33 min ago" in shown
        assert "Broken IllegalStateException: unknown word ':summ'" in shown

    def test_an_alert_leads_to_its_service_and_expression(self, dashboards: Dashboards) -> None:
        found = links(self.alerts(dashboards, "?s=e-3h"))
        assert "/service/playback?s=e-3h" in found
        assert f"/explore?s=e-3h&q={Q}" in found

    def test_calm(self, dashboards: Dashboards) -> None:
        dashboards.api.scenario = "calm"
        shown = text(self.alerts(dashboards))
        assert "Nothing is firing." in shown
        assert "Pending" not in shown

    def test_no_rules_says_how_to_write_some(self, dashboards: Dashboards) -> None:
        dashboards.api.scenario = "empty"
        assert "There are no alert rules" in text(self.alerts(dashboards))

    def test_only_those_of_the_region(self, dashboards: Dashboards) -> None:
        assert "Nothing is firing." in text(self.alerts(dashboards, "?region=eu-west-1"))


class TestDemo:
    def demo(self, dashboards: Dashboards, changed: str = "", **given: Any) -> dict[str, Any]:
        return dict(dashboards.callbacks.call("demo-markup.data", changed, **given))

    def test_on_and_off(self, dashboards: Dashboards) -> None:
        assert "No fault is on" in text(self.demo(dashboards)["demo-markup.data"])
        chosen = {"demo_kind__value": "latency", "demo_region__value": "us-east-1", "demo_service__value": "playback"}
        shown = self.demo(dashboards, "demo-on.n_clicks", **{"demo_on__n-clicks": 1}, **chosen)
        assert dashboards.api.faults == [{"kind": "latency", "region": "us-east-1", "service": "playback", "on": True}]
        assert "Switched on 1 Latency playback in us-east-1 Switch off" in text(shown["demo-markup.data"])
        fault = re.search(r'data-fault="([^"]*)"', shown["demo-markup.data"])
        assert fault is not None
        shown = self.demo(dashboards, "demo-off.data", demo_off__data=unescape(fault.group(1)))
        assert dashboards.api.faults[-1]["on"] is False
        assert "No fault is on" in text(shown["demo-markup.data"])

    def test_choices_come_from_the_demo(self, dashboards: Dashboards) -> None:
        known = self.demo(dashboards)["demo-known.data"]
        found = dashboards.callbacks.call("demo-kind.data", "demo-known.data", demo_known__data=known)
        assert found["demo-kind.value"] == "latency"
        assert found["demo-service.value"] == "playback"
        summary = dashboards.callbacks.call(
            "demo-summary.children", demo_kind__value="failover", demo_known__data=known
        )
        assert summary["demo-service.disabled"] is True
