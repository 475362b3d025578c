"""The chain on the command line: deploying to a node, taking a deployment in, which chain it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from api.cli.entry import main
from api.datafolder import DataFolder
from api.wiring import open_platform, read_trust
from certs.trust.payload import Chain as PinnedChain
from certs.trust.payload import ContractRef
from certs.trust.trustlist import sign_trust_list
from ledger.adapters.ethereum.address_book import AddressBook, parse_book
from ledger.adapters.ethereum.anvil import GAS_LIMIT, Anvil
from ledger.adapters.ethereum.contracts import CONTRACTS
from ledger.adapters.ethereum.journal import Genesis
from ledger.adapters.ethereum.sending import address_of
from tests.ledger.adapters.ethereum.world import BINARY, secret

CHAIN_ID = 31_990_001
VOTERS = {name: address_of(secret(f"seat {name}")) for name in ("zwb", "scjg", "gafj")}
SEATS = [{"member": name, "voter": place, "weight": 1} for name, place in VOTERS.items()]
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anvil]:
    """A node of somebody's, with a chain of its own."""
    genesis = Genesis(CHAIN_ID, 1_772_442_000, GAS_LIMIT, "0x" + "c1" * 20, hash="")
    started = Anvil.start(BINARY, tmp_path_factory.mktemp("node"), genesis)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as ``mianti init`` makes it; copied, never changed."""
    data = tmp_path_factory.mktemp("chain-cli") / "data"
    assert main(["--data", str(data), "init", "--store", "directory"]) == 0
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("MIANTI_CHAIN_NODE", raising=False)
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with --json and gives what it prints; ``error`` is then its code."""

    def run(*arguments: object, code: int = 0, error: str | None = None) -> Any:
        capsys.readouterr()
        ended = main(["--data", str(data), *map(str, arguments), "--json"])
        shown = capsys.readouterr()
        assert ended == code, shown
        if error is not None:
            assert json.loads(shown.err.splitlines()[-1])["error"] == error
        return json.loads(shown.out) if shown.out else None

    return run


def files(folder: Path, key: str, seats: Any) -> tuple[str, ...]:
    (folder / "seats.json").write_text(json.dumps({"seats": seats}))
    (folder / "key").write_text(secret(key).hex() + "\n")
    return (
        *("--seats", str(folder / "seats.json"), "--key", str(folder / "key")),
        *("--book", str(folder / "book.json")),
    )


def test_deploying_looks_first_and_can_be_repeated(run: Run, node: Anvil, tmp_path: Path) -> None:
    given = ("--node", node.rpc.url, *files(tmp_path, "deployer 1", SEATS))
    seen = run("chain", "deploy", *given)
    assert (seen["chain_id"], seen["deployed"], seen["standing"]) == (CHAIN_ID, False, [])
    assert tuple(seen["contracts"]) == CONTRACTS and seen["seats"] == SEATS
    assert not (tmp_path / "book.json").exists()
    assert run("chain", "deploy", *given)["standing"] == []
    done = run("chain", "deploy", *given, "--yes")
    book = parse_book((tmp_path / "book.json").read_bytes())
    assert dict(book.contracts) == seen["contracts"] == done["contracts"]
    assert run("chain", "deploy", *given)["standing"] == list(CONTRACTS)
    run("chain", "deploy", *given, "--yes")
    (tmp_path / "book.json").write_text("{}")
    run("chain", "deploy", *given, "--yes", code=1, error="chain.book_taken")


def test_a_deployment_that_cannot_be_is_refused_before_anything_is_sent(
    run: Run, node: Anvil, tmp_path: Path
) -> None:
    block = node.rpc.ask(("eth_blockNumber", []))
    for seats, error in (
        ([], "chain.members_too_few"),
        (SEATS[:1], "chain.members_too_few"),
        ([SEATS[0], SEATS[0]], "chain.member_invalid"),
        ([{**SEATS[0], "member": "daj"}, SEATS[0]], "chain.voter_taken"),
        ([{**one, "weight": 0} for one in SEATS], "chain.member_invalid"),
        ([{**SEATS[0], "voter": "0x12"}], "chain.seats"),
        ([{**SEATS[0], "member": "监管局"}], "chain.seats"),
        ([{**SEATS[0], "weight": "1"}], "chain.seats"),
        ([{**SEATS[0], "colour": "red"}], "chain.seats"),
        ({}, "chain.seats"),
    ):
        given = ("--node", node.rpc.url, *files(tmp_path, "deployer 2", seats))
        run("chain", "deploy", *given, "--yes", code=1, error=error)
    given = ("--node", node.rpc.url, *files(tmp_path, "deployer 2", SEATS))
    for key in (b"", b"\xff", b"0x12", b"0" * 64, b"g" * 64):
        (tmp_path / "key").write_bytes(key)
        run("chain", "deploy", *given, "--yes", code=1, error="chain.key")
    for url in ("localhost:8545", "ftp://localhost", "http://", "http://localhost:999999"):
        (tmp_path / "key").write_text(secret("deployer 2").hex())
        run("chain", "deploy", "--node", url, *given[2:], code=1, error="chain.node_url")
    run("chain", "deploy", "--node", "http://127.0.0.1:9", *given[2:], code=69, error="chain.away")
    rules = {"ordinary": {"quorum": 1, "passing": 1, "voting_period": 0, "delay": 0}}
    (tmp_path / "seats.json").write_text(json.dumps({"seats": SEATS, "rules": rules}))
    run("chain", "deploy", *given, "--yes", code=1, error="chain.rule_out_of_bounds")
    assert node.rpc.ask(("eth_blockNumber", [])) == block


