"""A thief anchors a rubbish head; the consortium freezes the log at its last good head, and another
goes on with the same tree. What was kept from before still verifies."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from api.cli.entry import main
from api.founding.continuation import (
    NotPrepared,
    OriginTaken,
    Prepared,
    TrustOther,
    go_on,
    prepare,
)
from api.wiring import open_platform
from certs.keys import from_encrypted_pem
from certs.trust.payload import Continued
from certs.trust.trustlist import TrustList, TrustThreshold, sign_trust_list
from certs.verdict import Outcome, Verdict
from ledger import tlog
from ledger.adapters.ethereum.sending import address_of
from ledger.adapters.ethereum.typed_data import signature
from ledger.bundle.bundle import verify_bundle
from ledger.errors import NotFound, Tampered
from ledger.flows.door.names import PlatformNames
from ledger.flows.door.statements import StatementRefused
from ledger.flows.evidence.anchor import ChainAhead, anchor
from ledger.flows.evidence.continuing import LogGoesOn, SuccessorOther
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.evidence.trace import export_bundle, related
from ledger.flows.evidence.verify import Submitted, verify_items
from ledger.flows.reading.delegation import grant_delegation
from ledger.flows.worker import work
from ledger.log import merkle
from ledger.log.lineage import anchored_by
from ledger.platform import Platform, log_id
from ledger.ports.governance import FreezeLog, OpenLog
from ledger.telling.telling import tell
from ledger.verify.items import SealedLicence
from ledger.verify.receipt_evidence import evidence_of
from ledger.verify.verifier import verify
from tests.stories import speaking
from tests.stories.house import House, issue_food
from tests.stories.voting import decided

NEXT = "mianti.example/next"
OTHER = "mianti.example/other"


def rubbish(house: House) -> int:
    """What a thief of the anchoring key and of two attesters' keys can do: a head that extends the
    anchored one with an entry that nobody ever handed in. Answers its size."""
    platform = house.platform
    kept = house.folder.secrets(house.folder.passphrase())
    log, size = platform.log.log_id, platform.chain.head(platform.log.log_id).size
    leaves = [one.leaf for one in platform.store.entries(0, size)]
    hashes = [merkle.leaf_hash(leaf) for leaf in (*leaves, b"rubbish", b"more of it")]
    root = merkle.root(hashes)
    digest = platform.chain.checkpoint_digest(log, len(hashes), root)
    stolen = [key for name, key in kept.items() if name.startswith("eth/attest/")][:2]
    signed = [
        signature(digest, key) for key in sorted(stolen, key=lambda k: int(address_of(k), 16))
    ]
    proof = merkle.consistency_proof(size, hashes)
    platform.chain.publish(log, len(hashes), root, proof, signed)
    return len(hashes)


def opening(made: Prepared) -> OpenLog:
    return OpenLog(made.log_id, made.anchor, tuple(made.attesters.values()), 2)


def frozen(house: House, at: int) -> Prepared:
    """Keys for the log that goes on, and the vote that freezes the old one for it."""
    made = prepare(house.folder, NEXT, secrets.token_bytes, fresh_attesters=True)
    decided(house, opening(made), FreezeLog(house.platform.log.log_id, at, made.log_id))
    return made


@contextmanager
def again(house: House) -> Iterator[House]:
    """The folder opened anew, as by whoever starts after the switch."""
    with open_platform(house.folder.root) as platform:
        yield replace(house, platform=platform)


def judged(layout: bytes, receipt: bytes, trust: TrustList, platform: Platform) -> Verdict:
    return verify(SealedLicence(layout), evidence_of(receipt), trust, platform.now())


def asked(house: House, *items: Submitted) -> list[Verdict]:
    return verify_items(house.platform, items, house.platform.now())


def test_from_a_rubbish_head_to_a_log_that_goes_on(house: House) -> None:
    platform, permit = house.platform, house.permit
    old_trust, old_log = platform.trust, platform.log
    agreed = house.agree()  # consented to, not used yet
    clerk = speaking.person(house, "办事员")
    late = speaking.delegation(house, house.firm.signer, house.firm.subject, clerk.subject)
    work(platform)
    last_good = platform.chain.head(old_log.log_id).size
    before = receipt_of(platform, permit.entry.index)
    rubbish(house)
    waiting = issue_food(house, number="JY-waiting")  # accepted, and anchored by nobody
    with pytest.raises(ChainAhead):
        anchor(platform)

    # frozen: entries are taken and wait, and nothing is called green that is not
    frozen(house, last_good)
    assert work(platform).waiting == "log.frozen"
    (verdict,) = asked(house, Submitted("licence", waiting.layout))
    assert verdict.outcome is Outcome.INDETERMINATE and verdict.checks[5].code == "anchor.absent"
    assert {one.code for one in house.findings()} == {"fsck.frozen"}

    # first only said, then done, then found to be done
    said = go_on(house.folder, platform, NEXT, carry_out=False)
    assert said.entry is None and said.before.size == last_good
    assert house.folder.settings().origin == old_log.origin
    done = go_on(house.folder, platform, NEXT)
    assert done.entry is not None and done.trust.version == old_trust.version + 1
    assert done.trust.log(NEXT).continues == Continued(old_log.origin, last_good)  # type: ignore[union-attr]
    with pytest.raises(tlog.LogContinued):  # whoever still runs under the old name
        issue_food(house, number="JY-late")

    with again(house) as now:
        assert go_on(now.folder, now.platform, NEXT).entry == done.entry
        went_on(now, old_trust, before, waiting.layout, done.entry)
        assert now.receive(agreed.consent)  # what was consented to under the old name is read
        with pytest.raises(StatementRefused) as refused:  # what is signed for it now is not taken
            grant_delegation(now.platform, late)
        assert refused.value.values["reason"] == "statement.log"
        assert now.findings() == ()


def went_on(house: House, old_trust: TrustList, before: bytes, waiting: bytes, first: int) -> None:
    """The new log anchors, and everything verifies that was kept or is made now."""
    platform, permit = house.platform, house.permit
    assert platform.log.origin == NEXT and tlog.read(platform, first).kind == "log.continued"
    body: Any = tlog.read(platform, first).body
    assert body["void"]["size"] == body["size"] + 2
    fresh = issue_food(house, number="JY-fresh")
    assert work(platform).anchored == platform.store.size()
    anchors = platform.store.anchors()
    assert anchored_by(platform.lineage, anchors[-1].size).origin == NEXT

    for layout in (permit.layout, waiting, fresh.layout):
        (verdict,) = asked(house, Submitted("licence", layout))
        assert (verdict.outcome, verdict.code) == (Outcome.PASSED, "passed")
    for trust in (old_trust, platform.trust):  # a reader's list may be older than the switch
        assert judged(permit.layout, before, trust, platform).outcome is Outcome.PASSED
    after = receipt_of(platform, permit.entry.index)
    assert after.startswith(b"c2sp.org/tlog-proof") and NEXT.encode() in after
    assert judged(permit.layout, after, platform.trust, platform).outcome is Outcome.PASSED
    assert judged(permit.layout, after, old_trust, platform).checks[4].code == "checkpoint.origin"
    new = receipt_of(platform, fresh.entry.index)
    assert judged(fresh.layout, new, platform.trust, platform).outcome is Outcome.PASSED

    bundle = export_bundle(
        platform, "sjj", f"licence:{permit.licence}", related(platform, f"licence:{permit.licence}")
    )
    assert verify_bundle(bundle, platform.trust, platform.now()).outcome is Outcome.PASSED
    newer_inside = verify_bundle(bundle, old_trust, platform.now())
    assert newer_inside.outcome is Outcome.PASSED  # the list inside is newer, by the same roots


def test_it_refuses_what_the_consortium_did_not_decide(house: House) -> None:
    folder, platform = house.folder, house.platform
    with pytest.raises(NotPrepared):
        go_on(folder, platform, NEXT)
    with pytest.raises(OriginTaken):
        prepare(folder, platform.log.origin, secrets.token_bytes)
    made = prepare(folder, NEXT, secrets.token_bytes)
    assert prepare(folder, NEXT, secrets.token_bytes) == made
    with pytest.raises(LogGoesOn):
        go_on(folder, platform, NEXT)
    prepare(folder, OTHER, secrets.token_bytes)
    good = platform.chain.head(platform.log.log_id).size
    decided(house, opening(made), FreezeLog(platform.log.log_id, good, made.log_id))
    with pytest.raises(SuccessorOther):
        go_on(folder, platform, OTHER)
    settings = folder.settings()
    assert settings.origin == platform.log.origin and folder.trust_list.read_bytes() == (
        platform.trust_data
    )


def test_frozen_earlier_than_what_we_anchored_ourselves(house: House) -> None:
    """The consortium trusts an older head alone: what came after is anchored anew, also at a size
    that was anchored before."""
    platform = house.platform
    sizes = platform.chain.anchored_sizes(platform.log.log_id)
    issue_food(house, number="JY-2")
    work(platform)
    void = platform.store.anchors()[-1]
    receipt = receipt_of(platform, void.size - 1)
    frozen(house, sizes[-1])
    assert work(platform).waiting == "log.frozen"
    assert platform.store.anchors(void=True) == [void]
    go_on(house.folder, platform, NEXT)
    with again(house) as now:
        work(now.platform)
        covering = now.platform.store.anchor_covering(void.size - 1)
        assert covering is not None and covering.size > void.size
        assert covering.block_time > void.block_time - timedelta(seconds=1)
        spoilt = judged(b"", receipt, now.platform.trust, now.platform)
        assert spoilt.checks[5].code == "anchor.frozen"
        assert now.findings() == ()


@pytest.mark.parametrize("step", ["write_private", "begin", "write_settings"])
def test_a_crash_at_any_step_is_met_by_the_same_call(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(house, house.platform.chain.head(house.platform.log.log_id).size)
    with monkeypatch.context() as broken:
        place = (
            "api.datafolder.DataFolder"
            if step == "write_settings"
            else ("api.founding.continuation")
        )
        broken.setattr(f"{place}.{step}", crash)
        with pytest.raises(Tampered, match="power cut"):
            go_on(house.folder, house.platform, NEXT)
    with again(house) as now:
        assert now.platform.log.origin != NEXT
        done = go_on(now.folder, now.platform, NEXT)
    with again(house) as now:
        assert now.platform.store.find(f"continued:{done.before.origin}") == [done.entry]
        issue_food(now, number="JY-after")
        assert work(now.platform).waiting is None
        assert now.findings() == ()


def crash(*_: object, **__: object) -> None:
    raise Tampered("power cut")


def test_the_operator_goes_on_by_two_commands(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prepared, refused while nobody decided, said, done, done again; told in two languages."""

    def told(*arguments: str, code: int = 0) -> dict[str, Any]:
        root = str(house.folder.root)
        assert main(["--data", root, "--json", "log", *arguments, "--origin", NEXT]) == code
        shown = capsys.readouterr()
        return dict(json.loads(shown.out or shown.err))

    assert told("continue", code=1)["error"] == "log.not_prepared"
    shown = told("prepare", "--fresh-attesters")
    assert told("continue", code=1)["error"] == "log.not_frozen"
    open_it = OpenLog(log_id(NEXT), shown["anchor"], tuple(shown["attesters"].values()), 2)
    own = house.platform.log
    good = house.platform.chain.head(own.log_id).size
    decided(house, open_it, FreezeLog(own.log_id, good, log_id(NEXT)))
    assert told("continue")["carried_out"] is False
    assert house.folder.settings().origin == own.origin
    done = told("continue", "--yes")
    assert done["carried_out"] and done["anchored"] and done["predecessor"] == own.origin
    assert told("continue", "--yes")["entry"] == done["entry"]
    with again(house) as now:
        zh, en = tell(tlog.read(now.platform, done["entry"]), PlatformNames(now.platform))
        assert own.origin in zh and own.origin in en


def test_roots_that_are_kept_elsewhere_sign_the_list_themselves(house: House) -> None:
    folder, platform = house.folder, house.platform
    frozen(house, platform.chain.head(platform.log.log_id).size)
    wanted = go_on(folder, platform, NEXT, carry_out=False).trust
    paths = sorted((folder.root / "trust" / "roots").glob("*.pem"))
    phrase = folder.passphrase()
    roots = [cast(Any, from_encrypted_pem(path.read_bytes(), phrase)) for path in paths]
    for path in paths[1:]:
        path.unlink()
    with pytest.raises(NotFound, match="--trust"):
        go_on(folder, platform, NEXT)
    more = replace(wanted, witnesses=(), identity_agencies=())
    with pytest.raises(TrustOther):
        go_on(folder, platform, NEXT, signed=sign_trust_list(more, roots[:2]))
    with pytest.raises(TrustThreshold):
        go_on(folder, platform, NEXT, signed=sign_trust_list(wanted, roots[:1]))
    assert folder.settings().origin == platform.log.origin
    assert go_on(folder, platform, NEXT, signed=sign_trust_list(wanted, roots[:2])).entry
    with again(house) as now:
        assert work(now.platform).waiting is None
        assert now.platform.trust == wanted and now.findings() == ()
