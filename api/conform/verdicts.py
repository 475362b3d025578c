"""Operations of the conformance driver that end in a verdict of the verifier.

| op | fields | ok means |
|---|---|---|
| ``bundle_verify`` | ``bundle_hex,trust_hex,at`` | the bundle's verdict is passed |
| ``consent_verify`` | ``bundle_hex,trust_hex,at,consent?`` | the same, and it shows a consent |
| ``receipt_verify`` | ``receipt_hex,trust_hex,at,file_hex?,sort?,leaf_hex?`` | see below |

``trust_hex`` is a signed trust list whose own roots are taken for pinned; without it the verdict is
``trust.unpinned``. ``consent`` is the id of the consent that must be there. A receipt is judged by
what it carries: with our extra data by all nine checks over the item (``file_hex`` with ``sort``
licence, credential or material; without ``file_hex`` the entry itself); without extra data
``leaf_hex`` (leaf data) must be in the trusted log. ``code`` is that of the first check that
explains the outcome, ``passed`` when all is well.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from api.conform.fields import Fields, FieldSpoilt
from certs.errors import Coded
from certs.trust.trustlist import TrustList, open_trust_list, roots_of
from certs.verdict import Outcome
from ledger.bundle.bundle import BundleVerdict, verify_bundle
from ledger.consent.basis import ConsentAbsent
from ledger.log.checkpoint import NoteKey, OriginMismatch, parse_checkpoint
from ledger.log.note import NoteMalformed
from ledger.log.receipt import Receipt, parse_receipt, verify_receipt
from ledger.verify.items import BareEntry, GivenFile, Item, Presentation, SealedLicence
from ledger.verify.receipt_evidence import evidence_of
from ledger.verify.verifier import verify

PASSED: Mapping[str, str] = MappingProxyType({"code": "passed"})


class NotPassed(Coded):
    """A verdict that is not passed; its code is the first failing check's."""

    def __init__(self, code: str) -> None:
        super().__init__("the verdict is not passed")
        self.code = code  # type: ignore[misc]  # a class's constant elsewhere


def bundle_verify(fields: Fields) -> dict[str, str]:
    _bundle(fields)
    return dict(PASSED)


def consent_verify(fields: Fields) -> dict[str, str]:
    wanted = fields.text("consent") if "consent" in fields else None
    shown = {
        str(entry.statement.body["consent"])
        for entry in _bundle(fields).entries
        if entry.statement.kind == "consent.granted"
    }
    if not shown or (wanted is not None and wanted not in shown):
        raise ConsentAbsent("the bundle shows no such consent")
    return dict(PASSED)


def receipt_verify(fields: Fields) -> dict[str, str]:
    data, at = fields.octets("receipt_hex"), fields.moment("at")
    trust = _trust(fields, at)
    receipt = parse_receipt(data)
    if receipt.extra is None:
        if trust is None:
            raise NotPassed("trust.unpinned")
        _bare(receipt, fields.octets("leaf_hex"), trust)
        return dict(PASSED)
    verdict = verify(_item(fields), evidence_of(data), trust, at)
    if verdict.outcome is not Outcome.PASSED:
        raise NotPassed(verdict.code)
    return dict(PASSED)


def _bundle(fields: Fields) -> BundleVerdict:
    data, at = fields.octets("bundle_hex"), fields.moment("at")
    verdict = verify_bundle(data, _trust(fields, at), at)
    if verdict.outcome is not Outcome.PASSED:
        raise NotPassed(verdict.code)
    return verdict


def _trust(fields: Fields, at: datetime) -> TrustList | None:
    if "trust_hex" not in fields:
        return None
    data = fields.octets("trust_hex")
    return open_trust_list(data, roots_of(data), at)


def _item(fields: Fields) -> Item:
    if "file_hex" not in fields:
        return BareEntry()
    data, sort = fields.octets("file_hex"), fields.text("sort")
    if sort == "licence":
        return SealedLicence(data)
    if sort == "credential":
        return Presentation(data.decode("ascii", "replace"))
    if sort == "material":
        return GivenFile.of(data)
    raise FieldSpoilt("sort is licence, credential or material", name="sort")


def _bare(receipt: Receipt, leaf: bytes, trust: TrustList) -> None:
    text, blank, _ = receipt.checkpoint.partition(b"\n\n")
    if not blank:
        raise NoteMalformed("a note has a blank line before its signatures")
    origin = parse_checkpoint(text.decode("utf-8", "replace") + "\n").origin
    log = trust.log(origin)
    if log is None:
        raise OriginMismatch("not a log of the trust list", origin=origin)
    quorum = trust.profile.witness_quorum
    verify_receipt(receipt, leaf, origin, NoteKey.parse(log.vkey), trust.witnesses, quorum)
