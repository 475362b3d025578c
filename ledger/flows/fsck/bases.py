"""Other bases than consent against their uses: granted, signed by who must, within their terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from cryptography import x509

from certs.errors import CertsError
from certs.x509.authority import agency_of
from ledger.consent.other_bases import check_kinds, check_terms, check_use
from ledger.errors import LedgerError, Tampered
from ledger.flows.fsck.reading import Reading
from ledger.flows.reading.basis_threads import basis_thread_key_of
from ledger.flows.reading.counter_codes import opened_code
from ledger.log.entry import parse_leaf, use_tag, withdraw_tag
from ledger.log.statement import Statement
from ledger.platform import Platform

Body = Mapping[str, Any]
Step = Callable[[int, Statement, Body], None]


def check_codes(platform: Platform, reading: Reading) -> None:
    """Counter codes: each opens under what its row says, and is spent where its request was
    granted, and only there."""
    granted = {str(row["id"]) for row in reading.rows("requests") if row["state"] == "granted"}
    for row in reading.rows("counter_codes"):
        name = f"counter_codes {cast(bytes, row['digest']).hex()[:16]}"
        try:
            opened_code(platform, row)
            if row["state"] != ("redeemed" if str(row["request"]) in granted else "waiting"):
                raise Tampered("its state is not that of its request")
        except (LedgerError, CertsError) as error:
            reading.found("fsck.row", name, f"{name}：{error}", f"{name}: {error}")


class Story:
    """What was stated, ended and used, and of which kind each paper is, as far as was read."""

    def __init__(self, platform: Platform, reading: Reading) -> None:
        self._platform, self._reading = platform, reading
        self._kinds: dict[str, str] = {}
        self._bases: dict[str, Body] = {}
        self._ended: set[str] = set()
        self._uses: dict[str, int] = {}

    def steps(self) -> dict[str, Step]:
        """What is done with each kind of statement."""
        return {
            "licence.issued": self.kept,
            "licence.collected": self.kept,
            "material.deposited": self.kept,
            "basis.stated": self.stated,
            "basis.ended": self.ended,
            "basis.used": self.used,
        }

    def kept(self, index: int, statement: Statement, body: Body) -> None:
        if "material" in body:
            self._kinds[f"material:{body['material']}"] = f"material:{body['kind']}"
        else:
            self._kinds[f"licence:{body['licence']}"] = f"licence:{body['type']}"

    def stated(self, index: int, statement: Statement, body: Body) -> None:
        self._check_signers(index, statement, body)
        catalogue = self._platform.catalogue
        if body["grant"] in catalogue.grants:  # one that was withdrawn since held then
            check_terms(body, catalogue, statement.at, statement.at)
            voted = partial(self._platform.chain.basis_granted, at=statement.at)
            check_kinds(body, self._kinds, catalogue, voted)
        self._bases[body["basis"]] = body

    def ended(self, index: int, statement: Statement, body: Body) -> None:
        if statement.actor != self._bases[body["basis"]]["agency"]:
            raise Tampered("a basis was ended by somebody else")
        self._ended.add(body["basis"])
        if self._tag(index) != withdraw_tag(self._thread(body)):
            raise Tampered("the end of a basis does not carry its thread's tag")

    def used(self, index: int, statement: Statement, body: Body) -> None:
        name = body["basis"]
        used = self._uses.get(name, 0)
        check_use(body, self._bases.get(name), name in self._ended, used, statement.at)
        self._uses[name] = used + 1
        if body["n"] != used + 1:
            raise Tampered("uses are not counted one by one")
        if self._tag(index) != use_tag(self._thread(body), body["n"]):
            raise Tampered("the release does not carry its use's tag")
        self._reading.counts["releases"] += 1

    def _check_signers(self, index: int, statement: Statement, body: Body) -> None:
        envelope, _ = self._reading.statements[index]
        reader = body["proof"]["reader"]
        wanted = [body["agency"]] if reader is None else [body["agency"], reader]
        if reader is not None and reader not in self._platform.trust.identity_agencies:
            raise Tampered("the reader is no identity agency's")
        try:
            signed = [
                agency_of(x509.load_der_x509_certificate(one.x5c[0])) for one in envelope.signatures
            ]
        except (CertsError, ValueError, IndexError) as error:
            raise Tampered("a certificate beside a signature cannot be read") from error
        if signed != wanted or statement.actor != body["agency"]:
            raise Tampered("others should have signed it")

    def _thread(self, body: Body) -> bytes:
        return basis_thread_key_of(self._platform, body["basis"])

    def _tag(self, index: int) -> bytes:
        return parse_leaf(self._reading.leaves[index]).tag
