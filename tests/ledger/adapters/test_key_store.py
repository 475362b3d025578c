"""Contract of the key store: what it keeps, what it follows, and for whom it opens."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certs import base64url, keys
from certs.canonical import parse
from certs.envelope import parse_envelope, sign_es256, verify_signature
from certs.errors import CertsError
from certs.jwk import public_jwk
from certs.trust.payload import Continued, TrustedLog
from ledger.adapters.keystore import KeyDestroyed
from ledger.consent.handover import ATTESTATION_TYPE
from ledger.consent.receiving import unwrapped
from ledger.consent.withdrawal import WITHDRAWAL_TYPE
from ledger.errors import Conflict, LedgerError, LogBusy, NotFound, Refused, Tampered
from ledger.log.statement import PAYLOAD_TYPE
from ledger.ports import HandedOver
from ledger.stored.disclosure import field_key
from tests.ledger.handover_cases import CASES, CONSENT_CHANGES, Case, agency_signs
from tests.ledger.handover_scene import (
    RECIPIENT,
    THREAD,
    Scene,
    Signer,
    catch_up,
    file_key,
    new_store,
    ready_store,
    scene,
)
from tests.ledger.world import World
from tests.ledger.world_names import ed, ident, p256, seed

CONSENT, RELEASE = ident("con", "scene"), ident("rel", "scene")


# what it keeps


def test_a_key_comes_back_and_a_second_one_is_a_conflict(tmp_path: Path) -> None:
    store = new_store(tmp_path, World())
    store.deposit("file_a", seed("a"))
    store.deposit("file_a", seed("a"))
    with pytest.raises(Conflict):
        store.deposit("file_a", seed("b"))
    assert store.open_file_key("file_a") == seed("a")
    with pytest.raises(NotFound):
        store.open_file_key("file_b")


def test_a_destroyed_key_is_gone_and_stays_gone(tmp_path: Path) -> None:
    store = new_store(tmp_path, World())
    store.deposit("file_a", seed("a"))
    store.destroy("file_a")
    store.destroy("file_a")
    with pytest.raises(KeyDestroyed):
        store.open_file_key("file_a")
    with pytest.raises(Conflict):
        store.deposit("file_a", seed("a"))


def test_a_destroyed_key_leaves_no_bytes_behind(tmp_path: Path) -> None:
    store = new_store(tmp_path, World())
    for name in ("a", "b", "c"):
        store.deposit(f"file_{name}", seed(name))

    def kept() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    with sqlite3.connect(next(tmp_path.glob("*.db"))) as db:
        (wrapped,) = db.execute("SELECT wrapped FROM file_keys WHERE file = 'file_b'").fetchone()
    db.close()
    assert wrapped in kept()
    store.destroy("file_b")
    assert wrapped not in kept()
    assert store.open_file_key("file_c") == seed("c")


def test_keys_lie_wrapped_and_survive_a_restart(tmp_path: Path) -> None:
    store = new_store(tmp_path, World())
    store.deposit("file_a", seed("a"))
    store.close()
    for path in tmp_path.iterdir():
        assert seed("a") not in path.read_bytes()
    assert new_store(tmp_path, World()).open_file_key("file_a") == seed("a")


def test_look_ups_are_told_apart_by_purpose(tmp_path: Path) -> None:
    store = new_store(tmp_path, World())
    found = {store.lookup(purpose, b"value") for purpose in ("a", "b")}
    assert len(found) == 2
    assert store.lookup("a", b"value") in found
    assert store.lookup("a", b"other") not in found


def test_a_file_that_is_no_key_store_is_tampered(tmp_path: Path) -> None:
    (tmp_path / "keystore.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Tampered):
        new_store(tmp_path, World())


# the log, followed


def test_it_goes_on_with_another_log_where_the_trust_list_says_so_and_never_back(
    tmp_path: Path,
) -> None:
    old = World()
    old.deposit(b"one")
    store = new_store(tmp_path, old)
    catch_up(store, old)
    store.close()
    new = World(name="next", origin="log.example/next", leaves=[*old.leaves])
    new.deposit(b"two")
    own = TrustedLog(new.origin, new.vkey, new.log_id)
    for continues, followed in ((None, False), (Continued(old.origin, 1), True)):
        logs = (*old.trust.logs, replace(own, continues=continues))
        new.trust = replace(old.trust, logs=logs)
        store = new_store(tmp_path, new)
        if followed:
            catch_up(store, new)
        else:
            with pytest.raises(Tampered, match="Another log"):
                catch_up(store, new)
        store.close()
    old.leaves.append(new.leaves[-1])
    old.deposit(b"three")
    store = new_store(tmp_path, old)
    assert store.size() == 2
    with pytest.raises(Tampered, match="Another log"):
        catch_up(store, old)


def test_it_follows_step_by_step_and_remembers_after_a_restart(tmp_path: Path) -> None:
    world = scene().world
    store = new_store(tmp_path, world)
    assert store.size() == 0
    store.follow(world.leaves[:2], world.checkpoint(2))
    store.follow(world.leaves[2:], world.checkpoint())
    store.close()
    again = new_store(tmp_path, world)
    assert again.size() == len(world.leaves)
    again.follow((), world.checkpoint())
    assert list(again.audit(world.leaves)) == []


def test_wrong_leaves_are_another_history(tmp_path: Path) -> None:
    world = scene().world
    store = new_store(tmp_path, world)
    other = scene(release={"reason": "another"}).world.leaves
    with pytest.raises(Tampered):
        store.follow(other, world.checkpoint())
    assert store.size() == 0
    assert list(store.audit(world.leaves)) == []


def test_a_forked_log_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    made, forked = scene(), scene(request={"reason": "another history"})
    store = ready_store(tmp_path, made)
    forked.world.deposit(b"one more")
    with pytest.raises(Tampered):
        store.follow(forked.world.leaves[6:], forked.world.checkpoint())
    with pytest.raises(Tampered):
        store.follow((), forked.world.checkpoint(6))
    assert list(store.audit(made.world.leaves)) == []
    store.hand_over(made.order())


def test_an_older_head_is_no_harm_and_moves_nothing(tmp_path: Path) -> None:
    made = scene()
    store = ready_store(tmp_path, made)
    store.follow(made.world.leaves[:3], made.world.checkpoint(3))
    assert store.size() == 6


def test_skipped_and_repeated_leaves_are_asked_for_again(tmp_path: Path) -> None:
    world = scene().world
    store = new_store(tmp_path, world)
    store.follow(world.leaves[:2], world.checkpoint(2))
    for leaves in (world.leaves[3:], world.leaves[1:], world.leaves):
        with pytest.raises(LogBusy):
            store.follow(leaves, world.checkpoint())
    assert store.size() == 2


def test_what_is_no_leaf_is_not_followed(tmp_path: Path) -> None:
    world = World()
    world.leaves.append(b"not a leaf")
    store = new_store(tmp_path, world)
    with pytest.raises(LedgerError):
        store.follow(world.leaves, world.checkpoint())
    assert store.size() == 0


def test_a_checkpoint_by_another_key_is_refused(tmp_path: Path) -> None:
    world = scene().world
    stranger = replace(world, name="stranger")
    with pytest.raises(Refused):
        new_store(tmp_path, world).follow(world.leaves, stranger.checkpoint())


def test_witnesses_are_wanted_where_the_profile_wants_them(tmp_path: Path) -> None:
    made = scene(world=World(profile="city", quorum=2))
    store = new_store(tmp_path, made.world)
    with pytest.raises(Refused):
        store.follow(made.world.leaves, made.world.checkpoint(cosigned=1))
    ready_store(tmp_path, made).hand_over(made.order())


# handing over


def opened(made: Scene, done: HandedOver) -> dict[tuple[str, str | None], bytes]:
    return {
        (one.file_id, one.field): unwrapped(one, RECIPIENT, made.world.origin, CONSENT, RELEASE)
        for one in done.keys
    }


def test_the_recipient_and_nobody_else_opens_what_was_handed_over(tmp_path: Path) -> None:
    made = scene()
    done = ready_store(tmp_path, made).hand_over(made.order())
    fields, plan = made.files
    assert opened(made, done) == {
        (fields, ""): field_key(file_key(fields), ""),
        (fields, "address"): field_key(file_key(fields), "address"),
        (fields, "area"): field_key(file_key(fields), "area"),
        (plan, None): file_key(plan),
    }
    one, origin = done.keys[-1], made.world.origin
    for facts in (
        (one, keys.generate_x25519(), origin, CONSENT, RELEASE),
        (one, RECIPIENT, "log.example/other", CONSENT, RELEASE),
        (one, RECIPIENT, origin, ident("con", "other"), RELEASE),
        (one, RECIPIENT, origin, CONSENT, ident("rel", "other")),
        (replace(one, file_id=fields), RECIPIENT, origin, CONSENT, RELEASE),
        (replace(one, field="area"), RECIPIENT, origin, CONSENT, RELEASE),
    ):
        with pytest.raises(CertsError):
            unwrapped(*facts)


def test_what_was_handed_over_is_attested_by_the_key_store(tmp_path: Path) -> None:
    made = scene()
    done = ready_store(tmp_path, made).hand_over(made.order())
    envelope = parse_envelope(done.attestation)
    verify_signature(envelope, envelope.signatures[0], ed("one/keystore").public_key())
    said = parse(envelope.payload)
    assert envelope.payload_type == ATTESTATION_TYPE
    assert isinstance(said, dict)
    assert (said["consent"], said["release"], said["n"], said["size"]) == (CONSENT, RELEASE, 1, 6)
    assert said["files"] == {name: list(fields) for name, fields in made.files.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_one_thing_broken_and_nothing_is_handed_over(tmp_path: Path, case: Case) -> None:
    make, code, reason = case
    made, order = make()
    store = ready_store(tmp_path, made)
    with pytest.raises(Refused) as refused:
        store.hand_over(order)
    assert (refused.value.code, refused.value.values.get("reason", "")) == (code, reason)
    assert rows(tmp_path, "SELECT * FROM uses") == []


@pytest.mark.parametrize("field", CONSENT_CHANGES)
def test_a_widened_consent_opens_nothing(tmp_path: Path, field: str) -> None:
    value, code = CONSENT_CHANGES[field]
    made = scene(consent={field: value})
    with pytest.raises(Refused) as refused:
        ready_store(tmp_path, made).hand_over(made.order())
    assert refused.value.code == code


def test_a_head_that_it_did_not_follow_opens_nothing(tmp_path: Path) -> None:
    made, forked = scene(), scene(request={"reason": "another history"})
    store = ready_store(tmp_path, made)
    made.world.deposit(b"something later")
    for order in (forked.order(), made.order()):
        with pytest.raises(Refused) as refused:
            store.hand_over(order)
        assert refused.value.values["reason"] == "fork"
    catch_up(store, made.world)
    store.hand_over(made.order())


def test_the_same_release_again_is_the_same_use(tmp_path: Path) -> None:
    made = scene()
    store = ready_store(tmp_path, made)
    first = store.hand_over(made.order())
    made.world.deposit(b"something later")
    catch_up(store, made.world)
    again = store.hand_over(made.order())
    assert again.attestation == first.attestation
    assert opened(made, again) == opened(made, first)
    assert len(rows(tmp_path, "SELECT * FROM uses")) == 1


def test_a_use_counts_once_across_restarts_and_restored_logs(tmp_path: Path) -> None:
    """The log was restored from before the release and the use is claimed anew."""
    made = scene()
    store = ready_store(tmp_path, made)
    store.hand_over(made.order())
    store.close()
    made.places["release"] = _second_release(made, ident("rel", "anew"))
    again = new_store(tmp_path, made.world)
    catch_up(again, made.world)
    with pytest.raises(Refused) as refused:
        again.hand_over(made.order())
    assert refused.value.values["reason"] == "use"


def _second_release(made: Scene, name: str, n: int = 1) -> int:
    body = parse(made.payload("release"))
    assert isinstance(body, dict)
    said = body["body"]
    assert isinstance(said, dict)
    tag = parse(made.world.leaves[made.places["release"]])
    assert isinstance(tag, dict)
    mark = base64url.decode(str(tag["tag"]))
    return made.world.say("released", "wjw", said | {"release": name, "n": n}, tag=mark)


def test_two_at_once_ask_for_one_use_and_one_gets_it(tmp_path: Path) -> None:
    made = scene()
    second = _second_release(made, ident("rel", "rival"))
    store = ready_store(tmp_path, made)
    rival = new_store(tmp_path, made.world)
    orders = [made.order(), made.order(release=made.world.opening(second))]
    done: list[HandedOver] = []
    refused: list[Refused] = []
    start = threading.Barrier(2)

    def ask(number: int) -> None:
        start.wait()
        try:
            done.append((store, rival)[number].hand_over(orders[number]))
        except Refused as error:
            refused.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert [error.values.get("reason") for error in refused] == ["use"]
    assert len(rows(tmp_path, "SELECT * FROM uses")) == 1


def test_a_destroyed_key_is_not_handed_over_and_no_use_is_lost(tmp_path: Path) -> None:
    made = scene()
    store = ready_store(tmp_path, made)
    store.destroy(next(iter(made.files)))
    with pytest.raises(KeyDestroyed):
        store.hand_over(made.order())
    assert rows(tmp_path, "SELECT * FROM uses") == []


# withdrawing


def withdrawal(made: Scene, **changes: Any) -> bytes:
    """Signed by the holder, not in the log."""
    kept = len(made.world.leaves)
    data = made.withdraw(**changes)
    del made.world.leaves[kept:], made.world.openings[kept:]
    return data


def test_a_withdrawal_bites_at_once_without_the_log(tmp_path: Path) -> None:
    made = scene()
    store = ready_store(tmp_path, made)
    store.hand_over(made.order())
    consent, bound = made.ground().consent, made.ground().holder_key
    said = store.withdraw(consent, bound, THREAD, withdrawal(made))
    envelope = parse_envelope(said)
    verify_signature(envelope, envelope.signatures[0], ed("one/keystore").public_key())
    assert envelope.payload_type == WITHDRAWAL_TYPE
    assert store.withdraw(consent, bound, THREAD, withdrawal(made)) == said
    store.close()
    with pytest.raises(Refused) as refused:  # also the release that was handed over before
        new_store(tmp_path, made.world).hand_over(made.order())
    assert refused.value.code == "consent.withdrawn"


def test_only_the_holder_withdraws_and_only_this_consent(tmp_path: Path) -> None:
    made = scene()
    store = ready_store(tmp_path, made)
    ground = made.ground()
    thief = sign_with("a thief")
    wrong = {
        "another key": (ground.consent, ground.holder_key, THREAD, made.withdraw(thief)),
        "another consent": (
            ground.consent, ground.holder_key, THREAD, withdrawal(made, consent=ident("con", "x")),
        ),
        "another log": (
            ground.consent, ground.holder_key, THREAD, withdrawal(made, log="log.example/other"),
        ),
        "another digest": (
            ground.consent, ground.holder_key, THREAD,
            withdrawal(made, consent_sha256=base64url.encode(seed("x"))),
        ),
        "another thread": (ground.consent, ground.holder_key, seed("x"), withdrawal(made)),
        "no thread": (ground.consent, ground.holder_key, b"", withdrawal(made)),
        "no withdrawal": (ground.consent, ground.holder_key, THREAD, ground.consent.envelope),
        "no envelope": (ground.consent, ground.holder_key, THREAD, b"{}"),
        "no consent": (ground.request, ground.holder_key, THREAD, withdrawal(made)),
        "no binding": (ground.consent, ground.request, THREAD, withdrawal(made)),
    }  # fmt: skip
    for name, facts in wrong.items():
        with pytest.raises(Refused) as refused:
            store.withdraw(*facts)
        assert refused.value.code == "handover.refused", name
    assert rows(tmp_path, "SELECT * FROM withdrawals") == []


def test_nobody_withdraws_with_a_key_that_he_bound_himself(tmp_path: Path) -> None:
    """All that is not signed by an identity agency can be made up: binding, consent, withdrawal."""
    made = scene()
    store = ready_store(tmp_path, made)
    thief = p256("a thief")
    bound = {"alg": "es256", "jwk": public_jwk(thief.public_key())}
    sign = sign_with("a thief")
    for signers, reason in (
        ({"bind": sign, "consent": sign}, "trust.agency"),
        ({"bind": agency_signs("scjg"), "consent": sign}, "identity"),
        ({"bind": agency_signs("gafj", world=World(name="foreign")), "consent": sign},
         "path.untrusted"),
    ):  # fmt: skip
        actor = {"trust.agency": "nobody", "identity": "scjg"}.get(reason, "gafj")
        forged = scene(bind=bound, signers=signers, actors={"bind": actor})
        ground = forged.ground()
        data = withdrawal_by(forged, sign)
        with pytest.raises(Refused) as refused:
            store.withdraw(ground.consent, ground.holder_key, THREAD, data)
        assert refused.value.values["reason"] in {reason, "identity"}
    store.hand_over(made.order())


def test_a_consent_that_its_holder_never_gave_is_not_withdrawn(tmp_path: Path) -> None:
    """A made-up consent under the true one's name, and a true signature under its end."""
    made, forged = scene(), scene(signers={"consent": sign_with("a thief")})
    store = ready_store(tmp_path, made)
    ground = forged.ground()
    with pytest.raises(Refused) as refused:
        store.withdraw(ground.consent, ground.holder_key, THREAD, withdrawal(forged))
    assert refused.value.values["reason"] == "holder"
    store.hand_over(made.order())


