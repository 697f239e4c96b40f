"""A folder of ES modules and style sheets as it is served: under a path that changes with what is in it.

There is no bundler (docs/decisions/0002): a browser fetches each file itself, keeps it for good, and never mixes the
files of two releases, since a digest of all of them is part of their address.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, Response

ASSETS = Path(__file__).parent / "assets"
TYPES = {".mjs": "text/javascript", ".css": "text/css"}


class Modules:
    """The modules of one part of the pages, in `assets/<name>/`, served below `address`."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.folder = ASSETS / name
        self._address = address

    @property
    def address(self) -> str:
        """Where the files are served now, with a slash at the end."""
        return f"{self._address}{self.version()}/"

    @property
    def addresses(self) -> list[str]:
        """The addresses of all modules, for a page that wants them fetched at once and not one behind the other."""
        address = self.address
        return [address + file.name for file in sorted(self.folder.glob("*.mjs"))]

    def version(self) -> str:
        """A digest of the files."""
        digest = blake2b(digest_size=6)
        for file in sorted(self.folder.iterdir()):
            if file.suffix in TYPES:
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()

    def serve(self, router: APIRouter) -> None:
        """Add the route. A version that is not the present one is answered with the present files, kept by nobody."""

        @router.get(self._address + "{version}/{name}")
        async def module(version: str, name: str) -> Response:
            file = self.folder / name
            if "/" in name or file.suffix not in TYPES or not file.is_file():
                message = f"The {self.name} has no module {name[:100]!r}."
                return JSONResponse({"type": "error", "message": message}, 404)
            cache = "public, max-age=31536000, immutable" if version == self.version() else "no-cache"
            return FileResponse(file, media_type=TYPES[file.suffix], headers={"Cache-Control": cache})
