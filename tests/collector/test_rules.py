from __future__ import annotations

import pytest

from vedette_collector import rules
from vedette_storage.series import Kind

NAMED = {"name": "pub.test"}
SET = "[--.0-9A-Z^_a-z~]"


def tags(**extra: str) -> dict[str, str]:
    return dict(sorted({**NAMED, **extra}.items()))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "missing key 'name'"),
        ({"a": "x"}, "missing key 'name'"),
        (tags(k="v"), "key too short: [k] (1 < 2)"),
        (tags(**{"": "v"}), "key too short: [] (0 < 2)"),
        (tags(**{"k" * 60: "v"}), None),
        (tags(**{"k" * 61: "v"}), f"key too long: [{'k' * 61}] (61 > 60)"),
        ({"name": "n"}, "value too short: name = [n] (1 < 2)"),
        ({"name": "nn"}, None),
        ({"name": "n" * 255}, None),
        ({"name": "n" * 256}, f"value too long: name = [{'n' * 256}] (256 > 255)"),
        (tags(kk=""), "value too short: kk = [] (0 < 1)"),
        (tags(kk="v" * 120), None),
        (tags(kk="v" * 121), f"value too long: kk = [{'v' * 121}] (121 > 120)"),
        (tags(kk="-._AZaz09^~"), None),
        (tags(**{"k^~-._09": "v"}), None),
        (tags(kk="a b"), f"invalid characters in value: kk = [a b] ({SET} are allowed)"),
        (tags(kk="a/b"), f"invalid characters in value: kk = [a/b] ({SET} are allowed)"),
        (tags(kk="é"), f"invalid characters in value: kk = [é] ({SET} are allowed)"),
        (tags(kk="a\n"), f"invalid characters in value: kk = [a\n] ({SET} are allowed)"),
        (tags(**{"k k": "v"}), f"invalid characters in key: [k k] ({SET} are allowed)"),
        ({"name": "a:b"}, f"invalid characters in value: name = [a:b] ({SET} are allowed)"),
        (tags(**{f"k{i:02}": "v" for i in range(19)}), None),
        (tags(**{f"k{i:02}": "v" for i in range(20)}), "too many user tags: 21 > 20"),
        (tags(**{f"k{i:02}": "v" for i in range(19)}, **{"nf.app": "x", "atlas.aggr": "y"}), None),
        (tags(**{"atlas.foo": "x"}), "invalid key for reserved prefix 'atlas.': atlas.foo"),
        (tags(**{"nf.foo": "x"}), "invalid key for reserved prefix 'nf.': nf.foo"),
        (tags(**{"nf.country.rollup": "x", "nf.shard2": "x", "nf.vmtype": "x"}), None),
        (tags(**{"atlas.offset": "1h", "atlas.legacy": "epic", "atlas.aggr": "x", "atlas.dstype": "rate"}), None),
    ],
)
def test_the_first_broken_rule_is_told_in_atlas_words(given: dict[str, str], message: str | None) -> None:
    broken = rules.check(given)
    assert (broken.message if broken else None) == message


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"k": "", "atlas.foo": "x"}, "missing_name"),
        ({"k": "", "name": "nn"}, "key_length"),
        ({"kk": "", "name": "a b"}, "value_length"),
        ({"kk": "a b", "atlas.foo": "x", "name": "nn"}, "characters"),
        ({**{f"k{i:02}": "v" for i in range(20)}, "name": "nn", "nf.foo": "x"}, "user_tags"),
        ({"atlas.foo": "x", "name": "nn", "nf.foo": "x"}, "reserved_prefix"),
    ],
)
def test_rules_are_checked_in_atlas_order(given: dict[str, str], reason: str) -> None:
    broken = rules.check(given)
    assert broken is not None
    assert broken.reason == reason


def test_within_a_rule_tags_are_checked_in_the_order_of_their_keys() -> None:
    broken = rules.check({"aa": "", "bb": "", "name": "nn"})
    assert broken is not None
    assert broken.message == "value too short: aa = [] (0 < 1)"


def test_length_is_counted_in_utf_16_units() -> None:
    broken = rules.check({"kk": "\N{GRINNING FACE}" * 61, "name": "nn"})
    assert broken is not None
    assert broken.message.endswith("(122 > 120)")


@pytest.mark.parametrize("dstype", ["sum", "counter"])
def test_a_type_that_is_not_stored_is_refused_with_what_would_fit(dstype: str) -> None:
    broken = rules.check(tags(**{"atlas.dstype": dstype}))
    assert broken is not None
    assert broken.message.startswith(f"unsupported atlas.dstype: {dstype} (send a rate per second as 'rate' or ")


@pytest.mark.parametrize(
    ("dstype", "kind"), [(None, Kind.RATE), ("rate", Kind.RATE), ("gauge", Kind.GAUGE), ("other", Kind.RATE)]
)
def test_only_a_gauge_is_a_gauge(dstype: str | None, kind: Kind) -> None:
    assert rules.kind_of({} if dstype is None else {"atlas.dstype": dstype}) is kind


def test_tags_are_told_as_compact_json_in_the_order_of_their_keys() -> None:
    assert rules.with_tags("why", {"b": "é", "a": '"'}) == 'why (tags={"a":"\\"","b":"é"})'
