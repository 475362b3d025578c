"""Bundles: an honest one passes offline; any byte of difference, and any lie inside, does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.trust.trustlist import TrustList, sign_trust_list
from certs.verdict import Outcome
from ledger.bundle.bundle import PAYLOAD_TYPE, Contents, build_bundle, verify_bundle
from ledger.bundle.container import pack, unpack
from ledger.log.evidence import anchor_note
from tests.ledger.sealed_bundles import (
    BUNDLE,
    CONTENTS,
    WORLD,
    check,
    fingerprint,
    resealed,
    with_manifest,
)
from tests.ledger.world import small_world
from tests.ledger.world_case import (
    EXPORTED_AT,
    case_bundle,
    case_world,
    consistency,
    exported,
    heading,
    sealer,
    trace,
)
from tests.ledger.world_lineage import NEXT, gone_on
from tests.ledger.world_names import AS_OF, START, seed

# --- honest bundles ---


def test_a_trace_passes_offline() -> None:
    verdict = check(BUNDLE)
    assert (verdict.outcome, verdict.code, verdict.exit_code) == (Outcome.PASSED, "passed", 0)
    assert fingerprint(verdict)[8] == ("passed", "order.shown")
    kinds = [entry.statement.kind for entry in verdict.entries]
    assert kinds == ["holderkey.bound", "consent.requested", "consent.granted", "released"]
    assert {entry.verdict.outcome for entry in verdict.entries} == {Outcome.PASSED}
    assert {note.code for note in verdict.notes} >= {"profile.one_operator"}
    assert verdict.as_json()["about"] == heading().about


def test_licences_with_their_files_pass_and_are_asked_for_status() -> None:
    world, first, _ = small_world()
    sealed = world.issue(3, real_pdf=True)
    contents = trace(
        world, first.index, sealed.index, 1, status_lists=(world.status_token(),),
        files=(sealed.pdf, first.credential.encode(), b"a floor plan"),
    )  # fmt: skip
    verdict = check(exported(world, contents, kind="items"), world.trust)
    assert verdict.outcome is Outcome.PASSED
    codes = [entry.verdict.checks[8].code for entry in verdict.entries]
    assert codes == ["status.valid", "status.not_applicable", "status.valid"]
    world.states[103] = 1
    contents = replace(contents, status_lists=(world.status_token(),), snapshot=world.snapshot())
    revoked = check(exported(world, contents, kind="items"), world.trust)
    assert (revoked.outcome, revoked.code) == (Outcome.FAILED, "status.revoked")


def test_a_trace_does_not_ask_how_things_stand_now() -> None:
    world, first, _ = small_world()
    world.states[101] = 1
    verdict = check(exported(world, trace(world, first.index)), world.trust)
    assert verdict.outcome is Outcome.PASSED
    assert verdict.entries[0].verdict.checks[8].code == "status.not_asked"


def test_each_entry_is_judged_at_its_first_anchor() -> None:
    """The certificate ended between two anchors; the earlier one covers the entry."""
    world, case = case_world()
    late = {"block_time": START + timedelta(days=500), "block_number": 41}
    anchors = {5: world.anchor(5), 8: world.anchor(8, **late)}
    proof = consistency(world, 5)
    contents = trace(world, 1, anchors=anchors, consistency={5: proof})
    at = START + timedelta(days=500, hours=1)
    trust = replace(world.trust, expires=at + timedelta(days=90))
    contents = replace(
        contents,
        trust_list=sign_trust_list(trust, world.root_keys[:2]),
        snapshot=world.snapshot(taken_at=at),
    )
    exporter = world.certificate("sjj", since=at - timedelta(days=1)).public_bytes(Encoding.DER)
    data = build_bundle(
        heading(at=at),
        contents,
        lambda payload: replace(world.signed_by("sjj", payload, PAYLOAD_TYPE), x5c=(exporter,)),
    )
    verdict = verify_bundle(data, trust, at)
    assert verdict.outcome is Outcome.PASSED
    assert verdict.entries[0].verdict.checks[5].facts["size"] == "5"
    assert case.request == 5


def test_a_held_checkpoint_and_an_earlier_one_are_extended() -> None:
    contents = replace(
        CONTENTS,
        earlier_checkpoint=WORLD.checkpoint(5),
        consistency={5: consistency(WORLD, 5), 6: consistency(WORLD, 6)},
    )
    data = exported(WORLD, contents)
    assert fingerprint(check(data))[3] == ("passed", "history.holds")
    assert check(data, held=WORLD.head(6)).outcome is Outcome.PASSED
    assert check(data, held=WORLD.head()).outcome is Outcome.PASSED
    verdict = check(data, held=WORLD.head(7))
    assert (verdict.outcome, verdict.code) == (Outcome.INDETERMINATE, "history.no_consistency")
    newer = replace(WORLD.head(), size=99)
    assert check(data, held=newer).code == "history.held_newer"
    forked = replace(WORLD.head(6), root=seed("fork"))
    verdict = check(data, held=forked)
    assert (verdict.outcome, verdict.code) == (Outcome.FAILED, "merkle.root_mismatch")
    foreign = replace(WORLD.head(6), origin="other.example/log")
    assert check(data, held=foreign).code == "checkpoint.origin"


def test_a_reader_who_held_a_head_of_the_log_that_was_frozen() -> None:
    """Another log goes on with its tree: the bundle is of the new one, and extends the old head."""
    new = gone_on(WORLD, 6)
    new.deposit(b"later")
    whole = len(new.leaves)
    contents = replace(
        CONTENTS,
        trust_list=new.trust_bytes,
        checkpoint=new.checkpoint(),
        entries=tuple(new.opening(entry.index) for entry in CONTENTS.entries),
        anchors={whole: new.anchor()},
        snapshot=new.snapshot(),
        earlier_checkpoint=WORLD.checkpoint(5),
        consistency={5: consistency(new, 5), 6: consistency(new, 6)},
    )
    data = exported(new, contents)
    assert check(data, held=WORLD.head(6)).outcome is Outcome.PASSED
    assert check(data, new.trust, held=WORLD.head(6)).outcome is Outcome.PASSED
    void = replace(
        contents,
        anchors={7: anchor_note(WORLD.chain_anchor(7), NEXT, new.log_key)},
        consistency={**contents.consistency, 7: consistency(new, 7)},
    )
    assert fingerprint(check(exported(new, void), new.trust))[5] == ("failed", "anchor.frozen")


def test_building_is_deterministic() -> None:
    again, case = case_world()
    assert case_bundle(again, case) == BUNDLE


# --- any byte ---


def test_no_byte_can_be_changed() -> None:
    for position in range(len(BUNDLE)):
        spoilt = bytearray(BUNDLE)
        spoilt[position] ^= 1 << position % 8
        assert check(bytes(spoilt)).outcome is not Outcome.PASSED, position


def test_no_byte_of_the_manifest_can_be_changed_even_where_the_container_is_made_anew() -> None:
    manifest = unpack(BUNDLE)["manifest.json"]
    for position in range(len(manifest)):

        def spoil(data: bytes, at: int = position) -> bytes:
            return data[:at] + bytes([data[at] ^ 1 << at % 7]) + data[at + 1 :]

        assert check(with_manifest(spoil)).outcome is not Outcome.PASSED, position


def test_no_byte_of_a_member_can_be_changed_where_the_container_is_made_anew() -> None:
    members = unpack(BUNDLE)
    for name, data in members.items():
        for position in range(0, len(data), 97):
            spoilt = data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :]
            verdict = check(pack({**members, name: spoilt}))
            assert verdict.outcome is not Outcome.PASSED, (name, position)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_nothing_can_be_cut_added_or_swapped(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(BUNDLE)))
    end = data.draw(st.integers(start, len(BUNDLE)))
    put = data.draw(st.binary(max_size=8))
    changed = BUNDLE[:start] + put + BUNDLE[end:]
    if changed != BUNDLE:
        assert check(changed).outcome is not Outcome.PASSED


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(unpack(BUNDLE))), st.binary(max_size=80)))
def test_arbitrary_members_never_raise(changed: dict[str, bytes]) -> None:
    verdict = check(pack({**unpack(BUNDLE), **changed}))
    assert verdict.outcome is (Outcome.FAILED if changed else Outcome.PASSED)
    members = {name: data for name, data in changed.items() if name != "manifest.json"}
    if members:
        assert check(resealed(lambda all: all.update(members))).outcome is not Outcome.PASSED


# --- trust ---


def test_without_trust_nothing_is_said() -> None:
    verdict = check(BUNDLE, None)
    assert (verdict.exit_code, verdict.code) == (2, "trust.unpinned")


def inner(change: Callable[[TrustList], TrustList], signers: slice = slice(0, 2)) -> Contents:
    trust = change(WORLD.trust)
    return replace(CONTENTS, trust_list=sign_trust_list(trust, WORLD.root_keys[signers]))


def test_a_newer_list_inside_is_used_and_an_older_one_is_not() -> None:
    stranger = WORLD.snapshot(agencies={**WORLD.snapshot_value().agencies, "sjj": None})
    newer = inner(lambda trust: replace(trust, version=8, agencies=trust.agencies[:2]))
    unknown = exported(WORLD, replace(newer, snapshot=stranger))
    assert check(unknown).code == "signer.agency_unknown"
    older = inner(lambda trust: replace(trust, version=6, agencies=trust.agencies[:2]))
    passed_over = exported(WORLD, replace(older, snapshot=stranger))
    assert check(passed_over).code == "entitlement.not_admitted"
    unsigned = inner(lambda trust: replace(trust, version=8), slice(0, 1))
    assert check(exported(WORLD, unsigned)).code == "trust.unpinned"


def test_an_exporter_that_was_admitted_since_the_list_was_signed() -> None:
    newer = inner(lambda trust: replace(trust, version=8, agencies=trust.agencies[:2]))
    assert check(exported(WORLD, newer)).outcome is Outcome.PASSED
    silent = exported(WORLD, replace(newer, snapshot=None))
    assert fingerprint(check(silent))[7] == ("failed", "signer.agency_unknown")
    elsewhere = exported(WORLD, replace(newer, snapshot=WORLD.snapshot(chain_id=1)))
    assert fingerprint(check(elsewhere))[7] == ("failed", "snapshot.chain")


def test_an_expired_list_inside_does_no_harm_and_an_expired_one_of_the_reader_does() -> None:
    past = inner(lambda trust: replace(trust, version=8, expires=EXPORTED_AT))
    assert check(exported(WORLD, past)).outcome is Outcome.PASSED
    expired = replace(WORLD.trust, expires=AS_OF)
    assert check(BUNDLE, expired).code == "trust.expired"


def test_a_bundle_that_is_read_much_later_cannot_speak_for_that_day() -> None:
    later: datetime = AS_OF + timedelta(days=3)
    verdict = check(BUNDLE, as_of=later)
    assert (verdict.outcome, verdict.code) == (Outcome.INDETERMINATE, "snapshot.stale")


def test_a_bundle_needs_the_witnesses_that_the_profile_needs() -> None:
    world, case = case_world(profile="city", quorum=2)
    assert check(case_bundle(world, case), world.trust).outcome is Outcome.PASSED
    fewer = case_bundle(world, case, checkpoint=world.checkpoint(cosigned=1))
    verdict = check(fewer, world.trust)
    assert (verdict.outcome, verdict.code) == (Outcome.INDETERMINATE, "checkpoint.quorum")


def test_only_es256_with_a_certificate_seals() -> None:
    bare = build_bundle(
        heading(), CONTENTS, lambda payload: replace(sealer(WORLD)(payload), x5c=())
    )
    assert check(bare).code == "bundle.malformed"
