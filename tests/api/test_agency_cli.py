"""The consortium on the command line: proposed, voted, carried out, shown, told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from eth_utils.address import to_checksum_address

from api.cli.entry import main
from api.datafolder import DataFolder
from api.wiring import open_platform
from certs import keys
from certs.x509.authority import new_root
from ledger.adapters.ethereum.contracts import contract
from ledger.adapters.ethereum.sending import address_of, transact
from ledger.flows.consortium import proposals as voting
from ledger.platform import Platform
from ledger.ports.governance import Choice, Stage

MEMBERS = ("zwb", "scjg", "gafj", "sjj", "cyzx")
KEY = "0x" + "ab" * 32
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole file: each test votes on something of its own."""
    made = tmp_path_factory.mktemp("votes") / "data"
    assert main(["--data", str(made), "init", "--store", "directory"]) == 0
    return made


@pytest.fixture(scope="module", autouse=True)
def platform(data: Path) -> Iterator[Platform]:
    """Open beside the commands, so that all of them share one running node."""
    with open_platform(data) as opened:
        opened.chain.now()
        yield opened


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``mianti agency …`` with --json and gives what it prints; ``error`` is then its code."""
    monkeypatch.setenv("LANG", "C")

    def run(
        *arguments: object, code: int = 0, error: str | None = None, top: str = "agency"
    ) -> Any:
        capsys.readouterr()
        ended = main(["--data", str(data), top, *map(str, arguments), "--json"])
        shown = capsys.readouterr()
        assert ended == code, shown
        if error is not None:
            assert json.loads(shown.err.splitlines()[-1])["error"] == error
        return json.loads(shown.out) if shown.out else None

    return run


@pytest.fixture
def said(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What ``mianti agency …`` tells people in a language."""

    def said(language: str, *arguments: object) -> str:
        capsys.readouterr()
        main(["--data", str(data), "--lang", language, "agency", *map(str, arguments)])
        return capsys.readouterr().out

    return said


@pytest.fixture
def decide(run: Run, data: Path, platform: Platform) -> Callable[..., int]:
    """Propose on the command line; all members sign, and it is carried out at once."""

    def decide(*form: object) -> int:
        number = int(run("propose", *form, "--reason", "测试", "--as", "zwb")["number"])
        kept = DataFolder(data).secrets(DataFolder(data).passphrase())
        deadline = platform.now().replace(microsecond=0) + timedelta(hours=1)
        ballots = [
            platform.governance.ballot(
                kept[f"eth/vote/{member}"], number, member, Choice.YES, deadline
            )
            for member in MEMBERS
        ]
        voting.cast(platform, None, ballots)
        assert voting.execute(platform, None, number).stage is Stage.EXECUTED
        return number

    return decide


def test_a_proposal_is_rehearsed_and_made_once(run: Run) -> None:
    form = ("propose", "admit", "trial", "--name", "试办局", "--reason", "试办")
    seen = run(*form, "--dry-run")
    assert (seen["number"], seen["gravity"], seen["quorum"]) == (None, "ordinary", 5000)
    assert seen["voting_ends"] < seen["earliest"]
    first = run(*form)
    again = run(*form)
    assert (first["fresh"], again["fresh"], again["number"]) == (True, False, first["number"])
    assert run(*form[:-1], "another reason")["number"] == first["number"] + 1
    assert run(*form, "--as", "scjg")["number"] == first["number"] + 2
    shown = run("show", first["number"])
    assert (shown["proposer"], shown["reason"], shown["stage"]) == ("cyzx", "试办", "voting")
    assert shown["actions"][0]["agency"] == "trial"
    assert run("withdraw", first["number"])["stage"] == "withdrawn"
    assert run("withdraw", first["number"])["stage"] == "withdrawn"
    run("withdraw", first["number"] + 1, "--as", "scjg", code=1, error="chain.proposal_not_yours")


