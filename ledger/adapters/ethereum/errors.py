"""Errors of the chain's engine. Those by which the contracts refuse stand in ``refusals``.

LedgerError
├── Tampered
│   └── ChainForeign           chain.foreign         not the chain that was recorded
│       ├── OtherChain         chain.other_chain
│       ├── OtherGenesis       chain.other_genesis
│       ├── OtherAddress       chain.other_address
│       ├── OtherCode          chain.other_code
│       ├── ChainDiverged      chain.diverged
│       ├── JournalBroken      chain.journal_broken
│       └── JournalBehind      chain.journal_behind
├── Conflict
│   ├── AccountUsed            chain.account_used
│   └── AnchoredElsewhere      chain.anchored_elsewhere
├── Malformed
│   ├── BookInvalid            chain.book
│   └── NodeUrlInvalid         chain.node_url
├── NotFound
│   ├── EngineMissing          chain.engine_missing
│   └── ChainMissing           chain.missing
└── Pushback
    └── ChainAway              chain.away            (also rpc.RpcRefused)
        └── ReceiptFalse       chain.receipt_false

Everything under ChainForeign waits for the operator: nothing is retried or repaired.
"""

from __future__ import annotations

from ledger.errors import ChainAway, Conflict, Malformed, NotFound, Tampered


class ChainForeign(Tampered):
    """The chain is not the one that was recorded; an operator must look at it."""

    code = "chain.foreign"


class OtherChain(ChainForeign):
    """The node serves another chain id; ``expected`` and ``found``."""

    code = "chain.other_chain"


class OtherGenesis(ChainForeign):
    """The chain begins with another block; ``expected`` and ``found`` are its hashes."""

    code = "chain.other_genesis"


class OtherAddress(ChainForeign):
    """A contract stands elsewhere than the trust list pins; ``contract``, ``expected`` (None: it
    pins no such contract) and ``found``."""

    code = "chain.other_address"


class OtherCode(ChainForeign):
    """A contract's code is not the pinned one; ``contract``, ``expected`` and ``found``."""

    code = "chain.other_code"


class ChainDiverged(ChainForeign):
    """Replaying the journal gave another block; ``number``, ``expected`` and ``found``."""

    code = "chain.diverged"


class JournalBroken(ChainForeign):
    """The journal is damaged other than by a torn last line; ``path`` and ``line``."""

    code = "chain.journal_broken"


class JournalBehind(ChainForeign):
    """The cached state is newer than the journal, so that the journal has lost lines."""

    code = "chain.journal_behind"


class AccountUsed(Conflict):
    """The account that is to deploy has sent other transactions; ``contract``: what it would have
    deployed next."""

    code = "chain.account_used"


class AnchoredElsewhere(Conflict):
    """The log is anchored in another contract than that of the address book; ``contract``."""

    code = "chain.anchored_elsewhere"


class BookInvalid(Malformed):
    """No address book."""

    code = "chain.book"


class NodeUrlInvalid(Malformed):
    """No address at which a node could be reached."""

    code = "chain.node_url"


class EngineMissing(NotFound):
    """The node's program is not installed; ``path`` is where it was looked for."""

    code = "chain.engine_missing"


class ChainMissing(NotFound):
    """The folder holds no journal, so no chain was founded there; ``path``."""

    code = "chain.missing"


class ReceiptFalse(ChainAway):
    """The node says that a transaction happened, but its own blocks do not bear it out."""

    code = "chain.receipt_false"
