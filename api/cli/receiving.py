"""What a requester makes of a release: keys unwrapped with its own key, files opened, written."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.outcome import FileUnreadable
from api.cli.session import write_file

if TYPE_CHECKING:
    from ledger.flows.reading.release import Released
    from ledger.flows.reading.wanted import Wanted
    from ledger.platform import Platform


def receive(
    platform: Platform, released: Released, consent: str, private: Any, out: Path
) -> list[dict[str, str]]:
    """Open everything released and write it below ``out``: whole files as they were, single
    fields as SD-JWT and as JSON. Raises Tampered, HpkeOpenFailed, StoreAway, FileUnreadable."""
    from ledger.consent.receiving import unwrapped

    keys: dict[str, dict[str | None, bytes]] = {}
    for handed in released.handed.keys:
        key = unwrapped(handed, private, platform.log.origin, consent, released.release)
        keys.setdefault(handed.file_id, {})[handed.field] = key
    write_file(out / "hand-over.json", released.handed.attestation)
    return [_opened(platform, one, keys[one.file], out) for one in released.wanted]


def _opened(
    platform: Platform, wanted: Wanted, keys: dict[str | None, bytes], out: Path
) -> dict[str, str]:
    from certs.sdjwt.credential import parse_credential
    from ledger.consent.receiving import opened_fields, opened_file
    from ledger.flows.library.files import ciphertext

    name = wanted.object.partition(":")[2]
    stored = ciphertext(platform, wanted.file)
    if not wanted.fields:
        ending = mimetypes.guess_extension(wanted.media_type) or ".bin"
        path = out / f"{name}{ending}"
        _stream(path, opened_file(stored, keys[None], wanted.file, wanted.sha256))
        return {"object": wanted.object, "file": str(path)}
    fields = {field: key for field, key in keys.items() if field is not None}
    text = opened_fields(b"".join(stored), fields, wanted.file)
    path = out / f"{name}.sd-jwt"
    write_file(path, text.encode("ascii"))
    shown = dict(parse_credential(text).claims)
    write_file(
        out / f"{name}.fields.json",
        json.dumps(shown, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n",
    )
    return {"object": wanted.object, "file": str(path)}


def _stream(path: Path, chunks: Any) -> None:
    """Under another name until the last byte has been checked: what is not whole is not there."""
    made = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with made.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror}", path=str(path)) from error
