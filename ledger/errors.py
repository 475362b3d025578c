"""Errors of the ledger, one tree, one stable ``code`` each.

LedgerError
├── NotFound              nothing here that the caller may see (foreign and absent look alike)
├── Conflict              the same name for something else, or a change that lost a race
│   └── Stale             a row was no longer as the caller had read it
├── Refused               a rule forbids it; the code says which
├── Malformed             the caller's input has not the required form
├── Unauthorised          who asks is not known, or may not
├── Tampered              what is stored does not agree with what was recorded
└── Pushback              not now: come back after ``retry_after`` seconds
    ├── StoreAway         the file store does not answer
    ├── ChainAway         the chain does not answer
    ├── WebhookAway       a subscriber does not take what is sent to it
    └── LogBusy           the log takes no more for the moment
"""

from __future__ import annotations

from typing import ClassVar

from certs.errors import Coded


class LedgerError(Coded):
    """Root of the tree; ``code`` is for machines, the message for people."""

    code: ClassVar[str] = "ledger"


class NotFound(LedgerError):
    """There is nothing under this name, or nothing that this caller may see."""

    code = "not_found"


class Conflict(LedgerError):
    """The name is taken by other content, or a concurrent change won."""

    code = "conflict"


class Stale(Conflict):
    """A guarded row changed between reading and writing; read again and retry."""

    code = "conflict.stale"


class Refused(LedgerError):
    """A rule of the product forbids it; subclasses and ``code`` say which."""

    code = "refused"


class Malformed(LedgerError):
    """The input has not the required form."""

    code = "malformed"


class Unauthorised(LedgerError):
    """Nobody known asks, or somebody whose role may not do this."""

    code = "unauthorised"


class Tampered(LedgerError):
    """Stored bytes, rows or heads do not agree with what was recorded."""

    code = "tampered"


class Pushback(LedgerError):
    """Not now. ``retry_after`` is in whole seconds."""

    code = "pushback"

    def __init__(self, message: str, *, retry_after: int = 5, **values: object) -> None:
        super().__init__(message, retry_after=retry_after, **values)
        self.retry_after = retry_after


class StoreAway(Pushback):
    """The file store does not answer."""

    code = "store.away"


class ChainAway(Pushback):
    """The chain does not answer, or its answer is not usable."""

    code = "chain.away"


class WebhookAway(Pushback):
    """The subscriber gave no answer, or another than 2xx; ``status`` says which."""

    code = "webhook.away"


class LogBusy(Pushback):
    """The log takes no more for the moment."""

    code = "log.busy"
