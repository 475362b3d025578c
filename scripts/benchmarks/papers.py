"""The layout file of a licence, rendered and sealed; and the plan of a case over many papers."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certs.layout.face import LicenceFace
from certs.layout.render import render_licence
from certs.pades.seal import seal_layout
from ledger.catalogue.data import built_in_catalogue
from ledger.reuse.case import Case
from ledger.reuse.documents import Channel, Grade, Held, Licence, Material, State
from ledger.reuse.plan import plan
from scripts.benchmarks.founded import AGENCY, FIRM, Founded
from scripts.benchmarks.rows import Bound, Row
from scripts.benchmarks.timing import Effort, race, say

PAGES = 5
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = date(2026, 3, 2)
FACE = LicenceFace(
    title_zh="食品经营许可证",
    title_en="Food operation permit",
    identifier="1.2.156.3005.2.11319999MT0000188A002.11319999MT0000188A.20260302AB.001.4",
    number="JY13101010000001",
    holder_name=FIRM,
    holder_code="9131************0X",
    issuer_name="区市场监管局",
    issued=DAY,
    valid_from=DAY,
    valid_until=date(2031, 3, 1),
    fields=(
        ("法定代表人", "Legal representative", "林晓舟"),
        ("经营场所", "Place of business", "虚拟市示范区梧桐路88号1层"),
        ("经营项目", "Permitted items", "热食类食品制售；冷食类食品制售"),
    ),
)


def layouts(effort: Effort, world: Founded) -> list[Row]:
    """Pages a second, rendered and sealed; and sealed alone."""
    say("layouts: render and seal")
    signing = world.platform.signing
    key = signing.key(AGENCY)
    certificates = [x509.load_der_x509_certificate(der) for der in signing.chain(AGENCY)]
    credential = world.licences[0].credential.encode()

    def render() -> bytes:
        return render_licence(FACE, credential, "https://mianti.example/verify", AT)

    def seal(page: bytes) -> bytes:
        return seal_layout(page, key, certificates[0], certificates[1:], "issue", "issuer", AT)

    page = render()
    ecdsa = ec.ECDSA(hashes.SHA256())
    seal_s, both_s, bare_s = race(
        effort.rounds,
        lambda: [seal(page) for _ in range(PAGES)],
        lambda: [seal(render()) for _ in range(PAGES)],
        lambda: [key.sign(hashlib.sha256(page).digest(), ecdsa) for _ in range(PAGES)],
    )
    # 50 and 25 a second where a processor of the same speed signs some 35,000.
    return [
        Row("layouts", work, PAGES / seconds, PAGES / bare_s, "/s",
            "SHA-256 over the page and one P-256 signature", Bound(goal))
        for work, seconds, goal in (
            (f"seal a page of {len(page) // 1000} kB (PAdES)", seal_s, 0.0015),
            ("layout with CJK subset, and seal", both_s, 0.0007),
        )
    ]  # fmt: skip


def plans(effort: Effort) -> list[Row]:
    """Cost of a paper in a large plan beside its cost in a plan of a tenth."""
    say(f"plans: a case over {effort.papers:,} papers")
    catalogue = built_in_catalogue()
    case = Case(
        "case_b", "public-place-hygiene-permit", "wjw", "sub_firm", "hygiene/1", premises="sub_p"
    )
    item = catalogue.item(case.item)
    many, few = _held(effort.papers), _held(effort.papers // 10)
    times = 10
    many_s, few_s = race(
        effort.rounds,
        lambda: plan(item, case, many, catalogue, AT),
        lambda: [plan(item, case, few, catalogue, AT) for _ in range(times)],
    )
    return [
        Row(
            "plans",
            f"plan: a paper among {len(many):,} / {len(few):,}",
            many_s / len(many) * 1e6,
            few_s / len(few) / times * 1e6,
            "µs",
            f"the same plan over {len(few):,} papers",
            Bound(1.3, most=True),
            note=f"{many_s * 1e3:.0f} ms for the whole plan",
        )
    ]


def _held(count: int) -> list[Held]:
    """A firm's licences and a pile of materials of every kind, fit and unfit."""
    catalogue = built_in_catalogue()
    kinds = sorted(catalogue.material_kinds)
    types = sorted(catalogue.licence_types)
    held: list[Held] = [
        Licence(f"lic_{kind}", kind, "sub_firm", State.ACTIVE, Grade.ISSUED, number, AT - _days(90),
                fields=tuple(catalogue.licence_types[kind].attributes))
        for number, kind in enumerate(types[: count // 2])
    ]  # fmt: skip
    held += [
        Material(
            id=f"mat_{number}",
            kind=kinds[number % len(kinds)],
            subject="sub_firm",
            state=State.ACTIVE,
            grade=tuple(Grade)[number % len(Grade)],
            channel=Channel.COUNTER,
            entry=number,
            deposited_at=AT - _days(number % 900),
            premises="sub_p",
            case="case_a",
            issued_on=(AT - _days(number % 900)).date(),
            checked_at=AT - _days(number % 900),
            decision="scope/1",
        )
        for number in range(count - len(held))
    ]
    return held


def _days(number: int) -> timedelta:
    return timedelta(days=number + 1)
