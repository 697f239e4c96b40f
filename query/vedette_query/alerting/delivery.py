"""One attempt to deliver a message: a POST, and what its answer means."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from vedette_query.alerting.retry import Answer, Later, judge
from vedette_query.alerting.rules import Webhook

MakeClient = Callable[[], httpx.Client]


def http_client() -> httpx.Client:
    """Follows no redirects: an address is what the rule file says. The environment's proxies are for others."""
    return httpx.Client(follow_redirects=False, trust_env=False)


def attempt(client: httpx.Client, webhook: Webhook, body: bytes, *, now_ms: int) -> Answer:
    """Post `body`, for at most the webhook's timeout at each step; a receiver that does not answer is tried later."""
    headers = {"Content-Type": "application/json", "User-Agent": "vedette"}
    timeout = webhook.timeout_ms / 1000
    try:
        with client.stream("POST", webhook.url, content=body, headers=headers, timeout=timeout) as answer:
            return judge(answer.status_code, answer.headers.get("Retry-After"), now_ms)
    except httpx.TimeoutException:
        return Later(f"no answer within {timeout:g} s")
    except httpx.HTTPError as failure:
        # Its text may hold the address; the kind of failure says enough.
        return Later(f"could not be reached ({type(failure).__name__})")
