"""Alert rules: evaluated through the query API, kept across restarts, told to webhooks."""

from vedette_query.alerting.app import Alerting
from vedette_query.alerting.rulefile import RuleFile

__all__ = ["Alerting", "RuleFile"]
