"""Checks 1 to 4: each defect fails, with a code of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from certs.jwk import public_jwk
from certs.verdict import Outcome
from ledger.verify.items import GivenFile, Presentation, SealedLicence
from tests.ledger.questions import (
    BINDING,
    FIRST,
    OTHER,
    PLAN,
    SEALED,
    SECOND,
    WORLD,
    Question,
    about,
    edited,
    fingerprint,
    flipped,
    impostor_note,
    material,
    presented,
    spoilt_pdf,
    withdrawal,
)
from tests.ledger.questions_log import (
    asked,
    bound_late,
    contradicting,
    file_with_another_credential,
    for_another_log,
    forged_credential,
    in_fresh_world,
    kind_mismatch,
    no_certificate,
    other_payload,
    passkey_signs_plainly,
    resigned,
    signed_as_holder_of,
)
from tests.ledger.world_names import p256, seed

WRONG: dict[str, tuple[Callable[[], Question], int, str]] = {
    # 1 form
    "another file": (
        lambda: replace(material(), item=GivenFile.of(b"another")), 1, "file.digest",
    ),
    "a file of another size": (
        lambda: replace(material(), item=GivenFile(GivenFile.of(PLAN).sha256, 1)),
        1, "file.digest",
    ),
    "another licence's statement": (
        lambda: about(SealedLicence(SEALED.pdf), FIRST.index), 1, "file.digest",
    ),
    "the statement of a material": (
        lambda: about(SealedLicence(SEALED.pdf), 1), 1, "statement.other",
    ),
    "another licence's credential": (
        lambda: about(Presentation(SECOND.credential), FIRST.index), 1, "credential.other",
    ),
    "a credential that was never logged": (
        forged_credential(holder_jwk=public_jwk(p256("x").public_key())),
        1, "credential.other",
    ),
    "not a credential": (
        lambda: replace(presented(), item=Presentation("a~b~")), 1, "credential.malformed",
    ),
    "another salt": (lambda: edited(material(), salt=seed("other")), 1, "entry.commit"),
    "a short salt": (lambda: edited(material(), salt=b"short"), 1, "entry.malformed"),
    "another envelope": (
        lambda: edited(material(), envelope=WORLD.openings[4][1]), 1, "entry.commit",
    ),
    "no leaf": (lambda: edited(material(), leaf=b"{}"), 1, "entry.malformed"),
    "leaf and statement of two kinds": (in_fresh_world(kind_mismatch), 1, "entry.kind"),
    "a body that lacks a member": (
        in_fresh_world(lambda w: asked(w, w.say("material.deposited", "wjw", {"kind": "x"}))),
        1, "statement.body",
    ),
    # 2 signature
    "another payload under the signature": (
        in_fresh_world(lambda w: resigned(w, other_payload)), 2, "signature.invalid",
    ),
    "an agency's signature without certificate": (
        in_fresh_world(lambda w: resigned(w, no_certificate)), 2, "signature.key_unknown",
    ),
    "a changed page": (
        lambda: spoilt_pdf(lambda pdf: flipped(pdf, 2000)), 2, "seal.digest",
    ),
    "bytes after the end": (lambda: spoilt_pdf(lambda pdf: pdf + b"\n%"), 1, "file.digest"),
    "half a file": (lambda: spoilt_pdf(lambda pdf: pdf[: len(pdf) // 2]), 1, "file.digest"),
    "no file at all": (lambda: spoilt_pdf(lambda pdf: b""), 2, "pdf.empty"),
    "a disclosure that was not signed": (
        lambda: replace(
            presented(),
            item=Presentation(FIRST.credential + SECOND.credential.split("~")[1] + "~"),
        ),
        2, "credential.disclosure_duplicate",
    ),
    "another credential's disclosure": (
        lambda: replace(
            presented(),
            item=Presentation(
                FIRST.credential.split("~")[0] + "~" + SECOND.credential.split("~")[1] + "~"
            ),
        ),
        2, "credential.disclosure_unreferenced",
    ),
    "a credential that contradicts its statement": (
        in_fresh_world(contradicting), 2, "credential.contradicts",
    ),
    "a holder key of somebody else": (
        in_fresh_world(signed_as_holder_of), 2, "holder.key_foreign",
    ),
    "a passkey that signs plainly": (
        in_fresh_world(passkey_signs_plainly), 2, "holder.key_foreign",
    ),
    "a file with another licence's credential inside": (
        in_fresh_world(file_with_another_credential), 2, "credential.other",
    ),
    "a holder key bound afterwards": (in_fresh_world(bound_late), 2, "holder.key_later"),
    "a page that is not trusted for consents": (
        lambda: replace(
            withdrawal(),
            trust=replace(
                WORLD.trust,
                webauthn=(replace(WORLD.trust.webauthn[0], origins=("https://evil.example",)),),
            ),
        ),
        2, "webauthn.origin",
    ),
    "a site that is not trusted for consents": (
        lambda: replace(
            withdrawal(),
            trust=replace(
                WORLD.trust, webauthn=(replace(WORLD.trust.webauthn[0], rp_id="login.example"),)
            ),
        ),
        2, "webauthn.rp_id",
    ),
    # 3 inclusion
    "the proof of another document": (
        lambda: edited(material(), proof=WORLD.opening(4).proof), 3, "merkle.root_mismatch",
    ),
    "place and proof of another document": (
        lambda: edited(material(), proof=WORLD.opening(0).proof, index=0),
        3, "merkle.root_mismatch",
    ),
    "a proof too short": (
        lambda: edited(material(), proof=WORLD.opening(1).proof[:-1]), 3, "merkle.proof_length",
    ),
    "a proof too long": (
        lambda: edited(material(), proof=(*WORLD.opening(1).proof, seed("x"))),
        3, "merkle.proof_length",
    ),
    "a place beyond the log": (lambda: edited(material(), index=99), 3, "merkle.index"),
    "a proof in a smaller tree": (
        lambda: material(opening=WORLD.opening(1, 5)), 3, "merkle.root_mismatch",
    ),
    "a binding proven nowhere": (
        lambda: withdrawal(holder_key=replace(WORLD.opening(BINDING), proof=())),
        3, "merkle.proof_length",
    ),
    # 4 checkpoint
    "the checkpoint of another log": (
        lambda: material(checkpoint=OTHER.checkpoint()), 4, "checkpoint.origin",
    ),
    "the receipt of another log": (
        in_fresh_world(for_another_log), 4, "checkpoint.origin",
    ),
    "a log that nobody trusts": (
        lambda: replace(material(), trust=replace(WORLD.trust, logs=())), 4, "log.untrusted",
    ),
    "a checkpoint that another key signed": (
        lambda: material(checkpoint=impostor_note()), 4, "note.unsigned",
    ),
    "a checkpoint of another size": (
        lambda: material(
            checkpoint=WORLD.checkpoint().replace(b"\n7\n", b"\n8\n")
        ),
        4, "note.signature",
    ),
    "no note at all": (lambda: material(checkpoint=b"x"), 4, "checkpoint.origin"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused(name: str) -> None:
    make, number, code = WRONG[name]
    verdict = make().answer()
    assert fingerprint(verdict)[number] == ("failed", code)
    assert (verdict.outcome, verdict.exit_code) == (Outcome.FAILED, 1)
