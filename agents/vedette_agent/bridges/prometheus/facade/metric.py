"""Metric: what all metrics of the facade have in common, names, labels and children, as prometheus-client has them."""

from __future__ import annotations

import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, NoReturn, Self

from vedette_agent.bridges.prometheus.facade.collectors import REGISTRY, CollectorRegistry
from vedette_agent.bridges.prometheus.families import Metric as Family
from vedette_agent.bridges.prometheus.names import tags_of
from vedette_agent.cardinality import OTHERS, Limiter, Limits
from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Meter

CHILDREN: Final = 20_000
"""Children of one metric; a further one is the child whose labels are all `--others--`."""
EXEMPLAR_LENGTH: Final = 128


class _Missing(list[Any]):
    """The log of a metric that has labels: only its children record."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def append(self, _: object) -> NoReturn:
        raise ValueError(f"{self._kind} metric is missing label values")


class MetricWrapper(ABC):
    """A metric, with labels or without; or one of its children.

    Raises ValueError for a name or labels that cannot be, and where the registry has samples of that name.
    """

    kind: ClassVar[str]
    reserved: ClassVar[Sequence[str]] = ()

    def __init__(  # noqa: PLR0917  # the signature is prometheus-client's
        self,
        name: str,
        documentation: str,
        labelnames: Iterable[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: CollectorRegistry | Any | None = REGISTRY,
    ) -> None:
        self._name = _full_name(self.kind, name, namespace, subsystem, unit)
        self._documentation = documentation
        self._unit = unit
        self._labelnames = tuple(labelnames)
        for label in self._labelnames:
            if label.startswith("__") or label in self.reserved:
                raise ValueError(f"Reserved label metric name: {label}")
        self._labels: dict[str, str] = {}
        self._children: dict[tuple[object, ...], Self] | None = None
        self._log: list[Any] = []
        if self._labelnames:
            self._children = {}
            self._making = threading.Lock()
            self._limiter = Limiter(Limits())
            self._log = _Missing(self.kind)
        else:
            self._begin()
        if registry is not None:
            registry.register(self)

    def labels(self, *labelvalues: object, **labelkwargs: object) -> Self:
        """The child with these labels, by position or by name; the same labels give the same child."""
        children = self._children
        if children is None:
            raise ValueError(self._why_no_labels())
        if labelkwargs:
            if labelvalues:
                raise ValueError("Can't pass both *args and **kwargs")
            if labelkwargs.keys() != set(self._labelnames):
                raise ValueError("Incorrect label names")
            labelvalues = tuple([labelkwargs[name] for name in self._labelnames])
        try:
            child = children.get(labelvalues)  # a miss unless all are texts
        except TypeError:  # one cannot be hashed
            child = None
        return child if child is not None else self._child(tuple(map(str, labelvalues)))

    def remove(self, *labelvalues: object) -> None:
        """Forget the child with these labels, if there is one."""
        self._require_labels()
        if len(labelvalues) != len(self._labelnames):
            raise ValueError(f"Incorrect label count (expected {len(self._labelnames)}, got {labelvalues})")
        self._forget([tuple(map(str, labelvalues))])

    def remove_by_labels(self, labels: dict[str, str]) -> None:
        """Forget all children that have these labels among theirs."""
        self._require_labels()
        if not isinstance(labels, dict):
            raise TypeError("labels must be a dict of {label_name: label_value}")
        unknown = [name for name in labels if name not in self._labelnames]
        if unknown:
            raise ValueError(f"Unknown label names: {unknown}; expected {self._labelnames}")
        if labels:
            wanted = {self._labelnames.index(name): str(value) for name, value in labels.items()}
            children = list(self._children or ())
            self._forget([key for key in children if all(key[place] == value for place, value in wanted.items())])

    def clear(self) -> None:
        """Forget all children."""
        self._forget(list(self._children or ()))

    def describe(self) -> list[Family]:
        """The family without samples."""
        return [self._family()]

    def collect(self) -> list[Family]:
        """The family as it is now."""
        family = self._family()
        for member in self._members():
            member._add_to(family)
        return [family]

    def cells(self) -> Iterator[Meter]:
        """Our meters under it."""
        for member in self._members():
            yield from member._own_cells()

    def renew(self) -> None:
        """Make the lock anew in a forked child."""
        if self._children is not None:
            self._making = threading.Lock()

    def __str__(self) -> str:
        return f"{self.kind}:{self._name}"

    def __repr__(self) -> str:
        return f"{type(self).__module__}.{type(self).__name__}({self._name})"

    @abstractmethod
    def _begin(self) -> None:
        """Make the cells of a metric without labels, or of a child: its labels are known."""

    @abstractmethod
    def _add_to(self, family: Family) -> None:
        """Add the samples of a metric without labels, or of a child."""

    @abstractmethod
    def _own_cells(self) -> Iterable[Meter]: ...

    def _members(self) -> list[Self]:
        return [self] if self._children is None else list(self._children.values())

    def _family(self) -> Family:
        return Family(self._name, self._documentation, self.kind, self._unit)

    def _id(self, suffix: str = "", **more: str) -> MeterId:
        return MeterId(self._name + suffix, tags_of({**self._labels, **more})).sanitised()

    def _is_timed(self) -> bool:
        return self._unit == "seconds" or self._name.endswith("_seconds")

    def _require_child(self) -> None:
        if self._children is not None:
            raise ValueError(f"{self.kind} metric is missing label values")

    def _require_labels(self) -> None:
        if self._children is None:
            raise ValueError(self._why_no_labels())

    def _why_no_labels(self) -> str:
        if self._labels:
            return f"{self} already has labels set ({self._labels}); can not chain calls to .labels()"
        return f"No label names were set when constructing {self}"

    def _child(self, values: tuple[str, ...]) -> Self:
        if len(values) != len(self._labelnames):
            raise ValueError("Incorrect label count")
        children = self._children
        assert children is not None  # who calls this has seen that
        with self._making:
            child = children.get(values)
            if child is None:
                values = self._admitted(values)
                child = children.get(values)
            if child is None:
                child = self._born(dict(zip(self._labelnames, values, strict=True)))
                children[values] = child
            return child

    def _born(self, labels: dict[str, str]) -> Self:
        child = object.__new__(type(self))
        for name, value in list(vars(self).items()):
            setattr(child, name, value)  # one by one, which keeps look-ups in the child quick
        child._labels = labels
        child._children = None
        child._log = []
        child._begin()
        return child

    def _admitted(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """The labels under which a new child is kept: values beyond the limits are `--others--`."""
        if self._children is not None and len(self._children) >= CHILDREN:
            return (OTHERS,) * len(values)
        tags = {f"{place:03d}": value for place, value in enumerate(values) if value}
        kept = dict(self._limiter.admit(MeterId(self._name, tags)).tags)
        return tuple(kept.get(f"{place:03d}", value) for place, value in enumerate(values))

    def _forget(self, many: Iterable[tuple[object, ...]]) -> None:
        if self._children is None:
            return
        with self._making:
            for values in many:
                self._children.pop(values, None)
            names = [(self._name, *_flat(values)) for values in self._children]
            self._limiter.keep_only(names)


def _flat(values: tuple[object, ...]) -> Iterator[str]:
    for place, value in enumerate(values):
        yield f"{place:03d}"
        yield str(value)


def _full_name(kind: str, name: str, namespace: str, subsystem: str, unit: str) -> str:
    if not name:
        raise ValueError("Metric name should not be empty")
    full = "_".join(part for part in (namespace, subsystem, name) if part)
    if kind == "counter":
        full = full.removesuffix("_total")
    if unit and not full.endswith(f"_{unit}"):
        full += f"_{unit}"
    if unit and kind in ("info", "stateset"):
        raise ValueError(f"Metric name is of a type that cannot have a unit: {full}")
    return full


def exemplar_labels(labels: dict[str, str]) -> dict[str, str]:
    """The labels of an exemplar. Raises ValueError when they are too long, or one is reserved."""
    if any(key.startswith("__") for key in labels):
        raise ValueError(f"Reserved label metric name: {next(key for key in labels if key.startswith('__'))}")
    length = sum(len(key) + len(value) for key, value in labels.items())
    if length > EXEMPLAR_LENGTH:
        raise ValueError(f"Exemplar labels have {length} UTF-8 characters, exceeding the limit of {EXEMPLAR_LENGTH}")
    return dict(labels)


class _Created:
    """Whether the time when a series began is a series too; the variable is prometheus-client's."""

    shown = os.environ.get("PROMETHEUS_DISABLE_CREATED_SERIES", "").lower() not in ("true", "1", "t")


def disable_created_metrics() -> None:
    """Expose no `_created` series."""
    _Created.shown = False


def enable_created_metrics() -> None:
    """Expose `_created` series, as is done from the start."""
    _Created.shown = True


def add_created(family: Family, labels: dict[str, str], created: float) -> None:
    """When a series began, seconds since the epoch, where that is wanted."""
    if _Created.shown:
        family.add("_created", labels, created)


def now() -> float:
    """Seconds since the epoch."""
    return time.time()
