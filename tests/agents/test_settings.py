"""Settings: where they come from, and which source wins."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

import pytest

from vedette_agent.settings import Settings, from_environment


def test_without_anything_there_are_defaults() -> None:
    settings = from_environment({})
    assert settings.url == "http://127.0.0.1:7101"
    assert settings.step_ms == 10_000
    assert settings.app
    assert settings.node
    assert set(settings.common_tags()) == {"app", "node"}


def test_the_caller_wins_over_the_environment() -> None:
    environ = {"OTEL_SERVICE_NAME": "theirs", "VEDETTE_URL": "http://collector:1", "VEDETTE_STEP": "5s"}
    settings = from_environment(environ, app="mine", step_ms=1_000)
    assert (settings.app, settings.url, settings.step_ms) == ("mine", "http://collector:1", 1_000)


def test_identity_comes_from_opentelemetrys_variables_before_netflixs() -> None:
    environ = {
        "OTEL_SERVICE_NAME": "checkout",
        "OTEL_RESOURCE_ATTRIBUTES": "service.name=other, cloud.region=us-east-1,deployment.environment.name=pre%20prod,"
        "service.instance.id=i-9,broken",
        "NETFLIX_APP": "nfapp",
        "NETFLIX_REGION": "eu-west-1",
        "EC2_AVAILABILITY_ZONE": " us-east-1c ",
        "EC2_INSTANCE_TYPE": "m5",
    }
    settings = from_environment(environ)
    assert settings.common_tags() == {
        "app": "checkout",
        "region": "us-east-1",
        "zone": "us-east-1c",
        "env": "pre_prod",
        "node": "i-9",
        "nf.app": "nfapp",
        "nf.region": "eu-west-1",
        "nf.zone": "us-east-1c",
        "nf.vmtype": "m5",
    }


def test_netflixs_first_variable_that_is_not_blank_counts_and_some_may_be_skipped() -> None:
    environ = {
        "NETFLIX_INSTANCE_ID": " ",
        "TITUS_TASK_INSTANCE_ID": "task-1",
        "EC2_INSTANCE_ID": "i-1",
        "TITUS_CONTAINER_NAME": "main",
        "NETFLIX_PROCESS_NAME": "worker",
        "ATLAS_SKIP_COMMON_TAGS": "nf.node, nf.process",
    }
    settings = from_environment(environ, app="a")
    assert settings.node == "task-1"
    assert settings.tags == {"nf.container": "main"}


@pytest.mark.parametrize(
    ("text", "step_ms"), [("10s", 10_000), ("500ms", 500), ("1m", 60_000), ("5", 5_000), ("0.5s", 500), (" 2s ", 2_000)]
)
def test_a_step_may_be_written_in_several_units(text: str, step_ms: int) -> None:
    assert from_environment({"VEDETTE_STEP": text}).step_ms == step_ms


@pytest.mark.parametrize(
    "environ", [{"VEDETTE_STEP": "fast"}, {"VEDETTE_STEP": "0"}, {"VEDETTE_URL": "collector:7101"}]
)
def test_what_cannot_be_used_in_the_environment_is_a_warning(
    environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings = from_environment(environ)
    assert (settings.url, settings.step_ms) == ("http://127.0.0.1:7101", 10_000)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize(
    "given",
    [{"step_ms": 10}]
    + [
        {"url": url}
        for url in ("ftp://x", "", "http://", "http://h:port", "http://[::1", "http://me:secret@h", "http://h?a=b")
    ],
)
def test_what_the_caller_gives_must_be_possible(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"step|URL"):
        from_environment({}, **given)


def test_a_setting_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        from_environment({}, colour="red")


def test_peers_may_be_named_by_the_environment() -> None:
    environ = {"VEDETTE_PEERS": "127.0.0.1:9042=cassandra, cache=redis@us-east-1,broken,=x,y="}
    assert from_environment(environ).peers == {"127.0.0.1:9042": "cassandra", "cache": "redis@us-east-1"}


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings(app="a").app = "b"  # type: ignore[misc]  # that is the point
