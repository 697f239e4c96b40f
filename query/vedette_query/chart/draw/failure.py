"""The picture of an error."""

from __future__ import annotations

from typing import Final

from vedette_query.chart.chart import Theme
from vedette_query.chart.draw.arrangement import PAD
from vedette_query.chart.draw.notices import BOX_INSET, BOX_LINE, box_of_lines
from vedette_query.chart.draw.sizes import Sizes
from vedette_query.chart.draw.surface import Surface
from vedette_query.chart.draw.text import wrap

_HEADING: Final = "This graph cannot be drawn"
_HEADING_ROOM: Final = 24


def paint_error(message: str, width: int, height: int, theme: Theme) -> bytes:
    """A message in a box in the middle of a picture of this size, as much of it as fits."""
    sizes = Sizes()
    surface = Surface(width, height, theme.image)
    pad = min(PAD, width // 8)
    room = width - 2 * pad
    heading = _HEADING_ROOM if height >= 5 * BOX_LINE and sizes.title.width(_HEADING) <= room else 0
    most = max(1, (height - 2 * pad - heading) // BOX_LINE - 1)
    lines = wrap(message, room - 2 * BOX_INSET, sizes.label.width, most) or [""]
    box = box_of_lines(lines, room, sizes, theme.warning, theme.text)
    top = max(0, (height - heading - box.height) // 2)
    if heading:
        surface.text((pad, top + heading // 2), _HEADING, sizes.title, theme.text)
    box.paint(surface, pad, top + heading)
    return surface.png()
