"""What the command says when it cannot do what was asked."""

from __future__ import annotations


class CannotStart(Exception):
    """A process cannot start; the message is one sentence for the person who asked. The command ends with status 1."""
