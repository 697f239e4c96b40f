"""The outbox: bounded, the oldest gives way, and nothing goes uncounted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vedette_agent.outbox import Outbox
from vedette_agent.transports import Parcel


def parcel(items: int, size: int = 10) -> Parcel:
    return Parcel("/p", "t", b"x" * size, items)


def test_parcels_leave_in_the_order_in_which_they_came() -> None:
    outbox = Outbox(9, 1_000, lambda _: None)
    first, second = parcel(1), parcel(2)
    outbox.put(first)
    outbox.put(second)
    assert outbox.first() is first
    assert outbox.done(first)
    assert outbox.first() is second
    assert not outbox.done(first)


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(1, 5), st.integers(20, 100))
def test_it_never_holds_more_than_it_may_and_every_parcel_is_kept_or_counted(
    sizes: list[int], most: int, most_bytes: int
) -> None:
    dropped: list[Parcel] = []
    outbox = Outbox(most, most_bytes, dropped.append)
    for number, size in enumerate(sizes):
        outbox.put(parcel(number, size))
        assert len(outbox) <= most
    kept = []
    while (left := outbox.first()) is not None:
        kept.append(left)
        assert outbox.done(left)
    assert sum(len(one.body) for one in kept) <= most_bytes
    assert [one.items for one in [*dropped, *kept]] == list(range(len(sizes))), "the oldest go first"


def test_a_parcel_that_had_to_go_while_it_was_being_sent_is_not_done_twice() -> None:
    dropped: list[Parcel] = []
    outbox = Outbox(1, 1_000, dropped.append)
    first = parcel(1)
    outbox.put(first)
    outbox.put(parcel(2))
    assert dropped == [first]
    assert not outbox.done(first)
    assert len(outbox) == 1
