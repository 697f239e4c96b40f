"""Asks the query API (and, in the demo, its control API) over HTTP; the pages' only way to data.

One `httpx.AsyncClient` serves all callbacks: they share its connections, and its time-outs bound each of them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from vedette_dashboards import questions
from vedette_dashboards.errors import ApiAway, NotFound, Refused
from vedette_dashboards.view import View
from vedette_query.answer import Answer

logger = logging.getLogger(__name__)

Parameters = Sequence[tuple[str, str]]


class Client:
    """The query API as a reader sees it. Every method may raise ApiAway, Refused or NotFound."""

    def __init__(
        self,
        api_url: str,
        *,
        demo_url: str | None = None,
        timeout: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.api_url = api_url.rstrip("/")
        self.demo_url = demo_url.rstrip("/") if demo_url else None
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(timeout, 2.0)),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
            transport=transport,
            headers={"accept": "application/json", "user-agent": "vedette-dashboards"},
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def graph(self, q: str, view: View, *, tz: str = "UTC", width: int = 360) -> Answer:
        """Evaluate an expression of the stack language over the view's times, in at most about `width` steps."""
        body = await self._get("/api/v1/graph", settled(graph_parameters(q, view, tz=tz, width=width)))
        try:
            return Answer.from_json(body)
        except (KeyError, TypeError, ValueError) as error:
            raise _strange(f"{self.api_url}/api/v1/graph", error) from error

    async def traffic(self, *, window: str = "1m", end: str = "now", region: str = "") -> Mapping[str, Any]:
        """The traffic of all regions, shaped as Vizceral's; rates each second, latencies in seconds."""
        asked = [("window", window), ("e", end), *([("region", region)] if region else [])]
        return await self._object("/api/v1/traffic", asked)

    async def traces(self, asked: Parameters) -> Sequence[Mapping[str, Any]]:
        """Search traces; the newest first."""
        return _list(await self._object("/api/v1/traces", asked), "traces")

    async def trace(self, trace_id: str) -> Mapping[str, Any]:
        """One trace with its spans; NotFound when there is none of that id."""
        return await self._object(f"/api/v1/traces/{quote(trace_id, safe='')}", ())

    async def operations(self, app: str) -> Sequence[str]:
        """The names of the operations that an app's spans carry."""
        body = await self._get("/api/v1/operations", [("app", app)])
        return _texts(body.get("operations") if isinstance(body, Mapping) else body, "/api/v1/operations")

    async def values(self, key: str) -> Sequence[str]:
        """The known values of one tag."""
        path = f"/api/v1/tags/{quote(key, safe='')}"
        return _texts(await self._get(path, ()), path)

    async def chart(self, asked: Parameters) -> Sequence[Mapping[str, Any]]:
        """The parts of a v2.json graph without its picture."""
        body = await self._get("/api/v1/graph", settled([*asked, ("hints", "no-image")]))
        if not isinstance(body, list):
            raise _strange("/api/v1/graph", TypeError(f"expected a list, found {type(body).__name__}"))
        return body

    async def file(self, asked: Parameters) -> bytes:
        """A graph in a format that is no JSON."""
        return (await self._request("GET", address(self.api_url, "/api/v1/graph", asked))).content

    async def form(self, q: str, common: str | None = None) -> Mapping[str, Any]:
        """The form of an expression, or why it has none."""
        asked = [("q", q), *([("cq", common)] if common else [])]
        return await self._object("/api/v1/expr/form", asked)

    async def choices(self) -> Mapping[str, Any]:
        """What a form can choose from."""
        return await self._object("/api/v1/expr/form", ())

    async def build(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """The expression of a form."""
        path = f"{self.api_url}/api/v1/expr/build"
        return _mapping(await self._send("POST", path, json=dict(form)), path)

    async def tags(self, key: str | None, q: str) -> Sequence[str]:
        """The keys, or the values of one key, of the series that match a query."""
        path = f"/api/v1/tags/{quote(key, safe='')}" if key else "/api/v1/tags"
        return _texts(await self._get(path, [("q", q)]), path)

    async def counted(self, key: str) -> Sequence[tuple[str, float]]:
        """The values of one tag, each with the number of its series."""
        path = f"/api/v1/tags/{quote(key, safe='')}"
        found = await self._get(path, [("verbose", "1")])
        try:
            return [(str(one["value"]), float(one["count"])) for one in found]
        except (KeyError, TypeError, ValueError) as error:
            raise _strange(path, error) from error

    async def alerts(self) -> Mapping[str, Any]:
        """Alerts and rules."""
        return await self._object("/api/v1/alerts", ())

    async def answer(self, path: str, asked: Parameters) -> Any:
        """What the API answers to any question, for routes that hand it on."""
        return await self._get(path, asked)

    async def faults(self) -> Mapping[str, Any]:
        """The demo's faults, and which there can be."""
        body = await self._send("GET", f"{self.demo_url}/faults")
        return _mapping(body, f"{self.demo_url}/faults")

    async def switch(self, fault: Mapping[str, Any]) -> None:
        """Switch one fault of the demo on or off."""
        await self._send("POST", f"{self.demo_url}/faults", json=dict(fault))

    async def _object(self, path: str, asked: Parameters) -> Mapping[str, Any]:
        return _mapping(await self._get(path, asked), self.api_url + path)

    async def _get(self, path: str, asked: Parameters) -> Any:
        return await self._send("GET", address(self.api_url, path, asked))

    async def _send(self, method: str, url: str, json: Any = None) -> Any:
        answer = await self._request(method, url, json)
        try:
            return answer.json()
        except ValueError as error:
            raise _strange(url.partition("?")[0], error) from error

    async def _request(self, method: str, url: str, json: Any = None) -> httpx.Response:
        shown = url.partition("?")[0]
        try:
            answer = await self._http.request(method, url, json=json)
        except httpx.TimeoutException as error:
            raise ApiAway(f"{shown} did not answer in time") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            logger.debug("asking %s failed: %s", shown, error)
            raise ApiAway(f"{shown} cannot be reached") from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound(_message(answer))
        if answer.is_client_error:
            raise Refused(_message(answer))
        if not answer.is_success:
            raise ApiAway(f"{shown} answered {answer.status_code}: {_message(answer)}")
        return answer


def address(base: str, path: str, asked: Parameters) -> str:
    """A URL. Atlas's parser takes a literal comma and colon, and they keep an expression readable in logs."""
    query = urlencode(asked, quote_via=quote, safe=",:()")
    return f"{base}{path}" + (f"?{query}" if query else "")


def region_query(region: str) -> str:
    """The query that keeps one region only, as program text."""
    return f"region,{questions.escape(region)},:eq"


def graph_parameters(q: str, view: View, *, tz: str = "UTC", width: int = 360) -> list[tuple[str, str]]:
    """What is asked of `/api/v1/graph`. The region filter goes into `cq`, which the API ANDs into every query."""
    asked = [("q", q), ("s", view.s), ("e", view.e), ("tz", tz or "UTC"), ("w", str(width)), ("format", "json")]
    if view.region:
        asked.append(("cq", region_query(view.region)))
    return asked


def settled(asked: Parameters) -> list[tuple[str, str]]:
    """The same question, without a newest step that may still be coming in: its sums would be too small, and every
    line would seem to fall. Agents report within two seconds after the end of a step.
    """
    return [(name, "now-3s" if (name, value) == ("e", "now") else value) for name, value in asked]


def _message(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        body = None
    said = body.get("message") if isinstance(body, Mapping) else None
    if isinstance(said, list):
        said = "; ".join(str(part) for part in said)
    return str(said) if said else f"{answer.status_code} {answer.reason_phrase}"


def _strange(url: str, error: Exception) -> ApiAway:
    logger.warning("the answer of %s cannot be read: %s", url, error)
    return ApiAway(f"{url} gave an answer that cannot be read; is it a Vedette of another version?")


def _mapping(body: Any, url: str) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise _strange(url, TypeError(f"expected an object, found {type(body).__name__}"))
    return body


def _list(body: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    found = body.get(key)
    if not isinstance(found, list):
        raise _strange(key, TypeError(f"expected a list '{key}'"))
    return found


def _texts(found: Any, path: str) -> list[str]:
    if not isinstance(found, list):
        raise _strange(path, TypeError(f"expected a list, found {type(found).__name__}"))
    return [str(text) for text in found]
