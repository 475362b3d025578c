"""Nothing personal where it does not belong: chain, files, leaves, database, journals, exports."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from api.demo import cast
from ledger.flows.evidence.trace import export_bundle, related
from ledger.platform import Platform
from tests.stories.house import House, Told, opened_copy
from tests.stories.unwrapping import layers


def traces(value: str) -> dict[str, bytes]:
    """The forms in which a value could lie about."""
    plain = value.encode()
    digests = {
        name: hashlib.new(name, plain).digest() for name in ("sha256", "sha3_256", "md5", "sha1")
    }
    found = {"plain": plain, "utf-16": value.encode("utf-16-le"), "hex": plain.hex().encode()}
    for name, data in {"plain": plain, **digests}.items():
        found[f"{name} hex"] = data.hex().encode()
        found[f"{name} HEX"] = data.hex().upper().encode()
        for text in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
            found[f"{name} base64 {text[-1:]!r}"] = text.rstrip(b"=")
        if name != "plain":
            found[f"{name} bytes"] = data
    return found


@pytest.fixture(scope="module")
def shown(lived: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened_copy(lived, tmp_path_factory.mktemp("shown") / "data") as opened:
        yield opened


def personal(house: House) -> dict[str, Sequence[str]]:
    people = house.people
    return {
        "names": (cast.PERSON, cast.PARTNER),
        "citizen ids": (people.person_code, people.person_code.lower()),
        "firm": (cast.FIRM, people.firm_code),
        "address": (cast.ADDRESS,),
        "field values": ("餐饮服务经营者（小餐饮）", "50万元", "热食类食品制售"),
    }


def places(house: House) -> dict[str, list[bytes]]:
    root, platform = house.folder.root, house.platform
    size = platform.store.size()
    entries = platform.store.entries(0, size)
    tables = ("status_lists", "status_forms")
    tokens = [row["token"] for table in tables for row in platform.store.rows(table)]
    return {
        "chain": _files(root / "chain"),
        "files": _files(root / "blobs"),
        "database": _files(root, "ledger.db*"),
        "key store": _files(root, "keystore.db*"),
        "leaves": [entry.leaf for entry in entries],
        "checkpoints": [head.note for head in platform.store.heads()],
        "status lists": [token for token in tokens if isinstance(token, bytes)],
        "trust list": [platform.trust_data],
    }


def _files(folder: Path, pattern: str = "**/*") -> list[bytes]:
    found = [path.read_bytes() for path in sorted(folder.glob(pattern)) if path.is_file()]
    assert found
    return found


def test_no_identity_lies_in_chain_files_leaves_or_database(shown: House) -> None:
    told = []
    everywhere = places(shown)
    assert sum(map(len, everywhere.values())) > 50
    for kind, values in personal(shown).items():
        for value in values:
            for form, data in traces(value).items():
                for place, found in everywhere.items():
                    if any(data in one for one in found):
                        told.append((kind, form, place))
    assert told == []


def test_the_scan_finds_what_lies_about(shown: House, tmp_path: Path) -> None:
    """A citizen id in any of its forms, written where it must not be, is found there."""
    code = shown.people.person_code
    assert len(traces(code)) > 12
    for form, data in traces(code).items():
        (tmp_path / "journal").write_bytes(b"--" + data + b"--")
        assert any(data in one for one in _files(tmp_path)), form


def test_leaves_name_neither_actor_nor_subject(shown: House) -> None:
    platform = shown.platform
    names = [one.id for one in platform.trust.agencies] + [
        str(row["id"]) for row in platform.store.rows("subjects")
    ]
    for entry in platform.store.entries(0, platform.store.size()):
        for name in names:
            assert f'"{name}"'.encode() not in entry.leaf


def test_tags_and_commitments_never_repeat(shown: House) -> None:
    entries = shown.platform.store.entries(0, shown.platform.store.size())
    assert len({entry.tag for entry in entries}) == len(entries)
    assert len({entry.leaf for entry in entries}) == len(entries)


def test_a_case_s_bundle_carries_pseudonyms_only(shown: House) -> None:
    """To the last layer: entries name attributes, never their values."""
    platform = shown.platform
    for row in platform.store.rows("cases"):
        key = f"case:{row['id']}"
        opened = layers(exported(platform, key))
        assert any(shown.firm.subject.encode() in layer for layer in opened)
        for kind in ("names", "citizen ids", "address", "field values"):
            for value in personal(shown)[kind]:
                assert not any(value.encode() in layer for layer in opened), (key, kind)
        assert not any(cast.FIRM.encode() in layer for layer in opened)


def exported(platform: Platform, key: str) -> bytes:
    return export_bundle(platform, "sjj", key, related(platform, key))


def test_an_identifier_is_found_only_through_the_key_store(shown: House) -> None:
    rows = shown.platform.store.rows("subject_ids")
    digests = {row["digest"] for row in rows}
    code = shown.people.person_code
    assert shown.platform.keys.lookup("subject/citizen-id", code.encode()) in digests
    assert shown.platform.keys.lookup("subject/credit-code", code.encode()) not in digests
    assert hashlib.sha256(code.encode()).digest() not in digests
