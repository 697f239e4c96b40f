"""Rule files: what a good one becomes, and that each mistake is named at its line in one sentence."""

from __future__ import annotations

import pytest

from vedette_query.alerting.errors import RulesRefused
from vedette_query.alerting.reading import LARGEST, read
from vedette_query.alerting.rules import Group, Rule, Rules, Webhook
from vedette_query.errors import BadProgram

GOOD = """\
webhooks:
  - url: https://bot:secret@hooks.example/T0/B0?token=secret
    name: on-call
    timeout: 5s
  - url: http://127.0.0.1:9000/alerts
groups:
  - name: fast
    interval: 30s
    rules:
      - alert: Hot
        expr: >-
          name,temperature,:eq,:sum,
          5,:gt
        for: 1m
        keep_firing_for: PT2M
        labels: {severity: page, tier: 1}
        annotations:
          summary: "$labels.app is at $value"
  - name: slow
    rules:
      - {alert: Cold, expr: cold}
"""


def check(expr: str) -> None:
    if ":oops" in expr:
        raise BadProgram("unknown word ':oops'")
    if ":bug" in expr:
        raise RecursionError


def problems(text: str) -> list[str]:
    with pytest.raises(RulesRefused) as refused:
        read(text, "rules.yaml", check)
    return [str(problem) for problem in refused.value.problems]


def rule(more: str = "", *, expr: str = "expr: a") -> str:
    return f"groups:\n  - name: g\n    rules:\n      - alert: A\n        {expr}\n        {more}\n"


def test_a_good_file() -> None:
    rules = read(GOOD, "rules.yaml", check)
    assert rules.groups == (
        Group(
            "fast",
            30_000,
            (
                Rule(
                    "Hot",
                    "name,temperature,:eq,:sum, 5,:gt",
                    60_000,
                    120_000,
                    {"severity": "page", "tier": "1"},
                    {"summary": "$labels.app is at $value"},
                ),
            ),
        ),
        Group("slow", 10_000, (Rule("Cold", "cold"),)),
    )
    named, unnamed = rules.webhooks
    assert named == Webhook("on-call", "https://bot:secret@hooks.example/T0/B0?token=secret", 5_000)
    assert unnamed.name.startswith("webhook-")
    assert unnamed.name == read(GOOD, "x", check).webhooks[1].name
    assert "secret" not in repr(rules)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "groups: []\n", "groups:\n", "webhooks: []\n"])
def test_an_empty_file_has_no_rules(text: str) -> None:
    assert read(text, "rules.yaml", check) == Rules()


