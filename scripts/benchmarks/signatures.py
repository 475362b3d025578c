"""Verification with P-256 signatures through the verifier, and credentials, beside bare OpenSSL."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certs.sdjwt.credential import issue_credential, verify_credential
from ledger.flows.evidence.gathering import Gathering
from ledger.verify.items import BareEntry, Evidence, Item, Presentation
from ledger.verify.verifier import Verifier
from scripts.benchmarks.founded import AGENCY, Founded
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import Effort, race, say

CLAIMS = 13
LIMIT = "one P-256 {} of 1,000 bytes with OpenSSL, key parsed"
ECDSA = ec.ECDSA(hashes.SHA256())
MESSAGE = bytes(1_000)


def measure(effort: Effort, world: Founded) -> list[Row]:
    say("signatures: entries and credentials")
    platform, licences = world.platform, world.licences
    count = len(licences)
    gathering, at = Gathering(platform), platform.now()
    entries = [(BareEntry(), gathering.evidence(one.entry.index)) for one in licences]
    shown = [
        (Presentation(one.credential), evidence)
        for one, (_, evidence) in zip(licences, entries, strict=True)
    ]
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key()
    signature = private.sign(MESSAGE, ECDSA)
    claims = {f"field_{number:02d}": f"内容 {number}" for number in range(CLAIMS)}

    def issue() -> list[str]:
        return [
            issue_credential(
                claims,
                agency=AGENCY,
                issued=datetime(2026, 3, 2, tzinfo=UTC),
                status_uri="https://mianti.example/v1/status-lists/scjg",
                status_index=number,
                private=private,
                chain=platform.signing.chain(AGENCY),
                randomness=secrets.token_bytes,
            )
            for number in range(count)
        ]

    def judged(items: Sequence[tuple[Item, Evidence]]) -> None:
        verifier = Verifier(platform.trust, at)
        for item, evidence in items:
            verifier.verify(item, evidence)

    def bare_verify() -> None:
        for _ in range(count):
            public.verify(signature, MESSAGE, ECDSA)

    def bare_sign() -> None:
        for _ in range(count):
            private.sign(MESSAGE, ECDSA)

    def verify() -> None:
        for text in credentials:
            verify_credential(text, public)

    credentials = issue()
    bare_s, entry_s, shown_s, verify_s, issue_s, sign_s = race(
        effort.rounds,
        bare_verify,
        lambda: judged(entries),
        lambda: judged(shown),
        verify,
        issue,
        bare_sign,
    )
    checked = [
        ("entry, nine checks (1 signature)", entry_s, 0.6),
        ("SD-JWT, nine checks (2 signatures)", shown_s, 0.3),
        (f"SD-JWT alone, {CLAIMS} disclosures", verify_s, 0.3),
    ]
    rows = [
        Row("signatures", work, count / seconds, count / bare_s, "/s", LIMIT.format("verification"),
            Bound(goal))
        for work, seconds, goal in checked
    ]  # fmt: skip
    # 4,000 a second where OpenSSL signs some 35,000.
    return [
        *rows,
        Row(
            "signatures",
            f"SD-JWT issue, {CLAIMS} claims",
            count / issue_s,
            count / sign_s,
            "/s",
            LIMIT.format("signature"),
            Bound(0.12),
        ),
    ]
