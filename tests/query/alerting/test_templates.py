"""Texts with places: what is filled in, what stays, and that nothing can go wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette_query.alerting.templates import LIMIT, complaint, fill

LABELS = {"app": "api", "ipc.server.app": "playback", "odd key": "x", "zone": "us-east-1a"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("$labels.app is at $value", "api is at 12.35"),
        ("$(ipc.server.app) in $(odd key)", "playback in x"),
        ("$labels.ipc.server.app.", "playback."),
        ("$labels.app-$labels.zone", "api-us-east-1a"),
        ("$labels.app's", "api's"),
        ("$labels.none and $(none)", "[no label none] and [no label none]"),
        ("costs $5, or $$5, or 5$", "costs $5, or $5, or 5$"),
        ("$$value", "$value"),
        ("$value%", "12.35%"),
    ],
)
def test_places_are_filled(text: str, filled: str) -> None:
    assert complaint(text) is None
    assert fill(text, LABELS, 12.3456) == filled


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1234567.0, "1.235e+06"), (0.00012346, "0.0001235"), (None, "no value")]
)
def test_values_have_four_digits(value: float | None, text: str) -> None:
    assert fill("$value", {}, value) == text


@pytest.mark.parametrize("text", ["$valueless", "$label.app", "$labels", "$labels.", "${app}x$name", "$(a"])
def test_what_looks_like_a_place_and_is_none(text: str) -> None:
    assert complaint(text) is not None


def test_a_label_is_not_filled_twice() -> None:
    assert fill("$labels.app", {"app": "$value"}, 1.0) == "$value"


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet="$()labels.value {}x\n", max_size=60), st.dictionaries(st.text(max_size=5), st.text(max_size=5))
)
def test_nothing_can_go_wrong(text: str, labels: dict[str, str]) -> None:
    complaint(text)
    assert len(fill(text, labels, 1.0)) <= LIMIT
