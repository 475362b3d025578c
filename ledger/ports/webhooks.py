"""The port that carries events to subscribers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Webhooks(Protocol):
    """A carrier of signed messages to addresses outside.

    Follows no redirect, reads no answer beyond its status, waits for a bounded time. Trust: sees
    what it carries (ids and kinds, no value of a paper); may lose or delay, not forge: what it
    carries is signed. What is outside may answer anything and learns no more than it is sent.
    """

    def check(self, url: str) -> None:
        """Raises EndpointRefused (``ledger.after.endpoints``) for an address to which nothing is
        sent, and WebhookAway where its host cannot be found."""
        ...

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post ``body`` as JSON; returns where the answer was 2xx. Raises WebhookAway for anything
        else, EndpointRefused as ``check`` does."""
        ...
