"""What all items of one verification stand on: trust list and time, and what was opened once.

Notes, certificates and paths are remembered by their bytes, so that a thousand items under one
checkpoint cost one opening of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from cryptography import x509

from certs import keys
from certs.statuslist import ReadStatusList, read_status_list
from certs.trust.payload import TrustedLog
from certs.trust.trustlist import TrustList
from certs.x509.authority import agency_of
from certs.x509.certificate import load_certificate, parse
from certs.x509.path import validate_path
from ledger.log.checkpoint import Checkpoint, QuorumMissing, open_checkpoint
from ledger.log.evidence import ChainAnchor, open_anchor_note
from ledger.log.snapshot import Snapshot, open_snapshot_note
from ledger.verify.steps.finding import Wrong

SKEW = timedelta(minutes=5)
"""How far the clocks of a chain, an exporter and a verifier may differ."""

_REMEMBERED = 4096
Value = TypeVar("Value")


class Ground:
    """Trust list, time asked about (aware UTC) and the memory of one verification.

    ``only_known``: checkpoints may carry no signature by a key that the policy does not know.
    """

    def __init__(self, trust: TrustList, as_of: datetime, *, only_known: bool = False) -> None:
        if as_of.tzinfo is None:
            raise ValueError("as_of must be an aware time")
        self.trust, self.as_of, self._only_known = trust, as_of, only_known
        self._roots = [load_certificate(der) for der in trust.x509_roots]
        self._logs = {log.origin: log for log in trust.logs}
        self._memory: dict[Hashable, Any] = {}

    def log(self, origin: str) -> TrustedLog:
        """The trusted log of this origin; raises Wrong."""
        log = self._logs.get(origin)
        if log is None:
            raise Wrong("log.untrusted", origin=origin[:128])
        return log

    def checkpoint(self, note: bytes, log: TrustedLog) -> tuple[Checkpoint, bool]:
        """The log's checkpoint, and whether the witness quorum stands under it."""
        return self._once(("checkpoint", note, log.origin), lambda: self._checkpoint(note, log))

    def anchor(self, given: bytes | ChainAnchor, log: TrustedLog) -> ChainAnchor:
        if isinstance(given, ChainAnchor):
            return given
        return self._once(
            ("anchor", given, log.origin), lambda: open_anchor_note(given, log.origin, log.vkey)
        )

    def snapshot(self, given: bytes | Snapshot, log: TrustedLog) -> Snapshot:
        if isinstance(given, Snapshot):
            return given
        return self._once(
            ("snapshot", given, log.origin), lambda: open_snapshot_note(given, log.origin, log.vkey)
        )

    def status_list(self, token: str, chain: tuple[bytes, ...]) -> ReadStatusList:
        """The list in a token signed by the first certificate's key, in time at ``as_of``."""
        public = self.public(chain[0])
        return self._once(
            ("status", token, chain[0]), lambda: read_status_list(token, public, self.as_of)
        )

    def path(
        self, chain: tuple[bytes, ...], at: datetime, crls: tuple[bytes, ...] = ()
    ) -> tuple[x509.Certificate, ...]:
        """The path from a chain's first certificate to a trusted root, good at ``at``."""
        return self._once(
            ("path", chain, at, crls),
            lambda: validate_path(chain[0], chain[1:], self._roots, at, crls),
        )

    def agency(self, der: bytes) -> str:
        """Id of the agency that a certificate names; raises CertificateNotOurs."""
        return self._once(("agency", der), lambda: agency_of(parse(der).certificate))

    def public(self, der: bytes) -> keys.SigningPublic:
        """Public key of a certificate; raises PathError, Wrong for a kind not offered."""
        return self._once(("public", der), lambda: _signing_key(der))

    def remembered(self, name: Hashable, make: Callable[[], Value]) -> Value:
        """The value of ``make``, made once for this name."""
        return self._once(("other", name), make)

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

    def _once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        try:
            return cast(Value, self._memory[key])
        except KeyError:
            pass
        if len(self._memory) >= _REMEMBERED:
            self._memory.clear()
        made = self._memory[key] = make()
        return made


def _signing_key(der: bytes) -> keys.SigningPublic:
    public = parse(der).public_key
    if isinstance(public, keys.Ed25519Public):
        return public
    if isinstance(public, keys.P256Public) and public.curve.name == "secp256r1":
        return public
    raise Wrong("signature.key_kind")
