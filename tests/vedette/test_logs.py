"""A log line is one line, and reads back as it was said."""

import logging

from hypothesis import given
from hypothesis import strategies as st

from vedette.logs import KeyValueFormatter, Said, read_back


@given(st.text())
def test_a_message_reads_back(message: str) -> None:
    record = logging.LogRecord("vedette.x", logging.WARNING, __file__, 1, "%s", (message,), None)
    line = KeyValueFormatter().format(record)
    assert "\n" not in line
    assert "\r" not in line
    assert read_back(line) == Said("warning", "vedette.x", message)


def test_a_traceback_stays_on_its_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        record = logging.LogRecord(
            "a", logging.ERROR, __file__, 1, "it broke", (), (ValueError, error, error.__traceback__)
        )
    line = KeyValueFormatter().format(record)
    assert line.count("\n") == 0
    assert "ValueError: two\\nlines" in line
    assert read_back(line) == Said("error", "a", "it broke")


def test_what_others_wrote_is_not_read() -> None:
    assert read_back("Traceback (most recent call last):") is None
    assert read_back('time=now level=info logger=x message="never closed') is None
