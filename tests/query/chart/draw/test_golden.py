"""Pictures as they should look. `UPDATE_GOLDEN=1` draws them anew: look at each before you commit it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.query.chart.draw.drawn import DARK, GOLDEN, LIGHT
from tests.query.chart.draw.pixels import Pixels, decoded
from vedette_query.chart.draw import draw, error_image

PICTURES = Path(__file__).parents[1] / "golden"
ARTIFACTS = Path(__file__).parents[3] / "artifacts" / "charts"
MESSAGE = "IllegalArgument: invalid axis: 9; there are five axes, 0 to 4. Write 2,:axis, for example, behind the line."

CLEARLY = 64  # of 255: another build of FreeType paints the rims of characters a little otherwise
FEW = 0.002  # the share of pixels that may differ clearly
SLIGHT = 1.0  # of 255: how much pixels may differ on the average


@pytest.mark.parametrize("name", [*GOLDEN, "error-light", "error-dark"])
def test_picture_is_the_golden_one(name: str) -> None:
    png = _draw(name)
    golden = PICTURES / f"{name}.png"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(png)
    drawn, expected = decoded(png), decoded(golden.read_bytes())
    assert drawn.shape == expected.shape, _keep(name, png)
    difference = np.abs(drawn - expected)
    clearly = (difference.max(axis=2) > CLEARLY).mean()
    assert clearly <= FEW, _keep(name, png, difference)
    assert difference.mean() <= SLIGHT, _keep(name, png, difference)


def test_pictures_are_small_and_none_is_left_over() -> None:
    files = list(PICTURES.iterdir())
    assert {file.stem for file in files} == {*GOLDEN, "error-light", "error-dark"}
    assert sum(file.stat().st_size for file in files) < 1_000_000


def _draw(name: str) -> bytes:
    if name in GOLDEN:
        return draw(GOLDEN[name]())
    return error_image(MESSAGE, 700, 300, DARK if name == "error-dark" else LIGHT)


def _keep(name: str, png: bytes, difference: Pixels | None = None) -> str:
    """Write down what was drawn and where it differs, and say where."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    (ARTIFACTS / f"{name}.png").write_bytes(png)
    if difference is not None:
        shown = Image.fromarray((255 - np.minimum(255, difference * 4)).astype(np.uint8))
        shown.save(ARTIFACTS / f"{name}-difference.png")
    return f"the picture differs: see {ARTIFACTS}/{name}*.png"
