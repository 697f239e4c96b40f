"""Pages without a demo, and without an API."""

from __future__ import annotations

from tests.dashboards.callbacks import Callbacks
from tests.dashboards.recorded_api import serving
from vedette_dashboards.app import build
from vedette_dashboards.settings import Settings


def test_nobody_behind_the_pages() -> None:
    with serving(build(Settings(api_url="http://127.0.0.1:1"))) as url, Callbacks(url) as callbacks:
        assert callbacks.http.get("/healthz").status_code == 200
        found = callbacks.call("overview-markup.data", url__search="")
        assert set(found) == {"pulse.data"}
        assert found["pulse.data"]["away"] == "http://127.0.0.1:1/api/v1/traffic cannot be reached"
        demo = callbacks.call("demo-markup.data")
        assert "The demo does not run here" in demo["demo-markup.data"]
        assert "vedette up --demo" in demo["demo-markup.data"]
        assert demo["demo-form.hidden"] is True


def test_a_copied_address_opened_first_has_its_scripts() -> None:
    with serving(build(Settings(api_url="http://127.0.0.1:1"))) as url, Callbacks(url) as callbacks:
        assert "/assets/vedette.js" in callbacks.http.get("/service/playback").text
