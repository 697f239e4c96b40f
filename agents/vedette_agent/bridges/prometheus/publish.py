"""Publish: what is measured with prometheus-client, sent by this process's agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vedette_agent import default
from vedette_agent.bridges.prometheus import multiprocess
from vedette_agent.bridges.prometheus.facade.collectors import CollectorRegistry
from vedette_agent.bridges.prometheus.families import Collects
from vedette_agent.bridges.prometheus.importer import Importer
from vedette_agent.registry import Registry

if TYPE_CHECKING:
    from vedette_agent.source import Source

_published: Final[dict[Collects, Source]] = {}


def publish(
    registry: Collects | None = None,
    *,
    to: Registry | None = None,
    bounds: bool = True,
    percentiles: bool = True,
    multiprocess_mode: bool | None = None,
) -> None:
    """Report the metrics of a registry of prometheus-client (theirs, REGISTRY, unless told otherwise) at each step.

    What was counted before is not reported. It may be called before the agent starts, and again; a registry is
    published once. `to` are our meters to report them with, those of this process's agent unless told otherwise.

    `bounds=False` leaves out the rates by `le`, `percentiles=False` our percentile buckets of histograms.

    Where PROMETHEUS_MULTIPROC_DIR is set their REGISTRY is published as the sums of all processes of that directory,
    by one of them; `multiprocess_mode` says so of another registry, or that each process publishes what it counts.
    Raises ImportError when no registry is given and prometheus-client is not installed, and ValueError for
    `multiprocess_mode=True` without such a directory.
    """
    target = default.registry() if to is None else to
    theirs = _theirs() if registry is None else registry
    if isinstance(theirs, CollectorRegistry):
        target.add_source(theirs)
        return
    source = _published.get(theirs)
    if source is None:
        shared = _shared(registry, multiprocess_mode)
        collects, turn = (theirs, None) if shared is None else shared
        source = _published[theirs] = importer = Importer(
            collects, target.limits, bounds=bounds, percentiles=percentiles, turn=turn
        )
        importer.begin()
    target.add_source(source)


def unpublish(registry: Collects | None = None, *, of: Registry | None = None) -> None:
    """Report a registry no longer; one that is not published is left as it is."""
    theirs = _theirs() if registry is None else registry
    source = theirs if isinstance(theirs, CollectorRegistry) else _published.pop(theirs, None)
    if source is not None:
        (default.registry() if of is None else of).remove_source(source)
    if isinstance(source, Importer):
        source.leave()


def _theirs() -> Collects:
    try:
        from prometheus_client import REGISTRY  # noqa: PLC0415  # the extra `prometheus`
    except ImportError as error:
        raise ImportError(
            "prometheus-client is not installed: `pip install vedette-agent[prometheus]`, or use the metrics of "
            "vedette_agent.bridges.prometheus, which do without it"
        ) from error
    return REGISTRY


def _shared(registry: Collects | None, wanted: bool | None) -> tuple[Collects, multiprocess.Turn] | None:
    """What collects for all processes, and whose turn it is; None where each process is for itself."""
    path = multiprocess.directory()
    if wanted is None:
        wanted = path is not None and (registry is None or registry is _theirs())
    if not wanted:
        return None
    if path is None:
        raise ValueError("The multiprocess mode needs PROMETHEUS_MULTIPROC_DIR, which is not set.")
    from prometheus_client import multiprocess as theirs  # noqa: PLC0415  # the extra `prometheus`

    collects: Collects = theirs.MultiProcessCollector(None, path)  # type: ignore[no-untyped-call]  # it has no types
    return collects, multiprocess.Turn(path)
