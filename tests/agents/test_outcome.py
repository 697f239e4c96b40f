"""How a call ended, by status code and by exception."""

from __future__ import annotations

import asyncio
import concurrent.futures
import socket
import ssl
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

from tests.agents.recorded import cases
from vedette_agent.ipc import outcome

POOL: Any = urllib3.HTTPConnectionPool("127.0.0.1")


@pytest.mark.parametrize("case", cases("ipc", "status_from_http"), ids=lambda case: str(case["http"]))
def test_status_codes_mean_what_is_recorded(case: dict[str, Any]) -> None:
    status = outcome.of_http(case["http"])
    assert (status, outcome.result(status)) == (case["status"], case["result"])


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ((100, 200, 204, 301, 399, 404), "success"),
        ((401, 402, 403, 407, 511), "access_denied"),
        ((400, 405, 406, 409, 418, 422, 499), "bad_request"),
        ((408,), "timeout"),
        ((429, 503), "throttled"),
        ((0, 99, 500, 502, 504, 599), "unexpected_error"),
    ],
)
def test_every_status_code_has_a_status(codes: tuple[int, ...], status: str) -> None:
    assert {outcome.of_http(code) for code in codes} == {status}
    assert outcome.result(status) == ("success" if status == "success" else "failure")


def with_cause(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (TimeoutError(), "timeout"),
        (socket.timeout(), "timeout"),  # noqa: UP041  # its other name, which is still in use
        (httpx.ReadTimeout(""), "timeout"),
        (httpx.PoolTimeout(""), "timeout"),
        (ConnectionRefusedError(), "connection_error"),
        (httpx.ConnectError(""), "connection_error"),
        (httpx.RemoteProtocolError(""), "connection_error"),
        (OSError(), "connection_error"),
        (ssl.SSLError(), "access_denied"),
        (with_cause(httpx.ConnectError(""), ssl.SSLCertVerificationError()), "access_denied"),
        (asyncio.CancelledError(), "cancelled"),
        (concurrent.futures.CancelledError(), "cancelled"),
        (KeyboardInterrupt(), "cancelled"),
        (ValueError(), "bad_request"),
        (httpx.InvalidURL(""), "bad_request"),
        (RuntimeError(), "unexpected_error"),
        (requests.ConnectTimeout(), "timeout"),
        (requests.ReadTimeout(), "timeout"),
        (requests.ConnectionError(), "connection_error"),
        (requests.exceptions.SSLError(), "access_denied"),
        (requests.exceptions.MissingSchema(), "bad_request"),
        (urllib3.exceptions.NewConnectionError(POOL, ""), "connection_error"),
        (urllib3.exceptions.ReadTimeoutError(POOL, "", ""), "timeout"),
        (urllib3.exceptions.SSLError(), "access_denied"),
        (aiohttp.ServerTimeoutError(), "timeout"),
        (aiohttp.ServerDisconnectedError(), "connection_error"),
        (aiohttp.InvalidURL("x"), "bad_request"),
    ],
    ids=repr,
)
def test_exceptions_have_a_status(error: BaseException, status: str) -> None:
    assert outcome.of_exception(error) == status


def test_an_application_that_calls_its_own_error_a_timeout_is_not_believed() -> None:
    class TimeoutException(Exception):
        pass

    assert outcome.of_exception(TimeoutException()) == "unexpected_error"
