"""The expression editor: its component (`parts/editor.py`) is filled by the modules in `assets/editor/`.

The modules ask the dashboards' own process (`http.py`), which hands the questions on to the query API: a reader's
browser needs to reach one address only, and whatever guards the pages guards the editor too.
"""

from vedette_dashboards.editor.http import MODULES, routes

__all__ = ["MODULES", "routes"]
