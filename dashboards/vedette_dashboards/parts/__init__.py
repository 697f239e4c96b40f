"""The pieces that pages are made of: each makes components from plain values."""
