"""Calls between services: who calls whom, how often, how long it takes and how it ends."""
