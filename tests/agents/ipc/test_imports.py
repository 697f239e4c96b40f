"""What is imported, and when: nothing for the measuring itself, and everything is found in whatever order."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIBRARIES = "aiohttp.web, django.core.asgi, django.core.wsgi, fastapi, flask, grpc, httpx, requests, sqlite3, urllib3"
START = "import vedette_agent\nvedette_agent.start(app='a', url='none')\n"
USE = f"import urllib.request, {LIBRARIES}\n"
MEASURED = """
import aiohttp, aiohttp.web, grpc, grpc.aio, httpx, requests, urllib.request, urllib3, sys
from django.core.handlers import asgi, base, wsgi
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette
found = [
    aiohttp.ClientSession.__init__, aiohttp.web.Application.pre_freeze, asgi.ASGIHandler.__call__,
    base.BaseHandler.resolve_request, wsgi.WSGIHandler.__call__, FastAPI.build_middleware_stack, Flask.__call__,
    grpc.insecure_channel, grpc.secure_channel, grpc.server, grpc.aio.insecure_channel, grpc.aio.server,
    httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request,
    requests.adapters.HTTPAdapter.send, Starlette.build_middleware_stack, urllib.request.AbstractHTTPHandler.do_open,
    urllib3.HTTPConnectionPool._make_request,
]
assert all(getattr(one, "_vedette_agent", False) for one in found), found
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
assert SQLite3Instrumentor().is_instrumented_by_opentelemetry
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("code", [START + USE, USE + START], ids=["the agent first", "the libraries first"])
def test_every_library_is_found_whether_it_is_imported_before_or_after(code: str) -> None:
    assert "is not measured" not in run(code + MEASURED).stderr


def test_a_service_that_uses_nothing_imports_nothing() -> None:
    code = "import vedette_agent, sys\nvedette_agent.start(app='a', url='none', tracing=False)\n"
    found = run(f"{code}print(*sys.modules)").stdout.split()
    strange = ("aiohttp", "django", "fastapi", "flask", "grpc", "httpx", "requests", "starlette", "urllib3")
    assert not [name for name in found if name.startswith(strange) or name.startswith("vedette_agent.ipc.hooks")]
