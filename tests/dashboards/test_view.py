"""The view in the URL: what is written is read again."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from vedette_dashboards.view import View, parse

WORDS = st.text(min_size=1, max_size=12)
KEYS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz._", min_size=3, max_size=9).filter(
    lambda key: key not in ("region",)
)
VIEWS = st.builds(
    View,
    s=WORDS,
    e=WORDS,
    region=st.text(max_size=9),
    tz=st.text(max_size=9),
    rest=st.lists(st.tuples(KEYS, st.text(max_size=30)), max_size=4).map(tuple),
)


@given(VIEWS)
def test_round_trip(view: View) -> None:
    assert parse(view.search()) == view


@given(VIEWS)
def test_an_address_has_nothing_that_ends_it_early(view: View) -> None:
    address = urlsplit(f"http://localhost{view.href('explore')}")
    assert address.path == "/explore"
    assert address.fragment == ""
    assert parse(address.query) == view


def test_the_usual_view_is_a_bare_address() -> None:
    assert View().search() == ""
    assert View().href("alerts") == "/alerts"
    assert View().href() == "/"
    assert View(s="e-3h").href("service", "team/a b?#") == "/service/team%2Fa%20b%3F%23?s=e-3h"
    assert parse("") == parse(None) == View()


def test_an_expression_stays_readable() -> None:
    assert View().put(q="name,cpu,:eq,:sum,(,app,),:by").search() == "?q=name,cpu,:eq,:sum,(,app,),:by"


def test_a_link_to_another_page_keeps_times_and_region_only() -> None:
    view = parse("?s=e-3h&region=us-east-1&q=a,b,:eq&attribute=x%3D1&attribute=y%3D2")
    assert view.all("attribute") == ("x=1", "y=2")
    assert view.common().href("traces") == "/traces?s=e-3h&region=us-east-1"


def test_setting_a_key_replaces_all_of_it() -> None:
    view = parse("?attribute=a&attribute=b&q=1")
    assert view.put(attribute="c").all("attribute") == ("c",)
    assert view.put(attribute="").all("attribute") == ()
    assert view.put(attribute=("d", "e")).all("attribute") == ("d", "e")
    assert view.put(attribute="c").get("q") == "1"


def test_only_times_that_move_are_live() -> None:
    assert View().live
    assert parse("?s=now-1h&e=s%2B5m").live
    assert not parse("?s=1790000000&e=1790003600").live
    assert not parse("?s=e-1h&e=2026-11-22T10:00").live
