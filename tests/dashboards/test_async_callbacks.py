"""Every callback is `async def`: the back end runs a plain function on the event loop, where it holds up everybody."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import vedette_dashboards

ROOM = Path(vedette_dashboards.__file__).parent


def registered(source: str) -> Iterator[tuple[str, bool]]:
    """Each function that is decorated as a callback, and whether it is asynchronous."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name == "callback":
                    yield node.name, isinstance(node, ast.AsyncFunctionDef)


def test_the_lint_sees_a_plain_callback() -> None:
    source = "@dash.callback(Output('a', 'b'))\ndef slow(): ...\n\n@callback()\nasync def fine(): ...\n"
    assert list(registered(source)) == [("slow", False), ("fine", True)]


def test_no_callback_is_a_plain_function() -> None:
    found = {
        f"{file.relative_to(ROOM)}: {name}": asynchronous
        for file in ROOM.rglob("*.py")
        for name, asynchronous in registered(file.read_text())
    }
    assert len(found) >= 10
    assert [name for name, asynchronous in found.items() if not asynchronous] == []


def test_nobody_waits_synchronously() -> None:
    """`time.sleep`, `requests` and the synchronous httpx would stop every page at once."""
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in {("time", "sleep"), ("httpx", "get"), ("httpx", "Client")}, (
                    file
                )
