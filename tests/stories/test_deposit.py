"""Deposit: what is handed in is kept as it was, with its grade and channel, or not at all."""

from __future__ import annotations

import hashlib
import os
import resource
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from api.demo.papers import paper
from api.demo.story import FIRST_ITEM, HEALTH, MARKET
from certs.errors import Coded
from ledger.errors import NotFound, Pushback, StoreAway, Tampered
from ledger.flows.door.once import Once
from ledger.flows.library.files import plaintext
from ledger.flows.matters.cases import CaseClosed, ItemElsewhere, close_case
from ledger.flows.matters.deposit import Deposited, Handed, check_original, deposit
from ledger.reuse.documents import Channel, Grade
from tests.doubles.faulty import Faulty
from tests.stories.house import House, Told, opened_copy

PDF = paper("平面布局图", ("某餐饮店",))


@pytest.fixture(scope="module")
def counter(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("counter") / "data") as opened:
        yield opened


def handed(house: House, **changes: object) -> Handed:
    plain = Handed(
        kind="layout-plan",
        subject=house.firm.subject,
        title="平面布局图",
        grade=Grade.SCAN,
        channel=Channel.COUNTER,
        officer="officer-7",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def hand_in(house: House, data: bytes = PDF, agency: str = MARKET, **changes: object) -> Deposited:
    return deposit(house.platform, agency, handed(house, **changes), (data,))


def nothing_more(house: House) -> tuple[int, list[str], list[str]]:
    """What must stay the same where a deposit is refused."""
    platform = house.platform
    keys = [str(row["id"]) for row in platform.store.rows("files")]
    return platform.store.size(), sorted(platform.blobs.cids()), keys


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("grade", Grade)
def test_every_grade_by_every_channel_is_kept(
    counter: House, grade: Grade, channel: Channel
) -> None:
    done = hand_in(counter, grade=grade, channel=channel)
    row = counter.platform.store.rows("materials", {"id": done.material})[0]
    assert (row["grade"], row["channel"], row["state"]) == (grade, channel, "active")
    assert b"".join(plaintext(counter.platform, done.kept.file)) == PDF


def test_an_officer_checks_the_original_later(counter: House) -> None:
    case = counter.acts.open_case(MARKET, FIRST_ITEM, "business-scope-change/2026-7")
    done = hand_in(counter, case=case)
    check_original(counter.platform, MARKET, "officer-8", done.material)
    row = counter.platform.store.rows("materials", {"id": done.material})[0]
    assert (row["grade"], row["officer"]) == ("original_checked", "officer-8")
    assert row["checked_at"] is not None
    for agency in (HEALTH, "sjj"):
        with pytest.raises(NotFound):
            check_original(counter.platform, agency, "officer-8", done.material)
    with pytest.raises(NotFound):
        check_original(counter.platform, MARKET, "officer-8", "mat_" + "a" * 26)
    assert counter.findings() == ()


def test_equal_files_do_not_show(counter: House) -> None:
    one, other = hand_in(counter), hand_in(counter)
    assert one.kept.sha256 == other.kept.sha256
    assert one.kept.cid != other.kept.cid
    for done in (one, other):
        stored = b"".join(counter.platform.blobs.get(done.kept.cid))
        assert PDF[:64] not in stored
        assert len(stored) > len(PDF)


BAD_FILES = {
    "empty": (b"", {}, "document.empty"),
    "PDF cut off": (PDF[: len(PDF) // 2], {}, "document.truncated"),
    "PDF under a password": (
        PDF.replace(b"trailer\n<<", b"trailer\n<</Encrypt 99 0 R "), {}, "document.encrypted",
    ),
    "no PDF at all": (b"hello", {"media_type": "application/pdf"}, "document.type_mismatch"),
    "a PDF said to be an image": (PDF, {"media_type": "image/png"}, "document.type_mismatch"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_FILES.values(), ids=list(BAD_FILES))
def test_a_file_that_nobody_could_use_is_refused(
    counter: House, bad: tuple[bytes, dict[str, object], str]
) -> None:
    data, changes, code = bad
    before = nothing_more(counter)
    with pytest.raises(Coded) as refused:
        hand_in(counter, data, **changes)
    assert refused.value.code == code
    assert nothing_more(counter) == before


def test_a_file_beyond_the_limit_is_refused_without_holding_it(counter: House) -> None:
    before = nothing_more(counter)
    chunk = bytes(1 << 20)
    with pytest.raises(Coded) as refused:
        deposit(counter.platform, MARKET, handed(counter), (chunk for _ in range(101)))
    assert refused.value.code == "document.too_large"
    assert nothing_more(counter) == before


def test_a_hundred_megabytes_stream_in_bounded_memory(counter: House) -> None:
    piece, digest = os.urandom(1 << 20), hashlib.sha256()

    def chunks() -> Iterator[bytes]:
        for number in range(100):
            chunk = number.to_bytes(4, "big") + piece[4:]
            digest.update(chunk)
            yield chunk

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = deposit(counter.platform, MARKET, handed(counter), chunks())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert done.kept.sha256 == digest.digest()
    assert done.kept.size == 100 << 20
    read = hashlib.sha256()
    for chunk in plaintext(counter.platform, done.kept.file):
        read.update(chunk)
    assert read.digest() == digest.digest()
    assert grown < 64 * 1024, f"{grown} KiB"
    counter.platform.blobs.delete(done.kept.cid)  # the tests after this one are quicker without


def test_any_bytes_are_welcome(counter: House) -> None:
    done = hand_in(counter, b"\x00\x01 any bytes")
    row = counter.platform.store.rows("materials", {"id": done.material})[0]
    assert row["media_type"] == "application/octet-stream"


def test_unknown_names_are_refused(counter: House) -> None:
    before = nothing_more(counter)
    for changes, code in (
        ({"kind": "holy-writ"}, "catalogue.unknown"),
        ({"subject": "sub_" + "a" * 26}, "not_found"),
        ({"case": "case_" + "a" * 26}, "not_found"),
        ({"kind": "shareholders-resolution"}, "material.decision"),
        ({"grade": Grade.ORIGINAL_CHECKED, "officer": None}, "malformed"),
        ({"title": "长" * 201}, "statement.body"),
        ({"title": "two\nlines"}, "statement.body"),
        ({"issued_on": date(2026, 1, 1), "premises": "no id"}, "statement.body"),
    ):
        with pytest.raises(Coded) as refused:
            hand_in(counter, **changes)  # type: ignore[arg-type]
        assert refused.value.code == code, changes
        assert nothing_more(counter) == before, changes


def test_a_foreign_case_looks_like_an_absent_one(counter: House) -> None:
    case = counter.acts.open_case(MARKET, FIRST_ITEM, "business-scope-change/2026-8")
    said = []
    for agency, name in ((HEALTH, case), (HEALTH, "case_" + "a" * 26)):
        with pytest.raises(NotFound) as refused:
            hand_in(counter, agency=agency, case=name)
        said.append((refused.value.code, str(refused.value), refused.value.values))
    assert said[0] == said[1]
    with pytest.raises(NotFound):  # nor may a stranger's paper go into the firm's case
        hand_in(counter, case=case, subject=counter.people.partner)


def test_a_closed_case_takes_nothing_more_in_and_keeps_its_outcome(counter: House) -> None:
    case = counter.acts.open_case(MARKET, FIRST_ITEM, "business-scope-change/2026-9")
    close_case(counter.platform, MARKET, case, "refused")
    with pytest.raises(CaseClosed):
        hand_in(counter, case=case)
    with pytest.raises(CaseClosed):
        close_case(counter.platform, MARKET, case, "granted")
    row = counter.platform.store.rows("cases", {"id": case})[0]
    assert (row["state"], row["outcome"]) == ("closed", "refused")
    with pytest.raises(NotFound):
        close_case(counter.platform, HEALTH, case, "granted")


def test_an_item_of_another_agency_opens_no_case(counter: House) -> None:
    with pytest.raises(ItemElsewhere):
        counter.acts.open_case(HEALTH, FIRST_ITEM, "business-scope-change/2026-10")


def test_asked_again_with_its_key_it_is_the_same_material(counter: House) -> None:
    once = Once(MARKET, "materials", "scan-1", b"the upload")
    done = deposit(counter.platform, MARKET, handed(counter), (PDF,), once)
    known = once.earlier(counter.platform)
    assert known is not None and known["material"] == done.material


def test_a_file_store_that_is_away_is_pushback_and_nothing_is_half_done(counter: House) -> None:
    before = nothing_more(counter)
    for moment in ("fail_before", "fail_after"):
        facts: dict[str, object] = {moment: {"put": 1}}
        away = Faulty(counter.platform.blobs, error=lambda: StoreAway("gone"), **facts)  # type: ignore[arg-type]
        with pytest.raises(Pushback) as refused:
            hand_in(counter.with_ports(blobs=away))
        assert refused.value.code == "store.away"
    assert nothing_more(counter)[0] == before[0]
    assert counter.findings() == () or all("files" in f.where for f in counter.findings())
    hand_in(counter)


def test_a_store_that_answers_another_cid_is_not_believed(counter: House) -> None:
    class Liar(Faulty):
        def put(self, chunks: Iterator[bytes]) -> str:
            self.port.put(chunks)
            return "b" + "a" * 58

    before = counter.platform.store.size()
    with pytest.raises(Tampered):
        hand_in(counter.with_ports(blobs=Liar(counter.platform.blobs)))
    assert counter.platform.store.size() == before


def test_an_upload_that_breaks_off_leaves_no_entry(counter: House) -> None:
    def broken() -> Iterator[bytes]:
        yield PDF[:1000]
        raise ConnectionResetError

    before = counter.platform.store.size()
    with pytest.raises(ConnectionResetError):
        deposit(counter.platform, MARKET, handed(counter), broken())
    assert counter.platform.store.size() == before
