"""Licences from elsewhere in one archive: each row its own answer; archives that would hurt."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import pytest
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st

from api.packed import MAX_MEMBERS, Archive, ArchiveMalformed
from api.problems import BodyTooLarge
from certs.errors import Coded
from tests.api.world import PDF, World

PATH = "/v1/licences/collected/batch"


def packed(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def sent(world: World, rows: list[Any], key: str = "", **members: bytes) -> Response:
    files = {f"scans/{name}.pdf": data for name, data in members.items()}
    archive = packed({"rows.json": json.dumps(rows).encode(), **files})
    return world.upload(PATH, "scjg", {}, archive, key=key)


def test_each_licence_is_taken_in_once(world: World) -> None:
    good = {**world.collected(world.firm.subject), "file": "scans/a.pdf"}
    other = {**world.collected(world.firm.subject), "file": "scans/b.pdf", "key": "packed-1"}
    rows: list[Any] = [
        good,
        other,
        good,
        {**good, "number": "x", "file": "scans/none.pdf"},
        {**good, "number": "x", "identifier": "nonsense"},
        {**good, "number": "x", "file": "scans/empty.pdf"},
        {**good, "colour": "red"},
        {**good, "number": "x", "subject": "sub_" + "a" * 26},
        1,
    ]
    done = sent(world, rows, "packed-1", a=PDF, b=PDF + b"b", empty=b"")
    assert done.status_code == 207, done.text
    said = done.json()["rows"]
    assert [one["result"] or one["code"] for one in said] == [
        "collected", "collected", "standing", "archive.malformed", "identifier.malformed",
        "document.empty", "body.invalid", "not_found", "body.invalid",
    ]  # fmt: skip
    assert said[2]["id"] == said[0]["id"] and said[1]["key"] == "packed-1"
    size = world.platform.store.size()
    again = sent(world, rows, "packed-1", a=PDF, b=PDF + b"b", empty=b"").json()["rows"]
    assert [one["id"] for one in again] == [one["id"] for one in said]
    assert world.platform.store.size() == size
    reused = sent(world, rows, "packed-1", a=PDF + b"2", b=PDF + b"b", empty=b"")
    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency.reused")
    newer = sent(world, rows[:1], a=PDF + b"second edition").json()["rows"]
    assert newer[0]["result"] == "new_version"
    shown = world.get(newer[0]["look"], "scjg").json()
    assert (shown["version"], shown["supersedes"]) == (2, said[0]["id"])
    assert world.get(f"{newer[0]['look']}/file", "scjg").content == PDF + b"second edition"


@pytest.mark.parametrize(
    "members",
    [{}, {"rows.json": b"[]"}, {"rows.json": b"{}"}, {"other": b"[1]"}, {"rows.json": b"[1,1"}],
    ids=["empty", "no rows", "no list", "no list of rows", "no JSON"],
)  # fmt: skip
def test_an_archive_without_rows_is_refused(world: World, members: dict[str, bytes]) -> None:
    refused = world.upload(PATH, "scjg", {}, packed(members))
    assert refused.status_code in (400, 422), refused.text


def test_what_is_no_archive_is_refused(world: World) -> None:
    refused = world.upload(PATH, "scjg", {}, PDF)
    assert (refused.status_code, refused.json()["code"]) == (400, "archive.malformed")


@pytest.mark.parametrize(
    "name", ["../a", "/a", "a/../b", "a//b", "a\\b", "./a", "folder/"], ids=repr
)
def test_badly_named_members_are_refused(name: str) -> None:
    with pytest.raises(ArchiveMalformed):
        Archive(packed({name: b"x"}))


def test_bombs_do_not_go_off() -> None:
    with pytest.raises(ArchiveMalformed):
        Archive(packed({"bomb": bytes(64 << 20)}))
    with pytest.raises(BodyTooLarge):
        Archive(packed({f"m{n}": b"" for n in range(MAX_MEMBERS + 1)}))
    many = {f"m{n}": bytes(1 << 20) for n in range(300)}
    with pytest.raises(BodyTooLarge):
        Archive(packed(many))
    with pytest.raises(ArchiveMalformed):
        Archive(packed({"lzma": b"x" * 100}, zipfile.ZIP_LZMA))


def test_one_member_named_by_many_rows_does_not_become_many_files(world: World) -> None:
    row = {**world.collected(world.firm.subject), "file": "scans/a.pdf"}
    rows = [{**row, "number": f"many-{number}"} for number in range(300)]
    size = world.platform.store.size()
    done = sent(world, rows, a=PDF + bytes(1 << 20))
    assert (done.status_code, done.json()["code"]) == (413, "body.too_large")
    assert world.platform.store.size() == size


def test_a_member_that_lies_about_its_size_gives_no_more() -> None:
    plain = bytes(5 << 20)
    data = bytearray(packed({"liar": plain}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)  # its size once unpacked
    archive = Archive(bytes(data))
    taken = 0
    with pytest.raises(ArchiveMalformed):
        for chunk in archive.chunks("liar"):
            taken += len(chunk)
    assert taken <= 100


def test_an_encrypted_or_doubled_member_is_refused() -> None:
    data = bytearray(packed({"a": b"x"}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveMalformed):
        Archive(bytes(data))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = io.BytesIO()
        with zipfile.ZipFile(twice, "w") as archive:
            archive.writestr("a", b"1")
            archive.writestr("a", b"2")
    with pytest.raises(ArchiveMalformed):
        Archive(twice.getvalue())


GOOD = packed({"rows.json": b"[1]", "a.pdf": PDF * 20})


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
def test_no_spoilt_archive_crashes(at: int, byte: int, stop: int) -> None:
    data = bytearray(GOOD)
    data[at] = byte
    for spoilt in (bytes(data), GOOD[:stop]):
        try:
            archive = Archive(spoilt)
            for name in ("rows.json", "a.pdf"):
                if name in archive:
                    archive.whole(name, 1 << 20)
        except Coded:
            pass
