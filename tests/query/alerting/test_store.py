"""States and messages on disk: one transaction, one order, one message once."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from tests.query.alerting.company import NOON
from tests.query.alerting.test_webhook import FIRING, RESOLVED
from vedette_query.alerting.database import Database
from vedette_query.alerting.errors import StateLost
from vedette_query.alerting.outbox import REMEMBERED_MS, Message, Outbox
from vedette_query.alerting.state import Instance
from vedette_query.alerting.store import StateStore


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'alerts.db'}")


def of(*instances: Instance) -> dict[str, Instance]:
    return {one.fingerprint: one for one in instances}


def message(receiver: str = "on-call", rule: str = "Hot", **body: object) -> Message:
    return Message(receiver, rule, body)


def test_what_is_saved_is_loaded(database: Database) -> None:
    store = StateStore(database)
    odd = replace(FIRING, fingerprint="x", value=None, labels={"näme": "välue \U0001f600"}, cleared=True, missing=1)
    store.save("Hot", {}, of(FIRING, RESOLVED, odd), [], now_ms=NOON)
    assert StateStore(database).load() == {"Hot": of(FIRING, RESOLVED, odd)}


def test_only_what_differs_is_written(database: Database) -> None:
    store = StateStore(database)
    store.save("Hot", {}, of(FIRING, RESOLVED), [], now_ms=NOON)
    hotter = replace(FIRING, value=11.0)
    store.save("Hot", of(FIRING, RESOLVED), of(hotter), [], now_ms=NOON)
    store.save("Cold", {}, of(replace(FIRING, rule="Cold")), [], now_ms=NOON)
    assert store.load() == {"Hot": of(hotter), "Cold": of(replace(FIRING, rule="Cold"))}


def test_ten_thousand_alerts_fit_one_save(database: Database) -> None:
    store = StateStore(database)
    many = of(*(replace(FIRING, fingerprint=f"{i:016x}") for i in range(10_000)))
    store.save("Hot", {}, many, [], now_ms=NOON)
    store.save("Hot", many, {}, [], now_ms=NOON)
    assert store.load() == {}


def test_states_and_messages_are_written_together_or_not_at_all(tmp_path: Path, database: Database) -> None:
    store, outbox = StateStore(database), Outbox(database)
    with sqlite3.connect(tmp_path / "alerts.db") as direct:
        direct.execute("CREATE TRIGGER full BEFORE INSERT ON alert_outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(StateLost) as lost:
        store.save("Hot", {}, of(FIRING), [message()], now_ms=NOON)
    assert str(lost.value) == "the database of alert states cannot be used: disk full"
    assert (store.load(), outbox.due(NOON, ())) == ({}, [])


def test_messages_go_out_in_order_one_at_a_time(database: Database) -> None:
    store, outbox = StateStore(database), Outbox(database)
    for number in (1, 2):
        store.save("Hot", {}, {}, [message(n=number), message("chat", n=number)], now_ms=NOON + number)
    first = {one.receiver: one for one in outbox.due(NOON + 5, ())}
    assert {name: one.body for name, one in first.items()} == {"on-call": b'{"n":1}', "chat": b'{"n":1}'}
    assert [one.receiver for one in outbox.due(NOON + 5, {"chat"})] == ["on-call"]
    outbox.postponed(first["on-call"], "no answer", due_at=NOON + 100)
    outbox.delivered(first["chat"], now_ms=NOON + 6)
    assert [(one.receiver, one.body) for one in outbox.due(NOON + 7, ())] == [("chat", b'{"n":2}')]
    (again,) = outbox.due(NOON + 100, {"chat"})
    assert (again.body, again.attempts) == (b'{"n":1}', 1)


def test_a_message_waits_only_for_those_of_its_own_group(database: Database) -> None:
    store, outbox = StateStore(database), Outbox(database)
    store.save("Hot", {}, {}, [message(rule="Hot")], now_ms=NOON)
    store.save("Cold", {}, {}, [message(rule="Cold", cold=True)], now_ms=NOON)
    (hot,) = outbox.due(NOON, ())
    outbox.postponed(hot, "no answer", due_at=NOON + 100)
    assert [one.body for one in outbox.due(NOON, ())] == [b'{"cold":true}']


def test_what_became_of_messages_is_seen(database: Database) -> None:
    store, outbox = StateStore(database), Outbox(database)
    store.save("Hot", {}, {}, [message(n=i) for i in range(4)], now_ms=NOON)
    (one,) = outbox.due(NOON, ())
    outbox.delivered(one, now_ms=NOON)
    (one,) = outbox.due(NOON, ())
    outbox.dead(one, "answered 404 Not Found", now_ms=NOON)
    post = outbox.posts()["on-call"]
    assert (post.waiting, post.delivered, post.dead, post.last_error) == (2, 1, 1, "answered 404 Not Found")


def test_what_is_long_done_is_dropped_and_what_waits_is_not(database: Database) -> None:
    store, outbox = StateStore(database), Outbox(database)
    store.save("Hot", {}, {}, [message(n=1), message(n=2)], now_ms=NOON)
    (one,) = outbox.due(NOON, ())
    outbox.delivered(one, now_ms=NOON)
    outbox.prune(now_ms=NOON + REMEMBERED_MS)
    assert outbox.posts()["on-call"].delivered == 1
    outbox.prune(now_ms=NOON + REMEMBERED_MS + 1)
    post = outbox.posts()["on-call"]
    assert (post.waiting, post.delivered) == (1, 0)
    store.save("Hot", {}, {}, [message(n=3)], now_ms=NOON)  # numbers of a group go on


@pytest.mark.parametrize(
    ("url", "words"),
    [("sqlite:////nowhere/at/all.db", "unable to open database file"), ("nonsense://x", "nonsense"), ("", "URL")],
)
def test_a_database_that_cannot_be_had_says_so(url: str, words: str) -> None:
    with pytest.raises(StateLost) as lost:
        Database(url)
    assert words in str(lost.value)


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "alerts.db").write_text("hello " * 1000)
    with pytest.raises(StateLost, match="file is not a database"):
        Database(f"sqlite:///{tmp_path / 'alerts.db'}")


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'alerts.db'}"
    StateStore(Database(url)).save("Hot", {}, of(FIRING), [message()], now_ms=NOON)
    again = Database(url)
    assert StateStore(again).load() == {"Hot": of(FIRING)}
    assert len(Outbox(again).due(NOON, ())) == 1


def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from vedette_query.alerting.tables import METADATA

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "alert_schema"})
        assert compare_metadata(context, METADATA) == []
