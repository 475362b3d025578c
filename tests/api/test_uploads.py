from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.problems import BodyTooLarge, MultipartInvalid
from api.upload import MAX_ABOUT, Parts
from certs import base64url
from tests.api.world import PDF, World

BOUNDARY = b"gap"
ABOUT = b'Content-Disposition: form-data; name="about"\r\nContent-Type: application/json\r\n\r\n'
FILE = b'Content-Disposition: form-data; name="file"; filename="../../etc/passwd"\r\n\r\n'


def body(*parts: bytes, end: bytes = b"--gap--\r\n") -> bytes:
    return b"".join(b"--gap\r\n" + part + b"\r\n" for part in parts) + end


def parts(data: bytes, step: int = 7) -> Parts:
    chunks = iter([data[i : i + step] for i in range(0, len(data), step)])
    return Parts(BOUNDARY, lambda: next(chunks, b""))


@given(
    about=st.binary(max_size=200).filter(lambda data: b"--gap" not in data),
    file=st.binary(max_size=500).filter(lambda data: b"--gap" not in data),
    step=st.integers(1, 64),
)
def test_both_parts_come_out_as_they_went_in(about: bytes, file: bytes, step: int) -> None:
    read = parts(body(ABOUT + about, FILE + file), step)
    assert read.about() == about
    assert b"".join(read.file()) == file


BAD = {
    "nothing": b"",
    "no boundary": b"hello",
    "file first": body(FILE + b"x", ABOUT + b"{}"),
    "no file": body(ABOUT + b"{}"),
    "no parts": b"--gap--\r\n",
    "about twice": body(ABOUT + b"{}", ABOUT + b"{}"),
    "a third part": body(ABOUT + b"{}", FILE + b"x", FILE + b"y"),
    "cut in the file": body(ABOUT + b"{}", FILE + b"x")[:-12],
    "cut before the last mark": body(ABOUT + b"{}", FILE + b"x", end=b""),
    "another boundary": body(ABOUT + b"{}", FILE + b"x").replace(b"gap", b"pag"),
    "base64 parts": body(b"Content-Transfer-Encoding: base64\r\n" + ABOUT + b"e30", FILE + b"x"),
    "no disposition": body(b"X: y\r\n\r\n{}", FILE + b"x"),
    "a header bomb": body(b"X: " + b"y" * 100_000 + b"\r\n" + ABOUT + b"{}", FILE + b"x"),
    "many headers": body(b"X: y\r\n" * 1000 + ABOUT + b"{}", FILE + b"x"),
}


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize("case", BAD, ids=str)
def test_other_bodies_are_refused(case: str, step: int) -> None:
    read = parts(BAD[case], step)
    with pytest.raises(MultipartInvalid):
        read.about()
        for _ in read.file():
            pass


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_an_epilogue_is_ignored_however_it_arrives(step: int) -> None:
    read = parts(body(ABOUT + b"{}", FILE + b"x") + b"more\r\n--gap\r\n", step)
    assert read.about() == b"{}"
    assert b"".join(read.file()) == b"x"


def test_what_is_said_of_a_file_is_short() -> None:
    with pytest.raises(BodyTooLarge):
        parts(body(ABOUT + b" " * (MAX_ABOUT + 1), FILE + b"x"), 4096).about()


def test_a_file_passes_in_bounded_memory() -> None:
    piece = b"\x00" * 65_536
    head, tail = b"--gap\r\n" + ABOUT + b"{}\r\n--gap\r\n" + FILE, b"\r\n--gap--\r\n"

    def chunks() -> Iterator[bytes]:
        yield head
        for _ in range(400):
            yield piece
        yield tail

    given_ = chunks()
    read = Parts(BOUNDARY, lambda: next(given_, b""))
    read.about()
    tracemalloc.start()
    size = sum(len(chunk) for chunk in read.file())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == 400 * 65_536
    assert peak < 2_000_000


# Over HTTP


