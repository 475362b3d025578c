"""Check 1 of a bundle: taken apart, and found to be the one form of what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certs import base64url, jws, keys
from certs.canonical import canonical, parse, parse_canonical
from certs.envelope import Envelope, parse_envelope
from certs.errors import CertsError
from certs.jwk import public_from_jwk
from certs.shapes import Shape
from ledger.bundle.container import unpack
from ledger.bundle.contents import (
    KINDS,
    MANIFEST,
    PAGE,
    BundleError,
    BundleMalformed,
    Contents,
    Heading,
    read_members,
)
from ledger.bundle.page import page
from ledger.log.statement import format_time
from ledger.verify.steps.finding import Found, Wrong
from ledger.verify.steps.form import OpenedEntry, opened

PAYLOAD_TYPE = "application/vnd.mianti.bundle.v1+json"
_EXPORTER = r"[a-z][a-z0-9_-]{0,31}"
_ABOUT = r"[!-~]{1,200}"


class PageDiffers(BundleError):
    """The page for people is not the one that the members give."""

    code = "bundle.page"


class MemberDigest(BundleError):
    """A member is not the one that the manifest lists, or stands in only one of the two."""

    code = "bundle.digest"


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A bundle taken apart and found to be of one piece; nothing is believed yet."""

    heading: Heading
    contents: Contents
    manifest: Envelope
    entries: tuple[OpenedEntry, ...]
    status_lists: Mapping[str, str]
    holder_keys: Mapping[str, OpenedEntry]


def manifest_payload(heading: Heading, members: Mapping[str, bytes]) -> bytes:
    """What the exporter signs: the heading, and the SHA-256 of every member but the manifest."""
    return canonical(
        {
            "about": heading.about,
            "exported_at": format_time(heading.exported_at),
            "exporter": heading.exporter,
            "kind": heading.kind,
            "members": {
                name: base64url.encode(hashlib.sha256(data).digest())
                for name, data in members.items()
            },
            "v": 1,
        }
    )


def judged_form(data: bytes) -> Found[OpenedBundle]:
    """Check 1. Everything is written again from what was read, and compared."""
    members = unpack(data)
    encoded = members.pop(MANIFEST, None)
    if encoded is None:
        raise BundleMalformed("a member is missing", member=MANIFEST)
    manifest = parse_envelope(encoded)
    heading = _heading(manifest)
    if manifest_payload(heading, members) != manifest.payload:
        raise MemberDigest("the manifest lists other members")
    shown = members.pop(PAGE, None)
    contents = read_members(members)
    entries = tuple(opened(entry) for entry in contents.entries)
    if shown != page(heading, contents, [(e.opening.index, e.statement) for e in entries]):
        raise PageDiffers("the page is not made from the members")
    named = {digest for entry in entries for digest, _ in entry.statement.files}
    if any(hashlib.sha256(file).digest() not in named for file in contents.files):
        raise Wrong("bundle.file_unnamed")
    bundle = OpenedBundle(
        heading, contents, manifest, entries, _by_uri(contents.status_lists), _by_kid(entries)
    )
    facts = {
        "kind": heading.kind,
        "about": heading.about,
        "entries": str(len(entries)),
        "files": str(len(contents.files)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return Found(bundle, "bundle.canonical", facts)


def _heading(manifest: Envelope) -> Heading:
    (first, *others) = manifest.signatures
    if manifest.payload_type != PAYLOAD_TYPE or others or first.alg != "es256" or not first.x5c:
        raise BundleMalformed("a manifest has one es256 signature with a certificate")
    try:
        shape = Shape(parse_canonical(manifest.payload), "manifest")
        shape.members("about", "exported_at", "exporter", "kind", "members", "v")
        shape["v"].integer(1, 1)
        heading = Heading(
            kind=shape["kind"].text(),
            about=shape["about"].text(_ABOUT),
            exporter=shape["exporter"].text(_EXPORTER),
            exported_at=shape["exported_at"].time(),
        )
    except CertsError as error:
        raise BundleMalformed(f"the manifest: {error}", member=MANIFEST) from error
    if heading.kind not in KINDS:
        raise BundleMalformed("a bundle of an unknown kind", member=MANIFEST)
    return heading


def _by_uri(tokens: Sequence[str]) -> dict[str, str]:
    """Status list tokens by the list they say to be."""
    try:
        named = [Shape(parse(jws.peek(token).payload), "status")["sub"].text() for token in tokens]
    except (jws.JwsError, CertsError) as error:
        raise BundleMalformed("a status list is no token", reason=error.code) from error
    if len(set(named)) != len(named):
        raise BundleMalformed("one status list stands twice")
    return dict(zip(named, tokens, strict=True))


def _by_kid(entries: Sequence[OpenedEntry]) -> dict[str, OpenedEntry]:
    """Bindings of holders' keys, the first of each."""
    found: dict[str, OpenedEntry] = {}
    for entry in entries:
        if entry.statement.kind == "holderkey.bound":
            kid = keys.key_id(public_from_jwk(entry.statement.body["jwk"]))
            found.setdefault(kid, entry)
    return found
