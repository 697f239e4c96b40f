"""Switching faults, without a company."""

import pytest

from vedette.demo.faults import KINDS, Board, WrongFault, checked


def test_a_fault_is_on_until_it_is_off() -> None:
    board = Board()
    fault = checked("latency", "us-east-1", "playback", 5)
    board.switch(fault, True)
    assert board.on("latency", "us-east-1", "playback")
    assert not board.on("latency", "us-west-2", "playback")
    assert not board.on("errors", "us-east-1", "playback")
    board.switch(fault, False)
    assert not board.on("latency", "us-east-1", "playback")


def test_switching_on_again_keeps_the_first_time() -> None:
    board = Board()
    board.switch(checked("errors", "eu-west-1", "api", 5), True)
    board.switch(checked("errors", "eu-west-1", "api", 9), True)
    assert [fault.since_ms for fault in board] == [5]


def test_switching_off_what_is_not_on_is_no_error() -> None:
    board = Board()
    board.switch(checked("dead", "eu-west-1", "api", 5), False)
    assert board.described()["faults"] == []


@pytest.mark.parametrize(
    ("kind", "region", "service", "says"),
    [
        ("flood", "us-east-1", "api", "There is no kind of fault 'flood'; there are latency, errors, dead, failover."),
        ("dead", "mars", "api", "There is no region 'mars'; there are us-east-1, us-west-2, eu-west-1."),
        ("dead", "us-east-1", "redis", "There is no service 'redis'; there are edge, api"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_what_can(kind: str, region: str, service: str, says: str) -> None:
    with pytest.raises(WrongFault) as caught:
        checked(kind, region, service, 0)
    assert str(caught.value).startswith(says)


def test_a_failover_is_the_edges_whatever_was_asked() -> None:
    assert checked("failover", "us-east-1", "playback", 0).service == "edge"


@pytest.mark.parametrize("kind", KINDS)
def test_the_board_says_of_each_fault_what_it_does(kind: str) -> None:
    board = Board()
    board.switch(checked(kind, "us-east-1", "playback", 7), True)
    (described,) = board.described()["faults"]
    assert described["on"] is True
    assert described["since_ms"] == 7
    assert "us-east-1" in described["summary"]
