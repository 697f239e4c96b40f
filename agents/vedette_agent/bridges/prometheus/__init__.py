"""The bridge to Prometheus, both ways, and prometheus-client's names on our meters.

    publish()                              what prometheus-client measures is sent by this process's agent
    start_http_server(8000)                all that is measured here can be scraped
    Counter("orders", "Orders taken")      their vocabulary, without prometheus-client

Only `publish` of a registry of theirs needs prometheus-client (the extra `prometheus`).
"""

from vedette_agent.bridges.prometheus.exposition import OPENMETRICS, PLAIN, negotiate
from vedette_agent.bridges.prometheus.facade import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Enum,
    Gauge,
    Histogram,
    Info,
    Summary,
    disable_created_metrics,
    enable_created_metrics,
)
from vedette_agent.bridges.prometheus.publish import publish, unpublish
from vedette_agent.bridges.prometheus.serving import (
    Meters,
    exposition,
    generate_latest,
    make_asgi_app,
    make_wsgi_app,
    start_http_server,
)

CONTENT_TYPE_LATEST = PLAIN.content_type

__all__ = [
    "CONTENT_TYPE_LATEST",
    "OPENMETRICS",
    "PLAIN",
    "REGISTRY",
    "CollectorRegistry",
    "Counter",
    "Enum",
    "Gauge",
    "Histogram",
    "Info",
    "Meters",
    "Summary",
    "disable_created_metrics",
    "enable_created_metrics",
    "exposition",
    "generate_latest",
    "make_asgi_app",
    "make_wsgi_app",
    "negotiate",
    "publish",
    "start_http_server",
    "unpublish",
]
