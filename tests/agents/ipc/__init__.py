"""Calls of every framework, over real servers on loopback."""
