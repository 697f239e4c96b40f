"""Explore: several expressions, written or clicked together, with their graph, its legend, and ways to share it.

The page itself is made by the modules in `assets/explore/`; here is what they ask for (`http.py`).
"""
