"""Bridges: what people already use to measure, and what they already scrape with."""
