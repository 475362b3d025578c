"""Annotated copies: made for one use under a live release, known again wherever they turn up."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from api.demo import cast
from api.demo.story import HEALTH
from certs.verdict import Outcome
from ledger import tlog
from ledger.catalogue.terms import ReusePolicy
from ledger.flows.evidence import accesses as seen
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.matters.deposit import Handed, deposit
from ledger.flows.reading.consent import withdraw_consent
from ledger.flows.reading.copies import CopyOrder, make_copy, remade_copy
from ledger.flows.reading.leaks import find_copy, trace_copy
from ledger.flows.reading.views import view_for_agency
from ledger.reuse.documents import Channel, Grade, day
from ledger.use.marks import marks_in, short_mark
from ledger.use.views import Viewer
from ledger.verify.items import GivenFile
from ledger.verify.receipt_evidence import evidence_of
from ledger.verify.verifier import verify
from tests.stories import speaking
from tests.stories.house import HYGIENE, House, Told, opened_copy
from tests.stories.reusing import code_of, withdrawal
from tests.stories.using import asking_facts, consented, licence_of, released


@pytest.fixture(scope="module")
def copying(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(told, tmp_path_factory.mktemp("copies") / "data") as opened:
        yield asking_facts(opened)


def all_of(house: House, uses: int = 1) -> tuple[Any, str, Any]:
    """A release of what the plan takes of the firm: (consent, licence, what was released)."""
    plan = house.hygiene_plan()
    got = consented(house, plan, list(plan.consent_items(house.firm.subject)), uses)
    done, _ = released(house, got.consent)
    return got, licence_of(house, plan), done


def material_in(done: Any) -> str:
    return next(str(one.object) for one in done.wanted if one.object.startswith("material:"))


def copied(house: House, release: str, object: str, **more: Any) -> Any:
    return make_copy(house.platform, HEALTH, CopyOrder(release, object, "officer-7", **more))


def text_of(pdf: bytes) -> str:
    return "".join("".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_whole_paper_and_single_fields_can_be_copied(copying: House) -> None:
    _, licence, done = all_of(copying)
    paper = copied(copying, done.release, material_in(done))
    extract = copied(copying, done.release, licence)
    shown = text_of(extract.pdf)
    assert cast.FIRM in shown and "50万元" not in shown  # the capital was not released
    for one in (paper, extract):
        said = text_of(one.pdf)
        assert one.copy in said and "仅限本次办理使用" in said and "officer-7" in said
        body = tlog.read(copying.platform, one.entry)
        assert body.files == ((hashlib.sha256(one.pdf).digest(), len(one.pdf)),)
        assert remade_copy(copying.platform, HEALTH, one.copy) == one
    assert copying.findings() == ()


def test_the_holder_is_told_of_copies_and_answers(copying: House) -> None:
    plan = copying.hygiene_plan()
    name = licence_of(copying, plan)
    items = [{"object": name, "fields": ["fact_has_licence", "holder_name"]}]
    done, _ = released(copying, consented(copying, plan, items).consent)
    made = copied(copying, done.release, name)
    lines = seen.accesses(copying.platform, copying.firm.subject, done.entry.index, 10)
    assert [line.kind for line in lines] == ["fact.answered", "copy.made"]
    assert lines[1].index == made.entry
    for line in lines:
        said = seen.told(copying.platform, line)
        assert (said.ground, said.signed_by_holder) == ("consent", True)
        assert [one["object"] for one in said.items] == [name]


def test_a_leaked_copy_leads_to_who_had_it(copying: House) -> None:
    _, _, done = all_of(copying)
    mine = copied(copying, done.release, material_in(done))
    other = copied(copying, done.release, material_in(done))
    platform = copying.platform
    (leak,) = trace_copy(platform, mine.pdf)
    assert (leak.copy, leak.how, leak.agency, leak.officer) == (
        mine.copy, "file", HEALTH, "officer-7",
    )  # fmt: skip
    assert leak.release == done.release and leak.entry == mine.entry
    # saved anew by another program, without its metadata, only one page
    writer = PdfWriter()
    writer.add_page(PdfReader(io.BytesIO(mine.pdf)).pages[0])
    out = io.BytesIO()
    writer.write(out)
    (again,) = trace_copy(platform, out.getvalue())
    assert (again.copy, again.how) == (mine.copy, "mark")
    # both in one file
    writer.append(io.BytesIO(other.pdf))
    out = io.BytesIO()
    writer.write(out)
    assert {one.copy for one in trace_copy(platform, out.getvalue())} == {mine.copy, other.copy}
    # typed off a picture
    (found,) = {one.mark for one in marks_in(text_of(mine.pdf))}
    short = short_mark(found)
    (typed,) = find_copy(platform, f"{mine.copy}.{short.replace('-', '')}")
    assert (typed.how, typed.proven) == ("short_mark", True)
    (claimed,) = find_copy(platform, mine.copy)
    assert (claimed.how, claimed.proven) == ("number", False)
    (wrong,) = find_copy(platform, f"{other.copy}.{short}")
    assert wrong.how == "number"
    (by_digest,) = find_copy(platform, hashlib.sha256(mine.pdf).hexdigest())
    assert by_digest.how == "file"
    assert code_of(lambda: find_copy(platform, "cpy_" + "a" * 26)) == "not_found"
    assert code_of(lambda: trace_copy(platform, b"%PDF-1.7 nothing")) == "copy.unreadable"


def test_a_copy_verifies_as_the_one_that_was_logged(copying: House) -> None:
    _, _, done = all_of(copying)
    made = copied(copying, done.release, material_in(done))
    anchor(copying.platform)
    evidence = evidence_of(receipt_of(copying.platform, made.entry))
    trust, at = copying.platform.trust, copying.platform.now()
    assert verify(GivenFile.of(made.pdf), evidence, trust, at).outcome is Outcome.PASSED
    assert verify(GivenFile.of(made.pdf + b"\n"), evidence, trust, at).code == "file.digest"


def test_no_copy_beyond_the_release(copying: House) -> None:
    got, _, done = all_of(copying, uses=2)
    name = material_in(done)
    last = day(copying.platform.now()) + timedelta(days=20)
    late = last + timedelta(days=1)
    past = day(copying.platform.now()) - timedelta(days=1)
    for until in (late, past):
        refused = lambda until=until: copied(copying, done.release, name, valid_until=until)  # noqa: E731
        assert code_of(refused) == "copy.valid_until"
    unknown = "material:mat_" + "a" * 26
    assert code_of(lambda: copied(copying, done.release, unknown)) == "not_found"
    assert code_of(lambda: copied(copying, "rel_" + "a" * 26, name)) == "not_found"
    order = CopyOrder(done.release, name, "officer-7")
    assert code_of(lambda: make_copy(copying.platform, "scjg", order)) == "not_found"
    made = copied(copying, done.release, name, valid_until=last)
    withdraw_consent(copying.platform, withdrawal(copying, got.consent))
    assert code_of(lambda: copied(copying, done.release, name)) == "consent.withdrawn"
    again = lambda: remade_copy(copying.platform, HEALTH, made.copy)  # noqa: E731
    assert code_of(again) == "consent.withdrawn"
    assert trace_copy(copying.platform, made.pdf)[0].copy == made.copy  # known for ever


def test_a_withdrawal_while_a_copy_is_drawn_wins(copying: House) -> None:
    got, _, done = all_of(copying)
    press = copying.platform.press

    class Slow:
        def annotate(self, *given: Any) -> bytes:
            withdraw_consent(copying.platform, withdrawal(copying, got.consent))
            return press.annotate(*given)

    before = len(copying.platform.store.rows("copies"))
    slow = copying.with_ports(press=Slow())
    assert code_of(lambda: copied(slow, done.release, material_in(done))) == "copy.changed"
    assert len(copying.platform.store.rows("copies")) == before


def test_what_cannot_be_drawn_is_refused_and_leaves_nothing(copying: House) -> None:
    """A paper of another type, handed in as any other."""
    platform = copying.platform
    case = copying.acts.open_case(HEALTH, HYGIENE, "hygiene-permit/2026-9")
    handed = Handed(
        "layout-plan", copying.firm.subject, "平面图", Grade.ORIGINAL_CHECKED, Channel.COUNTER,
        case=case, officer="officer-7", media_type="text/plain", premises=copying.people.premises,
    )  # fmt: skip
    deposit(platform, HEALTH, handed, [b"a plan in words"])
    plan = copying.hygiene_plan()
    items = list(plan.consent_items(copying.firm.subject))
    got = consented(copying, plan, items)
    done, _ = released(copying, got.consent)
    media = {str(one.object): one.media_type for one in done.wanted}
    name = next(one for one, sort in media.items() if sort == "text/plain")
    size = platform.store.size()
    assert code_of(lambda: copied(copying, done.release, name)) == "copy.media"
    assert platform.store.size() == size


def test_a_use_on_another_basis_can_be_copied_while_it_holds(copying: House) -> None:
    plan = copying.hygiene_plan()
    basis = speaking.stated(copying, plan)
    done = speaking.based_release(copying, basis)
    name = done.wanted[0].object
    made = copied(copying, done.release, name)
    assert trace_copy(copying.platform, made.pdf)[0].release == done.release
    licence = next(one.object for one in done.wanted if one.object.startswith("licence:"))
    shown = view_for_agency(copying.platform, HEALTH, licence.partition(":")[2], plan.case.id)
    assert shown.viewer is Viewer.RELEASED
    speaking.ended(copying, basis)
    assert code_of(lambda: copied(copying, done.release, name)) == "basis.ended"


def test_an_issuer_may_forbid_copies_and_answers_cannot_be_copied(copying: House) -> None:
    _, licence, done = all_of(copying)
    catalogue = copying.platform.catalogue
    kind = catalogue.licence_type("business-licence")
    strict = replace(kind, policy=ReusePolicy(copies=False))
    types = {**catalogue.licence_types, kind.slug: strict}
    house = copying.with_ports(catalogue=replace(catalogue, licence_types=types))
    assert code_of(lambda: copied(house, done.release, licence)) == "copy.not_allowed"
    plan = copying.hygiene_plan()
    name = licence_of(copying, plan)
    got = consented(copying, plan, [{"object": name, "fields": ["fact_has_licence"]}])
    told, _ = released(copying, got.consent)
    assert code_of(lambda: copied(copying, told.release, name)) == "copy.nothing"
