"""Settings from the environment and the command line."""

from __future__ import annotations

import pytest

from vedette_dashboards.__main__ import arguments, main
from vedette_dashboards.settings import Settings, from_environment, port


def test_nothing_said_is_the_usual() -> None:
    assert from_environment({}) == Settings()
    assert arguments([], Settings()) == Settings()


def test_the_environment_says_it() -> None:
    found = from_environment(
        {"VEDETTE_API_URL": "http://q:1", "VEDETTE_DEMO_URL": "http://d:2", "VEDETTE_DASHBOARDS_PORT": "9"}
    )
    assert (found.api_url, found.demo_url, found.port) == ("http://q:1", "http://d:2", 9)


def test_the_command_line_is_stronger() -> None:
    found = arguments(["--api-url", "http://x", "--port", "0", "--host", "::1"], Settings(api_url="http://q:1", port=9))
    assert (found.api_url, found.port, found.host) == ("http://x", 0, "::1")


@pytest.mark.parametrize("text", ["http", "-1", "65536", ""])
def test_a_port_is_a_port(text: str) -> None:
    with pytest.raises(ValueError, match="a port is a number from 0 to 65535"):
        port(text)


def test_a_wrong_port_is_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEDETTE_DASHBOARDS_PORT", "eighty")
    assert main([]) == 2
    assert (
        capsys.readouterr().err == "vedette dashboards: the port is 'eighty', but a port is a number from 0 to 65535\n"
    )


def test_the_shown_address_is_the_public_one() -> None:
    assert (
        Settings(api_url="http://a/", public_api_url="https://vedette.example/").shown_api_url
        == "https://vedette.example"
    )
    assert Settings(api_url="http://a/").shown_api_url == "http://a"