REFUSED: dict[str, tuple[tuple[object, ...], str]] = {
    "an unknown agency": (("rename", "nobody", "x"), "chain.agency_unknown"),
    "an empty name": (("admit", "empty", "--name", ""), "chain.agency_name_length"),
    "a scope beyond the proposer's power": (
        ("scope", "scjg", "permit", "--region", 110_101),
        "chain.scope_beyond_power",
    ),
    "a period that overlaps": (
        ("scope", "scjg", "food-operation-permit"),
        "chain.agency_period_overlaps",
    ),
    "a compromise in the future": (
        ("compromise-key", "scjg", "KEY", "--at", "2999-01-01T00:00:00Z"),
        "chain.agency_compromise_future",
    ),
    "a key that there is not": (
        ("compromise-key", "scjg", KEY, "--at", "2026-01-01T00:00:00Z"),
        "chain.agency_key_unknown",
    ),
    "a period in the past": (
        ("scope", "scjg", "permit", "--from", "2020-01-01T00:00:00Z"),
        "chain.agency_time_past",
    ),
    "an empty period": (
        (
            *("scope", "scjg", "permit", "--from", "2990-01-02T00:00:00Z"),
            *("--to", "2990-01-01T00:00:00Z"),
        ),
        "chain.agency_period_empty",
    ),
    "somebody admitted twice": (("admit", "scjg", "--name", "x"), "chain.agency_already_admitted"),
    "a reinstatement of who is not suspended": (
        ("reinstate", "scjg"),
        "chain.agency_not_suspended",
    ),
    "a successor that there is not": (
        ("merge", "kw", "--into", "nobody"),
        "chain.agency_successor_invalid",
    ),
    "its own successor": (("merge", "kw", "--into", "kw"), "chain.agency_successor_invalid"),
    "a basis for a social user": (
        ("basis", "bank", "loan-interest-subsidy", "licence:business-licence", "statutory"),
        "chain.agency_social",
    ),
    "a seat for a social user": (
        ("member", "bank", "--voter", "0x" + "12" * 20),
        "chain.member_social",
    ),
    "a voter who votes already": (("member", "kw", "--voter", "VOTER"), "chain.voter_taken"),
    "a rule of a minority": (
        (
            *("rule", "ordinary", "--quorum", 100, "--passing", 100),
            *("--voting-hours", 24, "--delay-hours", 0),
        ),
        "chain.rule_out_of_bounds",
    ),
    "a log that there is not": (
        ("anchor", "nowhere.example/log", "0x" + "12" * 20),
        "usage",
    ),
    "another log that there is not": (
        ("anchor", "nowhere.example/log", "--anchor", "0x" + "12" * 20),
        "chain.log_unknown",
    ),
    "a contract that is none": (
        ("replace-contract", "Governance", "0x" + "12" * 20),
        "chain.successor_invalid",
    ),
    "a contract of no name": (("replace-contract", "Parliament", "0x" + "12" * 20), "usage"),
    "a row that nobody has": (
        ("end-scope", "scjg", "food-operation-permit", "--row", 7),
        "chain.agency_row_unknown",
    ),
    "nothing that could end": (("end-scope", "scjg", "birth-certificate"), "usage"),
    "an id that cannot stand on chain": (("rename", "监管局", "x"), "agency.action"),
    "a sort of basis that there is not": (
        ("basis", "scjg", "equity-change", "licence:business-licence", "whim"),
        "agency.action",
    ),
    "an address that is none": (("member", "kw", "--voter", "0x12"), "agency.action"),
    "a certificate that is none": (("key", "scjg", "CERTIFICATE"), "usage"),
    "a time without zone": (("suspend", "kw", "--to", "2999-01-01T00:00:00"), "usage"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_is_refused_at_the_rehearsal(
    run: Run, platform: Platform, tmp_path: Path, case: tuple[tuple[object, ...], str]
) -> None:
    form, error = case
    (tmp_path / "file").write_bytes(b"no certificate")
    key = "0x" + platform.chain.key_rows("scjg")[0].key_id.hex()
    voter = next(one.voter for one in platform.governance.seats() if one.member == "gafj")
    named = {"KEY": key, "CERTIFICATE": tmp_path / "file", "VOTER": voter}
    filled = [named.get(str(one), one) for one in form]
    before = platform.governance.proposals()
    code = 64 if error == "usage" else 1
    run("propose", *filled, "--reason", "x", "--as", "scjg", code=code, error=error)
    assert platform.governance.proposals() == before


def test_a_reason_is_a_readable_text(run: Run) -> None:
    for reason in ("", " ", "x" * 2001, "\x00"):
        form = ("propose", "rename", "kw", "区科技委", "--reason", reason)
        run(*form, code=1, error="agency.reason")


def test_who_has_no_voting_key_proposes_nothing(run: Run, tmp_path: Path) -> None:
    form = ("propose", "rename", "kw", "区科技委", "--reason", "x")
    run(*form, "--as", "kw", code=64, error="usage")
    (tmp_path / "key").write_text("11" * 32)
    run(*form, "--key", tmp_path / "key", code=1, error="chain.voter_unknown")
    (tmp_path / "key").write_text("zz")
    run(*form, "--key", tmp_path / "key", code=1, error="chain.key")


def test_several_changes_in_one_proposal(run: Run, tmp_path: Path) -> None:
    changes = [
        {"action": "admit", "agency": "zjj", "name": "区住建局", "region": 310_101},
        {"action": "add-scope", "agency": "zjj", "licence_type": "permit", "region": 310_101},
        {"action": "suspend", "agency": "kw"},
    ]
    path = tmp_path / "changes.json"
    path.write_text(json.dumps(changes, ensure_ascii=False))
    made = run("propose", "--file", path, "--reason", "改革", "--dry-run")
    assert (made["gravity"], len(made["told"])) == ("grave", 3)
    path.write_text(json.dumps(changes[1:]))
    run("propose", "--file", path, "--reason", "x", code=1, error="chain.agency_unknown")
    path.write_text("{}")
    run("propose", "--file", path, "--reason", "x", code=1, error="agency.action")
    run("propose", "--file", path, code=64, error="usage")
    run("propose", code=64, error="usage")
    path.write_text("[]")
    run("propose", "--file", path, "--reason", "x", code=1, error="chain.proposal_empty")


def test_votes_are_cast_signed_offline_and_sent(run: Run, data: Path, tmp_path: Path) -> None:
    number = run("propose", "rename", "kw", "区科技局", "--reason", "更名")["number"]
    assert run("vote", number, "yes", "--as", "zwb")["yes"] == 1
    assert run("vote", number, "yes", "--as", "zwb")["yes"] == 1
    run("vote", number, "no", "--as", "zwb", code=1, error="chain.voted_already")
    run("vote", number, "maybe", "--as", "zwb", code=64, error="usage")
    run("vote", 999, "yes", "--as", "zwb", code=1, error="not_found")
    run("execute", number, code=1, error="chain.proposal_undecided")
    proposal, ballot, far = tmp_path / "p.json", tmp_path / "b.json", tmp_path / "nowhere"
    proposal.write_text(json.dumps(run("show", number)))
    secrets = DataFolder(data).secrets(DataFolder(data).passphrase())
    (tmp_path / "key").write_text(secrets["eth/vote/gafj"].hex())
    offline = ("vote", number, "no", "--as", "gafj", "--key", tmp_path / "key")
    signed = (*offline, "--proposal", proposal, "--sign-only", ballot)
    assert main(["--data", str(far), "agency", *map(str, signed)]) == 0  # no folder, no node
    shown = json.loads(ballot.read_text())
    assert (shown["member"], shown["choice"]) == ("gafj", "no")
    assert run("show", number)["no"] == 0
    assert run("vote", number, "--ballots", ballot)["no"] == 1
    assert run("vote", number, "--ballots", ballot)["no"] == 1
    forged = {**json.loads(proposal.read_text()), "reason_sha256": "0x" + "00" * 32}
    proposal.write_text(json.dumps(forged))
    run(*signed, code=1, error="agency.proposal_forged")
    forged = run("show", number)
    forged["encoded"][0]["data"] = forged["encoded"][0]["data"][:-2] + "01"
    proposal.write_text(json.dumps(forged))
    run(*signed, code=1, error="agency.proposal_forged")
    proposal.write_text("{}")
    run(*signed, code=1, error="agency.proposal")
    run(*offline, "--proposal", proposal, code=64, error="usage")
    ballot.write_text(json.dumps({**shown, "member": "sjj"}))
    send = ("vote", number, "--ballots", ballot)
    run(*send, code=1, error="chain.ballot_signature_invalid")
    ballot.write_text(json.dumps({**shown, "member": "kw"}))
    run(*send, code=1, error="chain.member_unknown")
    ballot.write_text(json.dumps({**shown, "signature": "0x12"}))
    run(*send, code=1, error="agency.ballot")
    ballot.write_text(json.dumps({**shown, "number": 1}))
    run(*send, code=64, error="usage")
    late = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    run("vote", number, "yes", "--as", "sjj", "--sign-only", ballot, "--deadline", late)
    run(*send, code=1, error="chain.ballot_expired")
    run("withdraw", number, code=1, error="chain.proposal_voted_on")


def test_an_agency_comes_is_changed_and_goes_and_all_is_told(
    run: Run, said: Callable[..., str], decide: Callable[..., int]
) -> None:
    admitted = decide("admit", "zfj", "--name", "区房管局", "--legal-code", "11319999MT00000141")
    decide("scope", "zfj", "property-certificate")
    renamed = decide("rename", "zfj", "区住房局")
    between = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    decide("end-scope", "zfj", "property-certificate")
    merged = decide("merge", "zfj", "--into", "bdc")
    assert run("execute", merged)["stage"] == "executed"
    shown = run("show", "zfj")
    assert [one["name"] for one in shown["names"]] == ["区房管局", "区住房局"]
    assert (shown["ending"], shown["successor"]) == ("dissolved", "bdc")
    assert shown["then"]["responsible"] == "bdc" and not shown["then"]["admitted"]
    assert [one["counts"] for one in shown["scopes"]] == [False]
    then = run("show", "zfj", "--at", between)
    assert then["then"]["admitted"] and then["then"]["name"] == "区住房局"
    assert [one["counts"] for one in then["scopes"]] == [True]
    assert then["then"]["responsible"] == "zfj"
    told = run("history", "zfj")
    assert [one["name"] for one in told] == [
        "AgencyAdmitted",
        "AgencyScopeAdded",
        "AgencyRenamed",
        "AgencyScopeEnded",
        "AgencyDutyTransferred",
        "AgencyEnded",
    ]
    assert [one["proposal"] for one in told][::2] == [admitted, renamed, merged]
    assert [one["time"] for one in told] == sorted(one["time"] for one in told)
    zh, en = said("zh", "history", "zfj"), said("en", "history", "zfj")
    assert f"提案 {merged}" in zh and "职责由区不动产登记中心承接" in zh
    assert "was renamed 区住房局" in en
    zh, en = said("zh", "show", "zfj"), said("en", "show", "zfj")
    assert "所发证照现由区不动产登记中心负责" in zh and "answers for its licences" in en
    assert "房管局" in said("zh", "show", "zfj", "--at", told[0]["time"])
    before = said("en", "show", "zfj", "--at", "2020-01-01T00:00:00Z")
    assert "not in the consortium at 2020-01-01T00:00:00Z" in before
    assert "not in the consortium" not in en
    form = ("propose", "rename", "zfj", "x", "--reason", "x")
    run(*form, code=1, error="chain.agency_dissolved")
    run("show", "nobody", code=1, error="not_found")
    run("history", "nobody", code=1, error="not_found")


def fresh_certificate() -> bytes:
    """A certificate of a key that nobody has, in PEM."""
    private = keys.generate_p256()
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    made = new_root("nobody", begin, private, 7)
    return made.public_bytes(Encoding.PEM)


def test_keys_are_exchanged_and_compromised(
    run: Run, decide: Callable[..., int], platform: Platform, tmp_path: Path
) -> None:
    held, fresh = tmp_path / "kw.der", tmp_path / "fresh.pem"
    held.write_bytes(platform.signing.chain("kw")[0])
    fresh.write_bytes(fresh_certificate())
    form = ("propose", "key", "sfj", held, "--reason", "x")
    run(*form, code=1, error="chain.agency_key_held")
    run(
        "propose", "rotate-key", "sfj", held, "--reason", "x", code=1, error="chain.agency_key_held"
    )
    (old,) = run("show", "sfj")["keys"]
    decide("rotate-key", "sfj", fresh)
    first, second = run("show", "sfj")["keys"]
    assert first["key_id"] == old["key_id"] and not first["counts"]
    assert second["counts"] and second["valid_from"] == first["valid_to"]
    (own,) = run("show", "daj")["keys"]
    decide("compromise-key", "daj", own["key_id"], "--at", own["valid_from"])
    (row,) = run("show", "daj")["keys"]
    assert row["compromised_at"] == own["valid_from"] and not row["counts"]


def test_everybody_is_listed_with_what_is_open(run: Run, said: Callable[..., str]) -> None:
    shown = run("show")
    assert {"scjg", "zwb", "bank"} <= {one["id"] for one in shown["agencies"]}
    seats = {one["id"]: one["weight"] for one in shown["agencies"] if one["weight"]}
    assert set(MEMBERS) <= set(seats)
    for language in ("zh", "en"):
        assert "zwb" in said(language, "show")
        for number in shown["open_proposals"][:2]:
            assert said(language, "show", number)


def test_doctor_warns_of_a_replaced_contract(
    run: Run, decide: Callable[..., int], platform: Platform
) -> None:
    governance = platform.chain.identity().contracts["Governance"]
    code = contract("StatusRegistry").creation(governance)
    chain: Any = platform.chain
    place = str(to_checksum_address(transact(chain._node, b"\7" * 32, None, code).created or ""))
    decide("replace-contract", "StatusRegistry", place)
    found = run(top="doctor")["findings"]
    (one,) = [one for one in found if one["name"] == "replaced"]
    assert one["level"] == "warn" and f"StatusRegistry → {place}" in one["detail"]
    shown = {one["name"]: one["successor"] for one in run("show", top="chain")["contracts"]}
    assert shown["StatusRegistry"] == place and shown["Governance"] is None


def test_members_come_and_go_and_only_while_seated_vote(
    run: Run, decide: Callable[..., int], tmp_path: Path
) -> None:
    secret = bytes(range(1, 33))
    (tmp_path / "key").write_text(secret.hex())
    older = run("propose", "rename", "sfj", "区司法行政局", "--reason", "更名")["number"]
    decide("member", "daj", "--voter", address_of(secret))
    run("vote", older, "yes", "--key", tmp_path / "key", code=1, error="chain.member_too_new")
    number = run("propose", "rename", "daj", "区档案馆", "--reason", "更名")["number"]
    assert run("vote", number, "yes", "--key", tmp_path / "key")["total"] == 6
    assert run("show", "daj")["weight"] == 1
    before = run("show", "scjg")
    assert run("suspend-now", "scjg", "--reason", "可疑")["agency"] == "scjg"
    again = ("suspend-now", "scjg", "--reason", "可疑", "--as", "gafj")
    run(*again, code=1, error="chain.emergency_spent")
    shown = run("show", "scjg")
    assert shown["then"]["suspended"] and any(one["counts"] for one in shown["keys"])
    for rows in ("scopes", "bases"):  # a suspended agency is entitled to nothing, its keys stand
        assert any(one["counts"] for one in before[rows])
        assert not any(one["counts"] for one in shown[rows])
    form = ("propose", "rename", "sw", "x", "--reason", "x", "--as", "scjg")
    run(*form, code=1, error="chain.member_suspended")