def test_an_account_used_before_does_not_deploy(run: Run, node: Anvil, tmp_path: Path) -> None:
    given = ("--node", node.rpc.url, *files(tmp_path, "deployer 3", SEATS))
    place = address_of(secret("deployer 3"))
    node.rpc.ask(("anvil_setNonce", [place, "0x1"]))
    run("chain", "deploy", *given, code=1, error="chain.account_used")
    run("chain", "deploy", *given, "--yes", code=1, error="chain.account_used")


def codes(findings: Any) -> dict[str, str]:
    return {one["name"]: one["level"] for one in findings["findings"]}


def test_a_deployment_is_taken_in_and_believed_once_it_is_pinned(
    run: Run, node: Anvil, tmp_path: Path, data: Path
) -> None:
    given = ("--node", node.rpc.url, *files(tmp_path, "deployer 4", SEATS))
    run("chain", "deploy", *given, "--yes")
    book, url = tmp_path / "book.json", node.rpc.url
    before = (data / "chain" / "address-book.json").read_bytes()
    run("chain", "adopt", book, "--node", url, code=1, error="chain.anchored_elsewhere")
    run("chain", "adopt", book, code=1, error="chain.other_chain")
    spoilt = json.loads(book.read_bytes())
    spoilt["code_hashes"]["StatusRegistry"] = "0x" + "11" * 32
    (tmp_path / "other.json").write_text(json.dumps(spoilt))
    run("chain", "adopt", tmp_path / "other.json", "--node", url, code=1, error="chain.other_code")
    (tmp_path / "other.json").write_text("{}")
    run("chain", "adopt", tmp_path / "other.json", "--node", url, code=1, error="chain.book")
    assert (data / "chain" / "address-book.json").read_bytes() == before
    assert codes(run("doctor"))["chain"] == "ok"
    taken = run("chain", "adopt", book, "--node", url, "--yes")
    told = [one["code"] for one in taken["unpinned"]]
    assert told[:2] == ["chain.other_chain", "chain.other_genesis"]
    assert codes(run("doctor", code=1))["chain.other_chain"] == "fail"
    run("chain", "show", code=1, error="chain.other_chain")
    assert run("chain", "adopt", book, "--yes")["node"] == url
    pin(data, parse_book(book.read_bytes()))
    found = codes(run("doctor"))
    assert found["chain"] == "ok" and "fail" not in found.values()
    assert run("chain", "adopt", book, "--yes")["unpinned"] == []
    shown = run("chain", "show")
    assert (shown["chain_id"], shown["seats"]) == (CHAIN_ID, SEATS)
    assert run("chain", "index")["indexed"] == shown["block"]
    assert codes(run("doctor"))["index"] == "ok"


def pin(data: Path, book: AddressBook) -> None:
    """A new trust list, signed by the roots of the old one, that pins this deployment."""
    folder = DataFolder(data)
    old = read_trust(folder)
    roots = [
        serialization.load_pem_private_key(path.read_bytes(), folder.passphrase())
        for path in sorted((data / "trust" / "roots").glob("*.pem"))
    ]
    contracts = {
        name: ContractRef(place.lower(), book.code_hashes[name])
        for name, place in book.contracts.items()
    }
    chain = PinnedChain(book.chain_id, book.genesis, contracts)
    new = replace(old, version=old.version + 1, chain=chain)
    folder.trust_list.write_bytes(sign_trust_list(new, roots[:2]))  # type: ignore[arg-type]


def test_doctor_tells_another_chain(
    run: Run, node: Anvil, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run("doctor")
    assert codes(found)["chain"] == codes(found)["index"] == "ok"
    assert not [one for one in found["findings"] if one["level"] == "fail"]
    monkeypatch.setenv("MIANTI_CHAIN_NODE", node.rpc.url)
    found = codes(run("doctor", code=1))
    assert (found["chain.other_chain"], found["chain.other_genesis"]) == ("fail", "fail")
    assert "chain.other_code" not in found and found["trust"] == found["log"] == "ok"
    for command in (("chain", "show"), ("chain", "index")):
        run(*command, code=1, error="chain.other_chain")


def test_doctor_tells_a_changed_contract(
    data: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_platform(data) as platform:
        platform.chain.now()
        chain: Any = platform.chain
        book = parse_book((data / "chain" / "address-book.json").read_bytes())
        for name in ("CheckpointRegistry", "Governance"):
            chain._node.ask(("anvil_setCode", [book.contracts[name], "0x00"]))
        found = run("doctor", code=1)["findings"]
        said = [one["detail"] for one in found if one["name"] == "chain.other_code"]
        assert ["Governance" in said[0], "CheckpointRegistry" in said[1]] == [True, True]
        assert main(["--data", str(data), "--lang", "zh", "doctor"]) == 1
        assert "合约 CheckpointRegistry 的代码不是所登记的" in capsys.readouterr().out


def test_the_chain_is_shown(run: Run, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run("chain", "show")
    assert [one["name"] for one in shown["contracts"]] == list(CONTRACTS)
    assert all(one["successor"] is None for one in shown["contracts"])
    assert shown["logs"][0]["size"] > 0 and shown["logs"][0]["frozen_at"] is None
    assert len(shown["seats"]) >= 2 and set(shown["rules"]) == {
        "ordinary", "grave", "constitutional"
    }  # fmt: skip
    assert all(one["version"] == 1 for one in shown["status_lists"])
    for language, word in (("zh", "章程事项"), ("en", "constitutional")):
        assert main(["--data", str(data), "--lang", language, "chain", "show"]) == 0
        assert word in capsys.readouterr().out