MISTAKES = [
    (rule("fro: 30s"), "line 6: unknown field 'fro' in a rule; did you mean 'for'?"),
    (
        rule("color: red"),
        "line 6: unknown field 'color' in a rule; known are alert, expr, for, keep_firing_for, labels, annotations",
    ),
    (
        rule("for: 30 seconds"),
        "line 6: 'for: 30 seconds' in a rule is no duration (invalid period 30 seconds); "
        "write a number and a unit, as 30s or 5m",
    ),
    (
        rule("for: 30"),
        "line 6: 'for: 30' in a rule is no duration (invalid period 30); write a number and a unit, as 30s or 5m",
    ),
    (
        rule("for: 5x"),
        "line 6: 'for: 5x' in a rule is no duration (unknown unit x); write a number and a unit, as 30s or 5m",
    ),
    (rule("for: 2w"), "line 6: 'for: 2w' in a rule is out of range; it may be from 0s to 86400s"),
    (rule("for: [1s]"), "line 6: 'for' in a rule must be a text, not a list"),
    (rule(expr="expr: a,:oops"), "line 5: the expression of 'A' cannot be used: unknown word ':oops'"),
    (
        rule(expr="expr: a,:bug"),
        "line 5: the expression of 'A' cannot be checked: unexpected RecursionError; see the log",
    ),
    (rule().replace("alert: A", f"alert: {'A' * 201}"), "line 4: the alert's name has 201 characters; it may have 200"),
    (rule(expr="expr: ' '"), "line 5: 'expr' in a rule is empty"),
    (rule(expr="for: 1s"), "line 4: a rule has no 'expr'"),
    (rule("for: 1s\n        for: 2s"), "line 7: 'for' is given twice in a rule"),
    (rule("labels: {alertname: B}"), "line 6: the label 'alertname' is always the rule's name; leave it out"),
    (
        rule("labels: {size: $value}"),
        "line 6: 'size': $value in a label would make a new alert at each evaluation; use it in an annotation",
    ),
    (rule("labels: {a: 1, a: 2}"), "line 6: 'a' is given twice in 'labels' of a rule"),
    (rule("labels: [a]"), "line 6: 'labels' in a rule must map names to texts, not be a list"),
    (rule("labels: {a: {b: c}}"), "line 6: 'labels' in a rule must map names to texts"),
    (
        rule('annotations: {a: "{{ $value }}"}'),
        "line 6: 'a': '{{' has no meaning here; a text may use $value, $labels.KEY, $(KEY), and $$ for a dollar sign",
    ),
    (
        rule("annotations: {a: $name is hot}"),
        "line 6: 'a': unknown place '$name'; a text may use $value, $labels.KEY, $(KEY), and $$ for a dollar sign",
    ),
    (rule("annotations: {a: $() is hot}"), "line 6: 'a': '$()' names no label; write $(KEY)"),
    (
        rule() + "      - {alert: A, expr: b}\n",
        "line 7: the alert 'A' is already in line 4; names must differ",
    ),
    (
        "groups: [{name: g, rules: []}, {name: g, rules: []}]",
        "line 1: the group 'g' is already in line 1; names must differ",
    ),
    ("groups: [{rules: []}]", "line 1: a group has no 'name'"),
    (
        "groups: [{name: g, interval: 10ms}]",
        "line 1: 'interval: 10ms' in a group is out of range; it may be from 1s to 86400s",
    ),
    ("groups: {name: g}", "line 1: 'groups' in the file must be a list, not a mapping"),
    ("groups: [g]", "line 1: a group must be a mapping with name, interval, rules, not the text 'g'"),
    ("- groups", "line 1: the file must be a mapping with webhooks, groups, not a list"),
    ("rules: []", "line 1: unknown field 'rules' in the file; known are webhooks, groups"),
    ("a: b: c", "line 1: not YAML: mapping values are not allowed here"),
    ("groups:\n  - {name: g", "line 2: not YAML: expected ',' or '}', but got '<stream end>'"),
    ("groups: !!python/object:os.system {}", "line 1: 'groups' in the file must be a list, not a mapping"),
    ("webhooks: [{}]", "line 1: a webhook has no 'url'"),
    (
        "webhooks: [{url: 'ftp://h/x'}]",
        "line 1: a webhook's url must be http:// or https:// with a host, as http://127.0.0.1:9000/alerts; "
        "this one begins with 'ftp:'",
    ),
    (
        "webhooks: [{url: 'http://h/x', timeout: 5m}]",
        "line 1: 'timeout: 5m' in a webhook is out of range; it may be from 0.1s to 60s",
    ),
    (
        "webhooks: [{name: a, url: 'http://h/x'}, {name: a, url: 'http://h/y'}]",
        "line 1: the webhook 'a' is already in line 1; names must differ",
    ),
    ("#" + "x" * LARGEST, f"the file is longer than {LARGEST} characters"),
    ("groups: \x01", "not YAML: unacceptable character #x0001: special characters are not allowed"),
]


@pytest.mark.parametrize(("text", "problem"), MISTAKES, ids=[problem[:60] for _, problem in MISTAKES])
def test_a_mistake_is_named_at_its_line(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_all_mistakes_are_named_at_once_in_order() -> None:
    text = rule("fro: 1s\n        labels: {a: $value}") + "webhooks: [{url: /x}]\n"
    assert [problem[:7] for problem in problems(text)] == ["line 6:", "line 7:", "line 8:"]


@pytest.mark.parametrize("url", ["/hook?token=secret", "http://", "http:///x?token=secret", "http://[secret"])
def test_an_address_is_not_repeated(url: str) -> None:
    (problem,) = problems(f"webhooks: [{{url: '{url}'}}]")
    assert "must be http:// or https:// with a host" in problem
    assert "secret" not in problem


def test_a_tower_of_aliases_is_no_trouble() -> None:
    """Ten levels of ten aliases each would be ten billion nodes, if they were unfolded."""
    lines = ["groups:", "  - &a0 {name: g, interval: 1s}"]
    lines += [f"  - &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 11)]
    assert problems("\n".join(lines))[0].startswith("line 3: a group must be a mapping")