def withdrawal_by(made: Scene, signer: Signer) -> bytes:
    return made.withdraw(signer)


def sign_with(name: str) -> Signer:
    return lambda payload: sign_es256(payload, PAYLOAD_TYPE, p256(name))


# audit


CHANGES = {
    "a wrapped key": ("UPDATE file_keys SET wrapped = zeroblob(40)", "file_keys"),
    "a shortened key": ("UPDATE file_keys SET wrapped = x'00'", "file_keys"),
    "what was followed": ("UPDATE followed SET range = zeroblob(8)", "followed"),
    "what was followed, unreadable": ("UPDATE followed SET range = x'07'", "followed"),
    "what was followed, gone": ("UPDATE followed SET range = NULL", "followed"),
    "a head's root": ("UPDATE heads SET root = zeroblob(32)", "heads 6"),
    "a head's size": ("UPDATE heads SET size = 5", "heads 5"),
    "a head beyond": ("UPDATE heads SET size = 500", "heads 500"),
    "a tag": ("UPDATE tags SET tag = zeroblob(16) WHERE idx = 2", "tags"),
    "a tag's place": ("UPDATE tags SET idx = 77 WHERE idx = 2", "tags"),
    "a lost tag": ("DELETE FROM tags WHERE idx = 2", "tags"),
    "a use's number": ("UPDATE uses SET n = 2", "uses"),
    "a use's release": (f"UPDATE uses SET release = '{ident('rel', 'x')}'", "uses"),
    "a use's consent": (f"UPDATE uses SET consent = '{ident('con', 'x')}'", "uses"),
    "an attestation": ("UPDATE uses SET attestation = x'7b7d'", "uses"),
    "a withdrawal's consent": (
        f"UPDATE withdrawals SET consent = '{ident('con', 'x')}'", "withdrawals",
    ),
    "an acknowledgement": ("UPDATE withdrawals SET acknowledgement = x'00'", "withdrawals"),
    "one signed for another": (
        "UPDATE uses SET attestation = (SELECT acknowledgement FROM withdrawals)", "uses",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_the_audit_finds_each_change(tmp_path: Path, change: tuple[str, str]) -> None:
    made = scene()
    store = ready_store(tmp_path, made)
    store.hand_over(made.order())
    store.withdraw(made.ground().consent, made.ground().holder_key, THREAD, withdrawal(made))
    assert list(store.audit(made.world.leaves)) == []
    store.close()
    sql, where = change
    with sqlite3.connect(tmp_path / "keystore.db") as db:
        assert db.execute(sql).rowcount > 0
    db.close()
    found = [place for place, _ in new_store(tmp_path, made.world).audit(made.world.leaves)]
    assert any(place.startswith(where) for place in found), found


def test_the_audit_finds_another_log(tmp_path: Path) -> None:
    made = scene()
    store = ready_store(tmp_path, made)
    assert list(store.audit(scene(request={"reason": "another"}).world.leaves))
    assert list(store.audit(made.world.leaves[:-1]))


# its own file


def test_a_locked_file_is_pushback_and_a_failed_commit_leaves_it_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path, World())
    store._db.change("PRAGMA busy_timeout=50")
    rival = sqlite3.connect(tmp_path / "keystore.db", isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogBusy):
        store.deposit("file_a", seed("a"))
    rival.execute("ROLLBACK")
    rival.close()
    store.deposit("file_a", seed("a"))
    assert store.open_file_key("file_a") == seed("a")


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(folder / "keystore.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()
