"""A port that cannot be had is told in one sentence."""

from __future__ import annotations

import socket

import pytest

from vedette.errors import CannotStart
from vedette.server import listen


def test_a_port_in_use_is_told_with_its_option() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            CannotStart, match=rf"^Port {port} of 127\.0\.0\.1, wanted for the API \(--port\), is in use"
        ):
            listen("127.0.0.1", port, "the API (--port)")


def test_a_port_that_was_just_released_can_be_had_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as before:
        port = before.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client, before.accept()[0]:
            client.sendall(b"x")
    listen("127.0.0.1", port, "a test").close()


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(CannotStart, match=r"^Cannot listen on 192\.0\.2\.1:0 for a test: "):
        listen("192.0.2.1", 0, "a test")
