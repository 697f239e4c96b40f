"""IpcWsgiMiddleware: measures what a WSGI application answers. Standard library only.

Wrap the whole application in it, outermost: then it sees the answers that error handlers give. Bodies pass untouched,
part by part; the call ends with the last part.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Any, Final

from vedette_agent.ipc import layers, outcome, peer, served
from vedette_agent.ipc.calls import Calls, ServerCall

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

TEMPLATE: Final = "vedette.template"
"""Where in the environment a framework's hook leaves the template of the route that was taken."""
_MEASURED: Final = "vedette.measured"


class IpcWsgiMiddleware:
    """A WSGI application around another one. What goes wrong in here is logged and costs the caller nothing."""

    def __init__(self, app: Application, calls: Calls) -> None:
        self.app = app
        self._calls = calls

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return answer(self.app, environ, start_response, self._calls)


def answer(app: Application, environ: Environ, start_response: StartResponse, calls: Calls) -> Iterable[bytes]:
    """What the application answers, with the call recorded."""
    method, path = environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")
    if _MEASURED in environ or layers.is_answering(method, path):
        return app(environ, start_response)
    environ[_MEASURED] = True
    request = _Request(environ, calls)
    token = layers.answering(method, environ.get("SCRIPT_NAME", "") + path)
    try:
        body = app(environ, request.starting(start_response))
    except BaseException as error:
        request.end(error)
        raise
    finally:
        layers.answered(token)
    if isinstance(body, list | tuple) or _is_file(body, environ):
        # It is complete, or the server sends it by itself; both are better handed on as they are.
        request.end()
        return body
    return _Body(body, request)


class _Request:
    """One request under way."""

    def __init__(self, environ: Environ, calls: Calls) -> None:
        self._environ = environ
        self._calls = calls
        self._root = environ.get("SCRIPT_NAME", "")
        self._path = environ.get("PATH_INFO", "")
        self._code = 0
        self._template: str | None = None
        self._ended = False
        served.begin(calls)
        self._started = perf_counter()

    @property
    def is_head(self) -> bool:
        return bool(self._environ.get("REQUEST_METHOD") == "HEAD")

    def starting(self, start_response: StartResponse) -> StartResponse:
        introduction = (peer.HEADER, self._calls.introduction)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            number = str(status)[:3]
            self._code = int(number) if number.isdigit() else 0
            self._template = _template(self._environ, self._root)  # now: Flask takes it away when it has answered
            return start_response(status, [*headers, introduction], *error)

        return start

    def end(self, error: BaseException | None = None, *, torn: bool = False) -> None:
        """The last part was handed over, or `error` came before it, or nobody wants the rest."""
        if self._ended:
            return
        self._ended = True
        served.record(self._calls, lambda: self._call(error, torn), perf_counter() - self._started)

    def _call(self, error: BaseException | None, torn: bool) -> ServerCall:
        environ = self._environ
        call = served.http_call(
            self._template,
            self._path,
            method=environ.get("REQUEST_METHOD", ""),
            version=str(environ.get("SERVER_PROTOCOL", "HTTP/1.1")).removeprefix("HTTP/"),
            code=self._code,
            error=error,
            client=peer.client(environ.get("HTTP_BAGGAGE"), environ.get("HTTP_NETFLIX_ASG")),
        )
        return call._replace(status=outcome.CANCELLED) if torn else call


class _Body:
    """The parts of an answer as they come; ends the call with the last, or when the server gives up."""

    def __init__(self, body: Iterable[bytes], request: _Request) -> None:
        self._body = body
        self._parts: Iterator[bytes] | None = None
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            if self._parts is None:
                self._parts = iter(self._body)
            return next(self._parts)
        except StopIteration:
            self._request.end()
            raise
        except BaseException as error:
            self._request.end(error)
            raise

    def close(self) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._request.end(torn=not self._request.is_head)


def _is_file(body: Iterable[bytes], environ: Environ) -> bool:
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(body, wrapper)


def _template(environ: Environ, root: str) -> str | None:
    """The template of the route that was taken, with the prefix under which its application is mounted."""
    template = environ.get(TEMPLATE)
    if template is None:
        # Flask leaves its request, which knows its rule.
        rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
        template = getattr(rule, "rule", None)
    if not isinstance(template, str):
        return None
    mounted = environ.get("SCRIPT_NAME", "")
    return str(mounted[len(root) :]) + "/" + template if mounted.startswith(root) else template
