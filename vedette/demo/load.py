"""How many requests a region's users make at a moment: pure arithmetic, so that it can be tested and drawn.

The curve of a day is that of a streaming service: least at five in the morning, a slow rise through the day, most at
nine in the evening; week-ends have longer afternoons. On it lie slow waves and a small jitter from minute to minute.
"""

from __future__ import annotations

import math
from hashlib import blake2b
from typing import Final

from vedette.demo.topology import Region

DAY_S: Final = 86_400.0
HOURS: Final = (
    *(0.62, 0.46, 0.36, 0.30, 0.27, 0.25, 0.27, 0.33, 0.38, 0.41, 0.44, 0.48),
    *(0.52, 0.54, 0.55, 0.57, 0.62, 0.69, 0.78, 0.88, 0.96, 1.00, 0.95, 0.80),
)
"""Share of the peak at each full hour of local time."""
WAVES: Final = ((61 * 60.0, 0.04), (23 * 60.0, 0.03), (7 * 60.0, 0.02))
"""Period in seconds and amplitude of the slow noise."""
JITTER: Final = 0.05


def rate(region: Region, now_s: float, *, peak: float, day_s: float = DAY_S) -> float:
    """Requests per second that the users of `region` make at `now_s` (Unix seconds).

    `peak` is that of a region with share 1 in the evening. `day_s` is how long a day lasts: a demo may squeeze it
    into minutes.
    """
    local_s = now_s * (DAY_S / day_s) + region.utc_offset_h * 3600
    return peak * region.share * of_day(local_s) * _noise(region.name, now_s)


def of_day(local_s: float) -> float:
    """Share of the peak at a local time in seconds since a Thursday's midnight (the Unix epoch was one)."""
    day, second = divmod(local_s, DAY_S)
    hour = second / 3600
    at = int(hour)
    # Half a cosine between two hours: no corners in the figure.
    blend = (1 - math.cos(math.pi * (hour - at))) / 2
    share = HOURS[at % 24] * (1 - blend) + HOURS[(at + 1) % 24] * blend
    weekend = int(day) % 7 in (2, 3)
    return share * (1.15 if weekend and 10 <= hour < 19 else 1.0)


def _noise(name: str, now_s: float) -> float:
    phase = _hash(name) * math.tau
    waves = sum(size * math.sin(math.tau * now_s / period + phase * at) for at, (period, size) in enumerate(WAVES, 1))
    minute, into = divmod(now_s, 60.0)
    before, after = _hash(f"{name} {int(minute)}"), _hash(f"{name} {int(minute) + 1}")
    return 1 + waves + JITTER * (2 * (before + (after - before) * into / 60) - 1)


def _hash(text: str) -> float:
    """A number in [0, 1) that is always the same for the same text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big") / 2**48
