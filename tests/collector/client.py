"""Requests to an application in this process, through ASGI and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx
from fastapi import FastAPI

Body = bytes | AsyncIterator[bytes]


class Client:
    """Posts and gets, one after the other; an exception that the application lets out is raised here."""

    def __init__(self, app: FastAPI) -> None:
        self._runner = asyncio.Runner()
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://collector")

    def post(self, path: str, content: Body, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self._runner.run(self._http.post(path, content=content, headers=headers))

    def get(self, path: str) -> httpx.Response:
        return self._runner.run(self._http.get(path))

    def post_together(self, path: str, bodies: list[bytes], headers: Mapping[str, str] | None = None) -> list[int]:
        """Post all bodies at once; the status of each."""

        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(*(self._http.post(path, content=body, headers=headers) for body in bodies))

        return [answer.status_code for answer in self._runner.run(all_of_them())]

    def close(self) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()
