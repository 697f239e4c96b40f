"""What can go wrong between a page and its data.

DashboardsError
├── ApiAway      nothing answered, or not in time: keep the old numbers, say so, try again
├── Refused      the API understood and said no (4xx): show its sentence beside the input
└── NotFound     the thing asked for does not exist (404)
"""

from __future__ import annotations


class DashboardsError(Exception):
    """The root: its text is one sentence that may be shown to a reader."""


class ApiAway(DashboardsError):
    """The API did not answer, or answered that it cannot now."""


class Refused(DashboardsError):
    """The API refused what was asked; the text is the API's own."""


class NotFound(DashboardsError):
    """What was asked for is not there."""
