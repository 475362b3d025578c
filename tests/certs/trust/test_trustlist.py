"""Trust lists: who must have signed, rotation, rollback, expiry, and every member's form."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs import base64url, keys
from certs.canonical import canonical
from certs.envelope import parse_envelope, sealed
from certs.errors import CertsError
from certs.trust.payload import NamedKey
from certs.trust.trustlist import (
    PAYLOAD_TYPE,
    Roots,
    TrustExpired,
    TrustList,
    TrustMalformed,
    TrustRollback,
    TrustSignature,
    TrustThreshold,
    TrustUnpinned,
    countersign,
    follow_roots,
    open_trust_list,
    pin_text,
    roots_of,
    sign_trust_list,
)
from tests.pki.build import Pki, private_key

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = [private_key(f"ed25519:root {n}") for n in range(6)]
OLD, NEW = KEYS[:3], KEYS[3:]
VKEY = "log.example+0a1b2c3d+AQ" + "A" * 42


def named(key) -> NamedKey:
    return NamedKey(keys.key_id(key.public_key()), keys.spki(key.public_key()))


def roots(threshold: int, chosen) -> Roots:
    return Roots(threshold, tuple(named(key) for key in chosen))


def key_json(key) -> dict:
    return {"kid": named(key).kid, "key": base64url.encode(named(key).key)}


def payload(version: int = 1, threshold: int = 2, chosen=OLD, **changed) -> dict:
    return {
        "v": 1,
        "version": version,
        "issued": "2026-01-01T00:00:00Z",
        "expires": "2027-01-01T00:00:00Z",
        "roots": {"threshold": threshold, "keys": [key_json(key) for key in chosen]},
        "profile": {
            "name": "embedded",
            "required": [0, 1, 2, 3],
            "witness_quorum": 0,
            "freshness": {"status_s": 86400, "entitlement_s": 86400, "evidence_s": 3600},
        },
        "logs": [{"origin": "log.example", "vkey": VKEY, "log_id": "0x" + "ab" * 32}],
        "witnesses": ["w.example+0a1b2c3d+BA" + "A" * 42],
        "keystores": [key_json(private_key("keystore"))],
        "identity_agencies": ["gafj"],
        "x509_roots": [base64url.encode(Pki().certificates["root"])],
        "status_lists": [
            {"uri": "https://example.invalid/1", "list_id": "0x" + "01" * 32, "agency": "scjg"}
        ],
        "webauthn": [{"rp_id": "sign.example", "origins": ["https://sign.example"]}],
        "chain": {
            "chain_id": 31337,
            "genesis": "0x" + "cd" * 32,
            "contracts": {
                "AgencyRegistry": {"address": "0x" + "12" * 20, "code_hash": "0x" + "34" * 32}
            },
        },
        "agencies": [
            {"id": "scjg", "name_zh": "区市场监管局", "name_en": "Market", "kind": "government"},
            {"id": "gafj", "name_zh": "区公安分局", "name_en": "Police", "kind": "government"},
        ],
        **changed,
    }


PINNED = roots(2, OLD)
LIST = sign_trust_list(payload(), OLD[:2])


def test_two_of_three_roots_suffice() -> None:
    trust = open_trust_list(LIST, PINNED, AT)
    assert trust.version == 1 and trust.roots == PINNED
    assert trust.as_json() == payload()
    assert trust.x509_roots == (Pki().certificates["root"],)
    assert trust.log("log.example").vkey == VKEY and trust.log("other") is None
    assert trust.agency("scjg").name_zh == "区市场监管局" and trust.agency("x") is None
    assert trust.status_list("https://example.invalid/1").agency == "scjg"
    assert trust.relying_party("sign.example").origins == ("https://sign.example",)
    assert sign_trust_list(trust, OLD[:2]) == LIST


def test_nothing_pinned_nothing_believed() -> None:
    for data in (LIST, b"", b"not a list"):
        with pytest.raises(TrustUnpinned):
            open_trust_list(data, None, AT)


def test_one_of_two_needed_is_too_few() -> None:
    with pytest.raises(TrustThreshold) as refused:
        open_trust_list(sign_trust_list(payload(), OLD[:1]), PINNED, AT)
    assert (refused.value.have, refused.value.need, refused.value.whose) == (1, 2, "pinned")


def test_strangers_do_not_count() -> None:
    with pytest.raises(TrustThreshold):
        open_trust_list(sign_trust_list(payload(), [OLD[0], *NEW]), PINNED, AT)


def test_an_attackers_own_universe() -> None:
    forged = sign_trust_list(payload(version=99, chosen=NEW), NEW)
    assert roots_of(forged) == roots(2, NEW)  # consistent in itself, and worth nothing
    with pytest.raises(TrustThreshold):
        open_trust_list(forged, PINNED, AT)


def test_rotation_needs_old_and_new_roots() -> None:
    rotated = payload(version=2, chosen=NEW)
    for signers, whose in ((OLD, "own"), (NEW, "pinned"), ([*OLD, NEW[0]], "own")):
        with pytest.raises(TrustThreshold) as refused:
            open_trust_list(sign_trust_list(rotated, signers), PINNED, AT)
        assert refused.value.whose == whose
    both = sign_trust_list(rotated, [*OLD[:2], *NEW[:2]])
    assert open_trust_list(both, PINNED, AT).roots == roots(2, NEW)
    assert open_trust_list(both, roots(2, NEW), AT).version == 2


def test_a_lower_threshold_is_a_rotation_too() -> None:
    lowered = payload(version=2, threshold=1)
    with pytest.raises(TrustThreshold):
        open_trust_list(sign_trust_list(lowered, OLD[:1]), PINNED, AT)
    assert open_trust_list(sign_trust_list(lowered, OLD[:2]), PINNED, AT).roots.threshold == 1


def test_a_higher_threshold_must_be_met_by_the_list_that_sets_it() -> None:
    raised = payload(version=2, threshold=3)
    with pytest.raises(TrustThreshold) as refused:
        open_trust_list(sign_trust_list(raised, OLD[:2]), PINNED, AT)
    assert refused.value.whose == "own"
    assert open_trust_list(sign_trust_list(raised, OLD), PINNED, AT).roots.threshold == 3


def test_following_two_rotations() -> None:
    middle = [KEYS[2], KEYS[3]]
    steps = [
        sign_trust_list(payload(version=2, chosen=middle), [*OLD[:2], *middle]),
        sign_trust_list(
            payload(version=3, chosen=NEW, expires="2026-01-02T00:00:00Z"), [*middle, *NEW[1:]]
        ),
    ]
    with pytest.raises(TrustThreshold):
        open_trust_list(steps[1], PINNED, AT)
    assert follow_roots(steps, PINNED) == roots(2, NEW)
    assert follow_roots([], PINNED) == PINNED
    with pytest.raises(TrustRollback):
        follow_roots([steps[0], steps[0]], PINNED)


def test_rollback() -> None:
    assert open_trust_list(LIST, PINNED, AT, highest_seen=1).version == 1
    with pytest.raises(TrustRollback) as refused:
        open_trust_list(LIST, PINNED, AT, highest_seen=2)
    assert (refused.value.version, refused.value.highest_seen) == (1, 2)


def test_expiry_to_the_second() -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    open_trust_list(LIST, PINNED, end - timedelta(seconds=1))
    with pytest.raises(TrustExpired):
        open_trust_list(LIST, PINNED, end)


def test_a_wrong_signature_by_a_root_refuses_the_list() -> None:
    envelope = parse_envelope(sign_trust_list(payload(), OLD))
    other = parse_envelope(sign_trust_list(payload(version=2), OLD))
    mixed = replace(envelope, signatures=(*envelope.signatures[:2], other.signatures[2]))
    with pytest.raises(TrustSignature):
        open_trust_list(mixed.encode(), PINNED, AT)


def test_signed_as_something_else() -> None:
    other = sealed(canonical(payload()), "application/json", *OLD).encode()
    with pytest.raises(TrustMalformed):
        open_trust_list(other, PINNED, AT)


def test_countersigning_in_another_place() -> None:
    one = sign_trust_list(payload(), OLD[:1])
    assert countersign(one, OLD[1]) == LIST
    assert countersign(LIST, OLD[1]) == LIST


def test_roots_of_a_list_that_its_own_roots_did_not_sign() -> None:
    with pytest.raises(TrustThreshold):
        roots_of(sign_trust_list(payload(), NEW))


def test_what_a_person_compares_when_pinning() -> None:
    text = pin_text(PINNED)
    assert text.splitlines()[0] == "2 of 3"
    assert sorted(text.splitlines()[1:]) == sorted(key.kid for key in PINNED.keys)


def test_a_list_needs_a_signature() -> None:
    with pytest.raises(ValueError, match="signature"):
        sign_trust_list(payload(), [])


def spoilt(path: str, value: object) -> dict:
    made = copy.deepcopy(payload())
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place = made
    for step in way:
        place = place[step]
    if value is KeyError:
        del place[last]
    else:
        place[last] = value
    return made


DEFECTS = {
    "other format version": ("v", 2),
    "version zero": ("version", 0),
    "version as text": ("version", "1"),
    "version true": ("version", True),
    "unknown member": ("extra", 1),
    "missing member": ("witnesses", KeyError),
    "time without zone": ("issued", "2026-01-01T00:00:00"),
    "time with fraction": ("issued", "2026-01-01T00:00:00.0Z"),
    "no such day": ("issued", "2026-02-30T00:00:00Z"),
    "ends before it begins": ("expires", "2025-01-01T00:00:00Z"),
    "threshold zero": ("roots/threshold", 0),
    "threshold above keys": ("roots/threshold", 4),
    "no roots": ("roots/keys", []),
    "a root twice": ("roots/keys/1", key_json(OLD[0])),
    "root of another kind": ("roots/keys/0", key_json(private_key("p256 root"))),
    "kid of another key": ("roots/keys/0/kid", key_json(OLD[1])["kid"]),
    "key that is none": ("roots/keys/0/key", "AAAA"),
    "key padded": ("keystores/0/key", key_json(OLD[0])["key"] + "="),
    "required out of range": ("profile/required", [0, 9]),
    "required twice": ("profile/required", [1, 1]),
    "required not ascending": ("profile/required", [2, 1]),
    "quorum above witnesses": ("profile/witness_quorum", 2),
    "no time to be fresh": ("profile/freshness/status_s", 0),
    "freshness unknown": ("profile/freshness/other_s", 1),
    "log key of another form": ("logs/0/vkey", "log.example+xyz"),
    "log id too short": ("logs/0/log_id", "0xab"),
    "log id in capitals": ("logs/0/log_id", "0x" + "AB" * 32),
    "identity agency not described": ("identity_agencies", ["nobody"]),
    "status list of an agency not described": ("status_lists/0/agency", "nobody"),
    "root certificate that is none": ("x509_roots", ["AAAA"]),
    "status uri with a space": ("status_lists/0/uri", "https://example.invalid /1"),
    "no origins": ("webauthn/0/origins", []),
    "contract name of another form": ("chain/contracts/not a name", {}),
    "contract address too short": ("chain/contracts/AgencyRegistry/address", "0x12"),
    "chain id zero": ("chain/chain_id", 0),
    "agency of another kind": ("agencies/0/kind", "private"),
    "agency twice": ("agencies/1/id", "scjg"),
    "agency id with a space": ("agencies/0/id", "sc jg"),
    "agency without name": ("agencies/0/name_zh", ""),
}


def logs(**continued) -> list[dict]:
    """Logs a, b, c; each continues the log and size given for it."""
    made = []
    for name in "abc":
        log = {"origin": name, "vkey": VKEY, "log_id": "0x" + name * 64}
        if name in continued:
            log["continues"] = dict(zip(("origin", "size"), continued[name], strict=True))
        made.append(log)
    return made


def test_a_log_may_continue_another_one() -> None:
    made = payload(logs=logs(b=("a", 7), c=("b", 0)))
    trust = open_trust_list(sign_trust_list(made, OLD[:2]), PINNED, AT)
    assert trust.as_json() == made
    assert [log.origin for log in trust.lineage("c")] == ["c", "b", "a"]
    assert [log.origin for log in trust.lineage("a")] == ["a"]
    assert trust.lineage("d") == ()
    assert trust.log("b").continues.size == 7


BAD_LINEAGES = {
    "a log that the list does not have": logs(a=("d", 7)),
    "itself": logs(a=("a", 7)),
    "a ring": logs(a=("b", 7), b=("a", 7)),
    "a longer ring": logs(a=("c", 7), b=("a", 7), c=("b", 7)),
    "two that continue the same": logs(b=("a", 7), c=("a", 7)),
    "less than nothing": logs(b=("a", -1)),
    "null": [{**logs()[0], "continues": None}],
    "one more member": [{**logs()[0], "continues": {"origin": "a", "size": 1, "more": 1}}],
}


@pytest.mark.parametrize("name", BAD_LINEAGES)
def test_lineages_that_are_refused(name: str) -> None:
    with pytest.raises(TrustMalformed):
        sign_trust_list(payload(logs=BAD_LINEAGES[name]), OLD)


@pytest.mark.parametrize("defect", DEFECTS)
def test_malformed(defect: str) -> None:
    made = spoilt(*DEFECTS[defect])
    with pytest.raises(TrustMalformed):
        sign_trust_list(made, OLD)
    signed = sealed(canonical(made), PAYLOAD_TYPE, *OLD).encode()
    with pytest.raises(TrustMalformed):
        open_trust_list(signed, PINNED, AT)


@pytest.mark.parametrize("data", [b"", b"{}", b"null", LIST + b" ", LIST[:-1]])
def test_not_an_envelope(data: bytes) -> None:
    with pytest.raises(TrustMalformed):
        open_trust_list(data, PINNED, AT)


def test_a_payload_that_is_not_canonical() -> None:
    signed = sealed(canonical(payload()) + b"\n", PAYLOAD_TYPE, *OLD).encode()
    with pytest.raises(TrustMalformed):
        open_trust_list(signed, PINNED, AT)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(LIST) - 1), st.integers(1, 255))
def test_no_changed_byte_is_believed(position: int, mask: int) -> None:
    changed = bytearray(LIST)
    changed[position] ^= mask
    with pytest.raises(CertsError):
        open_trust_list(bytes(changed), PINNED, AT)


def test_values_are_values() -> None:
    trust = open_trust_list(LIST, PINNED, AT)
    assert isinstance(trust, TrustList) and trust == open_trust_list(LIST, PINNED, AT)
