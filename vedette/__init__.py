"""The `vedette` command: wires the five rooms together. Nothing imports this package."""

from typing import Final

VERSION: Final = "0.1.0"
