"""What all items of one verification stand on: trust list and time, and what was opened once.

Notes, certificates and paths are remembered by their bytes, so that a thousand items under one
checkpoint cost one opening of it; in a memory that is kept, for later verifications too. What the
time asked about decides is decided anew in each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from cryptography import x509

from certs import keys
from certs.statuslist import ReadStatusList, signed_status_list
from certs.trust.payload import TrustedLog
from certs.trust.trustlist import TrustList
from certs.x509.authority import agency_of
from certs.x509.certificate import load_certificate, parse
from certs.x509.path import validate_path
from ledger.log.checkpoint import Checkpoint, QuorumMissing, open_checkpoint
from ledger.log.evidence import ChainAnchor, open_anchor_note
from ledger.log.snapshot import Snapshot, open_snapshot_note
from ledger.verify.memory import USUAL, Memory
from ledger.verify.steps.finding import Wrong

SKEW = timedelta(minutes=5)
"""How far the clocks of a chain, an exporter and a verifier may differ."""

_REMEMBERED = 4096
_READ_LIST = 64 << 10  # bytes, beside its token
Value = TypeVar("Value")


class Ground:
    """Trust list, time asked about (aware UTC) and the memory of one verification.

    ``only_known``: checkpoints may carry no signature by a key that the policy does not know.
    ``memory``: one that is kept, made for this trust list; ValueError for another's. ``kept``:
    whether there is one.
    """

    def __init__(
        self,
        trust: TrustList,
        as_of: datetime,
        *,
        only_known: bool = False,
        memory: Memory | None = None,
    ) -> None:
        if as_of.tzinfo is None:
            raise ValueError("as_of must be an aware time")
        if memory is not None and memory.trust is not trust:
            raise ValueError("the memory is of another trust list")
        self.trust, self.as_of, self._only_known = trust, as_of, only_known
        self._logs = {log.origin: log for log in trust.logs}
        self._lasting = Memory(trust) if memory is None else memory
        self.kept = memory is not None
        self._here: dict[Hashable, Any] = {}

    def log(self, origin: str) -> TrustedLog:
        """The trusted log of this origin; raises Wrong."""
        log = self._logs.get(origin)
        if log is None:
            raise Wrong("log.untrusted", origin=origin[:128])
        return log

    def checkpoint(self, note: bytes, log: TrustedLog) -> tuple[Checkpoint, bool]:
        """The log's checkpoint, and whether the witness quorum stands under it."""
        return self.lasting(
            ("checkpoint", note, log.origin, self._only_known),
            lambda: self._checkpoint(note, log),
            len(note),
        )

    def anchor(self, given: bytes | ChainAnchor, log: TrustedLog) -> ChainAnchor:
        if isinstance(given, ChainAnchor):
            return given
        return self.lasting(
            ("anchor", given, log.origin), lambda: open_anchor_note(given, log.origin, log.vkey)
        )

    def snapshot(self, given: bytes | Snapshot, log: TrustedLog) -> Snapshot:
        if isinstance(given, Snapshot):
            return given
        return self.lasting(
            ("snapshot", given, log.origin),
            lambda: open_snapshot_note(given, log.origin, log.vkey),
            4 * len(given),
        )

    def status_list(self, token: str, chain: tuple[bytes, ...]) -> ReadStatusList:
        """The list in a token signed by the first certificate's key, in time at ``as_of``."""
        public = self.public(chain[0])
        found = self.lasting(
            ("status", token, chain[0]),
            lambda: signed_status_list(token, public),
            len(token) + _READ_LIST,
        )
        found.require_in_time(self.as_of)
        return found

    def path(
        self, chain: tuple[bytes, ...], at: datetime, crls: tuple[bytes, ...] = ()
    ) -> tuple[x509.Certificate, ...]:
        """The path from a chain's first certificate to a trusted root, good at ``at``."""
        return self.lasting(
            ("path", chain, at, crls),
            lambda: validate_path(chain[0], chain[1:], self._roots(), at, crls),
            2 * sum(map(len, (*chain, *crls))),
        )

    def agency(self, der: bytes) -> str:
        """Id of the agency that a certificate names; raises CertificateNotOurs."""
        return self.lasting(("agency", der), lambda: agency_of(parse(der).certificate), len(der))

    def public(self, der: bytes) -> keys.SigningPublic:
        """Public key of a certificate; raises PathError, Wrong for a kind not offered."""
        return self.lasting(("public", der), lambda: _signing_key(der), 2 * len(der))

    def remembered(self, name: Hashable, make: Callable[[], Value]) -> Value:
        """The value of ``make``, made once for this name in this verification."""
        try:
            return cast(Value, self._here[name])
        except KeyError:
            pass
        if len(self._here) >= _REMEMBERED:
            self._here.clear()
        made = self._here[name] = make()
        return made

    def lasting(self, name: Hashable, make: Callable[[], Value], weight: int = USUAL) -> Value:
        """As `remembered`, for later verifications too: of what follows from the name and the
        trust list, whatever time is asked about. ``weight``: bytes."""
        return self._lasting.once(name, make, weight)

    def _roots(self) -> list[x509.Certificate]:
        return self.lasting("roots", lambda: [load_certificate(d) for d in self.trust.x509_roots])

    def _checkpoint(self, note: bytes, log: TrustedLog) -> tuple[Checkpoint, bool]:
        witnesses, quorum = self.trust.witnesses, self.trust.profile.witness_quorum
        known = self._only_known
        try:
            opened = open_checkpoint(
                note, log.origin, log.vkey, witnesses, quorum, only_known=known
            )
            return opened, True
        except QuorumMissing:
            return open_checkpoint(note, log.origin, log.vkey, witnesses, only_known=known), False


def _signing_key(der: bytes) -> keys.SigningPublic:
    public = parse(der).public_key
    if isinstance(public, keys.Ed25519Public):
        return public
    if isinstance(public, keys.P256Public) and public.curve.name == "secp256r1":
        return public
    raise Wrong("signature.key_kind")
