"""The text of a rule file to rules, with every mistake named at its line.

    webhooks:
      - url: http://127.0.0.1:9000/alerts    # told of each alert that begins or ceases to fire
        name: on-call                        # stands for the address in answers and logs
        timeout: 10s
    groups:
      - name: demo
        interval: 10s
        rules:
          - alert: HighErrors
            expr: name,errors,:eq,:sum,(,app,),:by,5,:gt
            for: 30s
            keep_firing_for: 1m
            labels: {severity: page}
            annotations: {summary: "$labels.app fails $value times a second"}

What a text may hold is told in `templates`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

import httpx
import yaml

from vedette_query.alerting.errors import Problem, RulesRefused
from vedette_query.alerting.fields import Fields
from vedette_query.alerting.labels import ALERT_NAME
from vedette_query.alerting.rules import Group, Rule, Rules, Webhook
from vedette_query.alerting.templates import complaint
from vedette_query.errors import QueryError

logger = logging.getLogger(__name__)

Check = Callable[[str], None]
"""Raises `QueryError` with the reason when an expression cannot be evaluated."""

LARGEST: Final = 1_048_576
"""Characters of a rule file."""

LONGEST_NAME: Final = 200
"""Characters of the name of a rule, a group or a webhook."""

DEFAULT_INTERVAL_MS: Final = 10_000
DEFAULT_TIMEOUT_MS: Final = 10_000


def read(text: str, source: str, check: Check) -> Rules:
    """The rules in a text. Raises `RulesRefused` with all problems, if there is any."""
    problems: list[Problem] = []
    rules = Rules()
    try:
        if len(text) > LARGEST:
            raise RulesRefused(source, [Problem(0, f"the file is longer than {LARGEST} characters")])
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        line = mark.line + 1 if mark else 1
        raise RulesRefused(source, [Problem(line, f"not YAML: {failure.problem or failure.context}")]) from None
    except yaml.YAMLError as failure:
        raise RulesRefused(source, [Problem(0, f"not YAML: {str(failure).splitlines()[0]}")]) from None
    if root is not None:  # an empty file has no rules
        rules = _Reader(problems, check).rules(root)
    if problems:
        raise RulesRefused(source, problems)
    return rules


class _Reader:
    """Walks the document; remembers which names are taken."""

    def __init__(self, problems: list[Problem], check: Check) -> None:
        self._problems = problems
        self._check = check
        self._taken: dict[tuple[str, str], int] = {}

    def rules(self, root: yaml.Node) -> Rules:
        fields = Fields(root, "the file", ("webhooks", "groups"), self._problems)
        webhooks = tuple(self._webhook(node) for node in fields.items("webhooks"))
        return Rules(tuple(self._group(node) for node in fields.items("groups")), webhooks)

    def _group(self, node: yaml.Node) -> Group:
        fields = Fields(node, "a group", ("name", "interval", "rules"), self._problems)
        name = fields.text("name")
        self._unique("group", name, fields.line_at("name"))
        interval_ms = fields.duration_ms("interval", DEFAULT_INTERVAL_MS, least_ms=1_000)
        return Group(name, interval_ms, tuple(self._rule(rule) for rule in fields.items("rules")))

    def _rule(self, node: yaml.Node) -> Rule:
        known = ("alert", "expr", "for", "keep_firing_for", "labels", "annotations")
        fields = Fields(node, "a rule", known, self._problems)
        name, expr = fields.text("alert"), fields.text("expr")
        self._unique("alert", name, fields.line_at("alert"))
        if expr:
            self._check_expression(name, expr, fields.line_at("expr"))
        labels = fields.texts("labels")
        if ALERT_NAME in labels:
            self._complain(labels[ALERT_NAME][1], f"the label '{ALERT_NAME}' is always the rule's name; leave it out")
        return Rule(
            name=name,
            expr=expr,
            for_ms=fields.duration_ms("for", 0, least_ms=0),
            keep_firing_ms=fields.duration_ms("keep_firing_for", 0, least_ms=0),
            labels=self._templates(labels, value_allowed=False),
            annotations=self._templates(fields.texts("annotations"), value_allowed=True),
        )

    def _check_expression(self, name: str, expr: str, line: int) -> None:
        try:
            self._check(expr)
        except QueryError as failure:
            self._complain(line, f"the expression of '{name}' cannot be used: {failure}")
        except Exception as failure:
            logger.exception("the expression of rule %s could not be checked", name)
            kind = type(failure).__name__
            self._complain(line, f"the expression of '{name}' cannot be checked: unexpected {kind}; see the log")

    def _webhook(self, node: yaml.Node) -> Webhook:
        fields = Fields(node, "a webhook", ("name", "url", "timeout"), self._problems)
        url = fields.text("url")
        if url and (why := _bad_address(url)):
            self._complain(fields.line_at("url"), why)
        # The address may be a secret, so its hash stands for it.
        name = fields.text("name", f"webhook-{blake2b(url.encode(), digest_size=4).hexdigest()}")
        self._unique("webhook", name, fields.line_at("name"))
        return Webhook(name, url, fields.duration_ms("timeout", DEFAULT_TIMEOUT_MS, least_ms=100, most_ms=60_000))

    def _templates(self, texts: dict[str, tuple[str, int]], *, value_allowed: bool) -> dict[str, str]:
        for key, (text, line) in texts.items():
            if why := complaint(text, value_allowed=value_allowed):
                self._complain(line, f"'{key}': {why}")
        return {key: text for key, (text, _) in texts.items()}

    def _unique(self, kind: str, name: str, line: int) -> None:
        if len(name) > LONGEST_NAME:
            self._complain(line, f"the {kind}'s name has {len(name)} characters; it may have {LONGEST_NAME}")
        if name and (kind, name) in self._taken:
            first = self._taken[kind, name]
            self._complain(line, f"the {kind} '{name}' is already in line {first}; names must differ")
        self._taken.setdefault((kind, name), line)

    def _complain(self, line: int, text: str) -> None:
        self._problems.append(Problem(line, text))


def _bad_address(url: str) -> str | None:
    """Why a webhook cannot have this address; the address itself is not repeated, it may hold a secret."""
    expected = "a webhook's url must be http:// or https:// with a host, as http://127.0.0.1:9000/alerts"
    try:
        urlsplit(url)  # knows brackets that httpx lets pass
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return f"{expected}; this one cannot be read"
    if parsed.scheme not in ("http", "https"):
        return (
            f"{expected}; this one begins with '{parsed.scheme}:'"
            if parsed.scheme
            else f"{expected}; this one has no scheme"
        )
    return None if parsed.host else f"{expected}; this one has no host"
