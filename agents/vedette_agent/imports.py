"""Does something as soon as a module is imported, without importing it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

logger = logging.getLogger(__name__)

Hook = Callable[[ModuleType], None]


def when_imported(name: str, hook: Hook) -> None:
    """Call the hook with the module: now if it is imported, else right after it is. What the hook raises is logged."""
    module = sys.modules.get(name)
    if module is not None:
        _call(hook, module)
        return
    if _watch not in sys.meta_path:
        sys.meta_path.insert(0, _watch)
    _watch.waiting.setdefault(name, []).append(hook)


class _Watch:
    """A finder that finds what the others find, and adds to the loading of what is waited for."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Hook]] = {}

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self.waiting:
            return None
        hooks = self.waiting.pop(name)
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                _extend(spec, hooks)
                return spec
        self.waiting[name] = hooks
        return None


def _extend(spec: ModuleSpec, hooks: list[Hook]) -> None:
    loader = spec.loader
    if loader is None:
        return
    execute = loader.exec_module

    def execute_and_call(module: ModuleType) -> None:
        execute(module)
        for hook in hooks:
            _call(hook, module)

    # On the instance, which belongs to this one module: a loader of our own would hide what others look for in it.
    vars(loader)["exec_module"] = execute_and_call


def _call(hook: Hook, module: ModuleType) -> None:
    try:
        hook(module)
    except Exception:
        logger.warning("%s is not measured", module.__name__, exc_info=True)


_watch = _Watch()
