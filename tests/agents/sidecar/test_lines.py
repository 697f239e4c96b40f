"""Lines of spectatord's protocol: what the daemon's own parser made of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.readings import by_statistic, measured, total
from tests.agents.recorded import cases
from vedette_agent.clock import ManualClock
from vedette_agent.registry import Registry
from vedette_agent.sidecar.intake import Intake
from vedette_agent.sidecar.lines import Line, LineError, parse


def shown(line: Line) -> dict[str, Any]:
    """An update as the recorded cases write it."""
    subject = line.subject
    number = line.number
    update: dict[str, Any] = {"op": subject.type, "name": subject.name, "tags": dict(subject.tags)}
    match subject.type:
        case "t" | "T":
            update["nanos"] = int(number * 1e9)
        case "A":
            update["epoch_seconds"] = number
        case "U":
            update["value"] = number
        case _:
            update["value"] = number if abs(number) < float("inf") else str(number)
    if subject.type == "g" and subject.option:
        update["ttl_seconds"] = subject.option
    return update


@pytest.mark.parametrize("case", cases("line_protocol", "cases"), ids=lambda case: case["line"])
def test_a_line_is_understood_as_recorded(case: dict[str, Any]) -> None:
    if case["ok"]:
        assert [shown(parse(case["line"]))] == case["updates"]
    else:
        with pytest.raises(LineError) as caught:
            parse(case["line"])
        assert caught.value.what == case["error"]


@pytest.mark.parametrize("case", cases("line_protocol", "packets"), ids=lambda case: repr(case["packet"]))
@pytest.mark.parametrize("times", [1, 2], ids=["new", "known"])
def test_a_packet_is_taken_line_by_line(case: dict[str, Any], times: int) -> None:
    registry = Registry(10_000, clock=ManualClock(1_000_000))
    intake = Intake(registry)
    for _ in range(times):
        intake.packet(case["packet"].encode())
    reading = registry.read(1)
    assert round(by_statistic(reading, "spectatord.parsedCount")["count"] * 10) == case["parsed"] * times
    assert round(by_statistic(reading, "spectatord.parseErrors")["count"] * 10) == case["errors"] * times


def taken(*packets: bytes) -> Registry:
    registry = Registry(10_000, clock=ManualClock(1_000_000))
    intake = Intake(registry)
    for packet in packets:
        intake.packet(packet)
    return registry


def test_lines_become_meters() -> None:
    found = measured(
        taken(
            b"c:hits,id=a:2\nc:hits,id=a:3\nt:call:0.5\nd:size:10\nm:most:7\ng:depth:4\nC:total:5\nC:total:25\n"
            b"U:big:18446744073709551615\nU:big:9\nT:slow:0.01\nA:age:900\nX,1700000000000:sampled:5\n"
        ).read(1)
    )
    assert found["hits", ("id", "a"), ("statistic", "count")] == 0.5
    assert found["call", ("statistic", "totalTime")] == pytest.approx(0.05)
    assert found["size", ("statistic", "totalAmount")] == 1.0
    assert found["most", ("statistic", "max")] == 7.0
    assert found["depth", ("statistic", "gauge")] == 4.0
    assert found["total", ("statistic", "count")] == 2.0
    assert found["big", ("statistic", "count")] == 1.0
    assert found["slow", ("percentile", "T0064"), ("statistic", "percentile")] == 0.1
    assert found["age", ("statistic", "gauge")] == 100.0
    assert not any(name == "sampled" for name, *_ in found)


def test_negative_amounts_are_dropped_whole() -> None:
    found = measured(taken(b"t:call:-1\nT:call.p:-1\nd:size:-1\nc:hits:-1\nt:call:0\n").read(1))
    assert found["call", ("statistic", "count")] == 0.1
    assert found["call.p", ("statistic", "count")] == 0.0
    assert found["hits", ("statistic", "count")] == 0.0


def test_a_gauge_keeps_the_time_to_live_it_was_given() -> None:
    clock = ManualClock(1_000_000)
    registry = Registry(10_000, clock=clock)
    intake = Intake(registry)
    intake.packet(b"g,5:short:1\ng:long:1\n")
    registry.read(1)
    intake.packet(b"g:short:2\n")
    assert by_statistic(registry.read(2), "short") == {"gauge": 2.0}
    clock.advance(5_001)
    assert by_statistic(registry.read(3), "short") == {}
    assert by_statistic(registry.read(4), "long") == {"gauge": 1.0}


@given(st.lists(st.text(alphabet="cgtTdDmACUX,:=.1a9 -e\r\nInfé", max_size=30), max_size=8))
def test_no_packet_breaks_the_intake_and_knowing_it_changes_nothing(lines: list[str]) -> None:
    packet = "\n".join(lines).encode()
    once, twice = taken(packet), taken(packet, packet)
    first, second = once.read(1), twice.read(1)
    for name in ("spectatord.parsedCount", "spectatord.parseErrors"):
        assert 2 * by_statistic(first, name)["count"] == pytest.approx(by_statistic(second, name)["count"])
    for key, value in measured(first).items():
        if ("statistic", "count") in key:
            assert measured(second)[key] == pytest.approx(2 * value) or key[0][0] != "c"


def test_a_number_of_64_bits_keeps_its_digits_though_its_subject_is_known() -> None:
    registry = taken(b"U:big:9007199254740993\n", b"U:big:9007199254740994\n")
    assert total(registry, "big") == 1
