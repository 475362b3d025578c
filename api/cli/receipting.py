"""``mianti verify … --receipt-for OFFICER``: what an officer saw, signed, logged, taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from api.cli.outcome import UsageWrong
from api.cli.session import Session, settle, write_file
from api.cli.verdicts import Judged, lines_of, sort_of, told_of, worst_of


def receipted(
    session: Session,
    given: list[tuple[Path, bytes]],
    who: tuple[str, str | None, str | None],
    out: Path | None,
) -> int:
    """Verify, state what was seen, and write the receipt as a bundle once it is anchored. ``who``:
    officer, agency, case."""
    from ledger.flows.evidence.verification_receipts import (
        Officer,
        receipt_bundle,
        verify_with_receipt,
    )
    from ledger.flows.evidence.verify import Submitted

    officer, agency, case = who
    if agency is None or out is None:
        raise UsageWrong("Say for which agency (--agency) and where to (--out).")
    sorts = [sort_of(data) for _, data in given]
    if "bundle" in sorts or "receipt" in sorts:
        raise UsageWrong("A receipt is about licences, credentials and materials.")
    pairs = zip(sorts, given, strict=True)
    submitted = [Submitted(cast(Any, sort), data) for sort, (_, data) in pairs]
    with session.platform() as platform:
        done = verify_with_receipt(platform, Officer(agency, officer, case), submitted)
        code, settled = settle(platform)
        if settled["anchored"]:
            write_file(out, receipt_bundle(platform, done.verification, done.report))
    judged = [
        Judged(path, sort, verdict)
        for (path, _), sort, verdict in zip(given, sorts, done.verdicts, strict=True)
    ]
    facts = {"verification": done.verification, "entry": done.entry.index, "file": str(out)}
    lines = [*lines_of(session, judged), session.say("verify.receipted", **facts)]
    session.out({**facts, **settled, "items": [told_of(one) for one in judged]}, *lines)
    return code or worst_of(one.verdict.outcome for one in judged).exit_code
