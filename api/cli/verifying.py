"""``mianti verify``: any licence, credential, material, receipt or bundle; the numbered checks.

Offline only the files named, the receipt beside them and a trusted list count: no data folder is
opened, nothing is asked of anybody. Online the platform gathers the evidence. What a file is, its
own first bytes tell; a file that is none of ours is taken as a material.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.acting import Agency
from api.cli.moments import moment
from api.cli.outcome import UsageWrong
from api.cli.pins import pins_path, trusted
from api.cli.session import Session, read_file, session_of
from api.cli.verdicts import Judged, Sort, lines_of, sort_of, told_of, worst_of
from certs.errors import Coded

if TYPE_CHECKING:
    from certs.trust.trustlist import TrustList
    from ledger.verify.items import Evidence


def register(app: typer.Typer) -> None:
    app.command("verify")(verify)


def verify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…")],
    receipt: Annotated[Path | None, typer.Option("--receipt")] = None,
    trust: Annotated[Path | None, typer.Option("--trust")] = None,
    at: Annotated[str | None, typer.Option("--at")] = None,
    offline: Annotated[bool, typer.Option("--offline")] = False,
    receipt_for: Annotated[str | None, typer.Option("--receipt-for")] = None,
    agency: Agency = None,
    case: Annotated[str | None, typer.Option("--case")] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
) -> int:
    session = session_of(context)
    as_of = moment(at) or datetime.now(UTC)
    given = [(path, read_file(path)) for path in files]
    if receipt_for is not None:
        from api.cli.receipting import receipted

        if at is not None or offline or receipt is not None or trust is not None:
            raise UsageWrong(
                "A receipt says what is seen here and now: "
                "leave out --at, --offline, --receipt and --trust."
            )
        return receipted(session, given, (receipt_for, agency, case), out)
    beside = read_file(receipt) if receipt is not None else None
    if beside is not None and len(given) != 1:
        raise UsageWrong("A receipt belongs to one file.")
    named = read_file(trust) if trust is not None else None
    if offline or beside is not None or named is not None or _no_platform(session, given):
        list_ = _trusted(named, as_of)
        if isinstance(list_, Coded):
            raise list_
        judged = [_offline(path, data, beside, list_, as_of) for path, data in given]
    else:
        judged = _online(session, given, as_of)
    session.out([told_of(one) for one in judged], *lines_of(session, judged))
    return worst_of(one.verdict.outcome for one in judged).exit_code


def _trusted(named: bytes | None, as_of: datetime) -> TrustList | Coded | None:
    """Wrong trust is an error at once; no trust at all is a verdict."""
    from certs.trust.trustlist import TrustUnpinned

    try:
        return trusted(named, pins_path(), as_of)
    except TrustUnpinned:
        return None
    except Coded as error:
        return error


def _offline(
    path: Path, data: bytes, beside: bytes | None, trust: TrustList | None, as_of: datetime
) -> Judged:
    from ledger.bundle.bundle import verify_bundle
    from ledger.verify.items import Evidence
    from ledger.verify.verifier import verify as verify_item

    sort = sort_of(data)
    if path.suffix == ".mianti":
        sort = "bundle"  # however spoilt
    if sort == "bundle":
        return Judged(path, sort, verify_bundle(data, trust, as_of))
    if sort == "receipt":
        return Judged(path, sort, verify_item(_item(sort, data), _evidence(data), trust, as_of))
    evidence = _evidence(beside) if beside is not None else Evidence()
    return Judged(path, sort, verify_item(_item(sort, data), evidence, trust, as_of))


def _evidence(receipt: bytes) -> Evidence:
    """What a receipt carries; of one that carries the proof alone nothing about the entry can be
    said, which is not the receipt's fault. Raises ReceiptMalformed."""
    from ledger.log.receipt import parse_receipt
    from ledger.verify.items import Evidence
    from ledger.verify.receipt_evidence import evidence_of

    return evidence_of(receipt) if parse_receipt(receipt).extra is not None else Evidence()


def _online(session: Session, given: list[tuple[Path, bytes]], as_of: datetime) -> list[Judged]:
    from ledger.bundle.bundle import verify_bundle
    from ledger.flows.evidence.verify import Submitted, verify_items

    judged = []
    with session.platform() as platform:
        for path, data in given:
            sort = sort_of(data)
            if path.suffix == ".mianti" or sort == "bundle":
                judged.append(Judged(path, "bundle", verify_bundle(data, platform.trust, as_of)))
            elif sort == "receipt":
                judged.append(_offline(path, data, None, platform.trust, as_of))
            else:
                (verdict,) = verify_items(platform, [Submitted(sort, data)], as_of)
                judged.append(Judged(path, sort, verdict))
    return judged


def _item(sort: Sort, data: bytes) -> Any:
    from ledger.verify.items import BareEntry, GivenFile, Presentation, SealedLicence

    if sort == "licence":
        return SealedLicence(data)
    if sort == "credential":
        return Presentation(data.decode("ascii").strip())
    return BareEntry() if sort == "receipt" else GivenFile.of(data)


def _no_platform(session: Session, given: list[tuple[Path, bytes]]) -> bool:
    return not session.folder.settings_file.exists()
