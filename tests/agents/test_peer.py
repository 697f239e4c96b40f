"""How two services tell each other who they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_agent.ipc import peer


@pytest.mark.parametrize(
    ("baggage", "found"),
    [
        ("", ("", "")),
        ("user=7", ("", "")),
        ("ipc.client.app=edge", ("edge", "")),
        ("user=7, ipc.client.region=us-east-1;ttl=3 ,ipc.client.app = edge", ("edge", "us-east-1")),
        ("ipc.client.app=a%20b", ("a_b", "")),
        ("ipc.client.app", ("", "")),
        ("ipc.client.app=" + "x" * 9_000, ("", "")),
    ],
)
def test_a_caller_is_read_from_baggage(baggage: str, found: peer.Peer) -> None:
    assert peer.caller(baggage) == found


def test_a_hop_names_itself_instead_of_who_called_it_and_passes_on_the_rest() -> None:
    inherited = "user=7,ipc.client.app=edge,ipc.client.region=us-east-1, tenant=a;p=1"
    assert peer.with_caller(inherited, "api", "eu-west-1") == (
        "user=7, tenant=a;p=1,ipc.client.app=api,ipc.client.region=eu-west-1"
    )
    assert peer.with_caller("", "api", "") == "ipc.client.app=api"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("app=catalog;region=us-west-2", ("catalog", "us-west-2")),
        (" region=us-west-2 ; app=catalog", ("catalog", "us-west-2")),
        ("app=catalog", ("catalog", "")),
        ("catalog", ("", "")),
        ("", ("", "")),
        ("app=<script>", ("_script_", "")),
    ],
)
def test_a_server_is_read_from_its_header(header: str, found: peer.Peer) -> None:
    assert peer.introduced(header) == found


@given(st.text(), st.text())
def test_whatever_others_send_is_read_as_something(baggage: str, header: str) -> None:
    for app, region in (peer.caller(baggage), peer.introduced(header), peer.caller(f"ipc.client.app={baggage}")):
        assert isinstance(app, str)
        assert isinstance(region, str)


@pytest.mark.parametrize(
    ("baggage", "asg", "found"),
    [
        (None, None, ("", "")),
        (None, "www-main-v042", ("www", "")),
        ("user=7", "www-main-v042", ("www", "")),
        ("ipc.client.app=edge,ipc.client.region=eu-west-1", "www-main-v042", ("edge", "eu-west-1")),
        ("ipc.client.app=edge", None, ("edge", "")),
    ],
)
def test_a_server_group_names_a_caller_that_baggage_does_not(
    baggage: str | None, asg: str | None, found: peer.Peer
) -> None:
    assert peer.client(baggage, asg) == found


def test_settings_may_name_the_region_of_a_peer() -> None:
    assert peer.configured("redis@us-east-1") == ("redis", "us-east-1")
    assert peer.configured("redis") == ("redis", "")