def test_a_material_is_taken_in_as_it_is(world: World) -> None:
    data = PDF.replace(b"synthetic", b"synthetic" * 50_000)
    answer = world.upload("/v1/materials", "scjg", world.paper(world.firm.subject), data)
    assert answer.status_code == 202, answer.text
    shown = world.get(answer.json()["look"], "scjg").json()
    assert shown["size"] == len(data)
    assert shown["sha256"] == base64url.encode(hashlib.sha256(data).digest())
    assert shown["media_type"] == "application/pdf"


def test_a_collected_licence_gives_its_bytes_back(world: World) -> None:
    # a firm of its own: the matter of the other relies on its one licence
    holder = world.subject("organisation", "另一家店", "other", "synthetic-other-shop")
    world.holder(holder, "另一家店")
    answer = world.upload("/v1/licences/collected", "scjg", world.collected(holder), PDF)
    assert answer.status_code == 202, answer.text
    file = world.get(f"{answer.json()['look']}/file", holder)
    assert file.content == PDF


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "document.empty"),
        (PDF[:30], "document.truncated"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "document.type_mismatch"),
        (PDF.replace(b"<<>>", b"<</Encrypt 1 0 R>>"), "document.encrypted"),
    ],
    ids=["empty", "truncated", "not what it says", "encrypted"],
)
def test_files_that_nobody_can_use_are_refused(world: World, data: bytes, code: str) -> None:
    about = world.paper(world.firm.subject, media_type="application/pdf")
    size = world.platform.store.size()
    answer = world.upload("/v1/materials", "scjg", about, data)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == code
    assert world.platform.store.size() == size


def test_a_decision_names_its_matter_and_an_original_its_officer(world: World) -> None:
    about = world.paper(world.firm.subject, kind="shareholders-resolution")
    refused = world.upload("/v1/materials", "scjg", about, PDF)
    assert refused.json()["code"] == "material.decision"
    about = world.paper(world.firm.subject, grade="original_checked", officer=None)
    refused = world.upload("/v1/materials", "scjg", about, PDF)
    assert refused.status_code == 422


def test_more_than_the_largest_file_is_refused_before_it_is_read(world: World) -> None:
    headers = {
        **world.headers("scjg"),
        "Content-Type": "multipart/form-data; boundary=gap",
        "Content-Length": "200000000",
    }
    answer = world.client.post("/v1/materials", content=b"--gap", headers=headers)
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    "sort",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/json",
        "",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/mixed; boundary=gap",
    ],
)
def test_another_media_type_is_no_upload(world: World, sort: str) -> None:
    headers = {**world.headers("scjg"), "Content-Type": sort}
    answer = world.client.post("/v1/materials", content=b"--gap--", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "body.type")


def test_only_so_many_uploads_at_once(world: World) -> None:
    limiter = world.app.state.edge.uploads
    tasks = [object() for _ in range(int(limiter.total_tokens))]
    for task in tasks:
        limiter.acquire_on_behalf_of_nowait(task)
    try:
        answer = world.upload("/v1/materials", "scjg", world.paper(world.firm.subject), PDF)
    finally:
        for task in tasks:
            limiter.release_on_behalf_of(task)
    assert (answer.status_code, answer.json()["code"]) == (503, "log.busy")
    assert answer.headers["retry-after"] == "2"


def test_the_same_upload_again_is_the_same_answer(world: World) -> None:
    about = world.paper(world.firm.subject)
    first = world.upload("/v1/materials", "scjg", about, PDF, key="up-1")
    again = world.upload("/v1/materials", "scjg", about, PDF, key="up-1")
    assert first.status_code == again.status_code == 202
    assert {**first.json(), "status": ""} == {**again.json(), "status": ""}
    for other_about, other_data in ((about, PDF + b"%%EOF\n"), ({**about, "title": "x"}, PDF)):
        refused = world.upload("/v1/materials", "scjg", other_about, other_data, key="up-1")
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency.reused")


def test_a_refused_upload_leaves_its_key_free(world: World) -> None:
    about = world.paper(world.firm.subject)
    assert world.upload("/v1/materials", "scjg", about, b"", key="up-2").status_code == 422
    assert world.upload("/v1/materials", "scjg", about, PDF, key="up-2").status_code == 202
    assert json.dumps(about)
