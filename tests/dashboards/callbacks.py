"""Calls Dash's callbacks as its renderer does: over HTTP, by the list of dependencies that the server publishes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

import httpx


class Callbacks:
    """The callbacks of a served application."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        self.known: list[dict[str, Any]] = self.http.get("/_dash-dependencies").json()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(self, output: str, changed: str = "", **given: Any) -> Mapping[str, Any]:
        """Call the callback that writes `output` (as `overview-markup.data`).

        `given` holds values of inputs and states as `id__property` (dashes as underscores); the others are null.
        Gives `{"id.property": value, ...}` of what came back, side updates among them.
        """
        spec = next(one for one in self.known if output in one["output"].strip(".").split("..."))
        values = {name.replace("__", ".").replace("_", "-"): value for name, value in given.items()}

        def filled(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            found = []
            for entry in entries:
                key = f"{entry['id']}.{entry['property']}"
                wanted = key.replace("n_clicks", "n-clicks")
                found.append({**entry, "value": values.get(wanted)})
            return found

        outputs = [
            dict(zip(("id", "property"), one.rsplit(".", 1), strict=True))
            for one in spec["output"].strip(".").split("...")
        ]
        body = {
            "output": spec["output"],
            "outputs": outputs if spec["output"].startswith("..") else outputs[0],
            "inputs": filled(spec["inputs"]),
            "state": filled(spec["state"]),
            "changedPropIds": [changed] if changed else [],
        }
        answer = self.http.post("/_dash-update-component", content=json.dumps(body), headers=_JSON)
        if answer.status_code == httpx.codes.NO_CONTENT:
            return {}
        answer.raise_for_status()
        told = answer.json()
        changes = {**told.get("response", {}), **told.get("sideUpdate", {})}
        return {f"{name}.{prop}": value for name, props in changes.items() for prop, value in props.items()}


_JSON = {"content-type": "application/json"}
