"""Every version of a status list, from what the chain says back to the first, checked on the way.

Needs the chain's head, the tokens' bytes by their digests and the trusted certificate roots; the
rows beside the log only help over a version that cannot be read, and are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from certs import keys
from certs.bitstringlist import signed_bitstring_list
from certs.canonical import parse
from certs.errors import CertsError, Coded
from certs.jws import peek
from certs.shapes import Shape
from certs.statuslist import ReadStatusList, chain_of, signed_status_list
from certs.x509.authority import agency_of
from certs.x509.certificate import load_certificate
from certs.x509.path import validate_path
from ledger.errors import LedgerError, NotFound, Pushback, Tampered
from ledger.flows.library.list_versions import cid_of, token_of
from ledger.log.statement import format_time, parse_time
from ledger.platform import Platform
from ledger.ports import Scalar, StatusHead
from ledger.status.history import ListUnlinked, check_follows, check_forms


class ListRowOther(Tampered):
    """The row of a published version is missing, or says something else than its token."""

    code = "status_list.row"


class ListSigner(Tampered):
    """A version was signed by an agency that nobody admitted, or its two forms by two agencies."""

    code = "status_list.signer"


@dataclass(frozen=True, slots=True)
class Version:
    """One version; ``said`` is None where it could not be read, ``faults`` what is wrong with it
    or with what follows it."""

    number: int
    digest: bytes | None
    agency: str | None
    said: ReadStatusList | None
    faults: tuple[Coded, ...]

    @property
    def cid(self) -> str | None:
        return None if self.digest is None else cid_of(self.digest)


def versions(platform: Platform, uri: str, head: StatusHead) -> Iterator[Version]:
    """All versions from the chain's newest to the first, holding two at a time. Raises Pushback."""
    digest: bytes | None = head.digest
    later: ReadStatusList | None = None
    signers = _Signers(platform)
    for number in range(head.version, 0, -1):
        row = _row(platform, uri, number)
        if digest is None and row is not None:
            digest = cast(bytes, row["digest"])
        found = _version(platform, signers, (uri, number), digest, later, row)
        yield found
        later = found.said or later
        digest = None if found.said is None else found.said.previous


def _version(
    platform: Platform,
    signers: _Signers,
    name: tuple[str, int],
    digest: bytes | None,
    later: ReadStatusList | None,
    row: dict[str, Scalar] | None,
) -> Version:
    faults: list[Coded] = []
    said, agency = None, None
    try:
        if digest is None:
            raise ListUnlinked("nothing tells which bytes it had", version=name[1])
        said, agency = _read(platform, signers, name, digest)
        if later is not None:
            check_follows(said, later)
        _check_forms(platform, signers, said, agency)
    except Pushback:
        raise
    except (CertsError, LedgerError) as error:
        faults.append(error)
    if row is None or (said is not None and not _tells(row, said)):
        faults.append(ListRowOther("its row is missing or says something else", version=name[1]))
    return Version(name[1], digest, agency, said, tuple(faults))


def _read(
    platform: Platform, signers: _Signers, name: tuple[str, int], digest: bytes
) -> tuple[ReadStatusList, str]:
    token = token_of(platform, digest)
    signer = signers.of(token)
    said = signed_status_list(token, signer.public)
    signers.require(signer, said)
    if (said.uri, said.version) != name:
        raise ListUnlinked("the token is of another list or version", version=name[1])
    if (said.previous is None) != (said.version == 1):
        raise ListUnlinked("only the first version has none before it", version=name[1])
    return said, signer.agency


def _check_forms(platform: Platform, signers: _Signers, said: ReadStatusList, agency: str) -> None:
    forms = {}
    for purpose, digest in said.forms.items():
        token = token_of(platform, digest)
        signer = signers.of(token)
        form = signed_bitstring_list(token, signer.public)
        signers.require(signer, said)
        if not signer.agency == form.agency == agency:
            raise ListSigner("the two forms are not of one agency", purpose=purpose)
        forms[purpose] = form
    check_forms(said, forms)


@dataclass(frozen=True, slots=True)
class _Signer:
    chain: tuple[bytes, ...]
    public: keys.SigningPublic
    agency: str


class _Signers:
    """Keys behind the tokens' certificates, each certificate read once and each path once a day."""

    def __init__(self, platform: Platform) -> None:
        self._trust, self._chain = platform.trust, platform.chain
        self._known: dict[tuple[bytes, ...], _Signer] = {}
        self._good: set[tuple[tuple[bytes, ...], str]] = set()

    def of(self, token: str) -> _Signer:
        """Whose certificate the token brings; nothing is validated yet."""
        chain = chain_of(token)
        if chain not in self._known:
            leaf = load_certificate(chain[0])
            public = keys.public_from_spki(keys.spki(cast(keys.P256Public, leaf.public_key())))
            self._known[chain] = _Signer(chain, public, agency_of(leaf))
        return self._known[chain]

    def require(self, signer: _Signer, said: ReadStatusList) -> None:
        """Raises a PathError, ListSigner: the certificate was good when the list was issued."""
        day = said.issued.date().isoformat()
        if (signer.chain, day) in self._good:
            return
        roots = self._trust.x509_roots
        validate_path(signer.chain[0], signer.chain[1:], roots, said.issued)
        if self._chain.agency(signer.agency) is None:
            raise ListSigner("its agency was never admitted", agency=signer.agency)
        self._good.add((signer.chain, day))


def _row(platform: Platform, uri: str, number: int) -> dict[str, Scalar] | None:
    rows = platform.store.rows("status_versions", {"uri": uri, "version": number})
    return rows[0] if rows else None


def _tells(row: dict[str, Scalar], said: ReadStatusList) -> bool:
    times = format_time(said.issued), format_time(said.expires)
    return (row["digest"], row["issued_at"], row["valid_until"]) == (said.digest, *times)


def version_at(platform: Platform, uri: str, at: datetime) -> int:
    """The number of the version that counted at an aware time. Raises NotFound where none did."""
    rows = platform.store.rows("status_lists", {"uri": uri})
    low, high = 0, cast(int, rows[0]["version"]) if rows else 0
    if at > platform.now():
        raise NotFound("Nothing is known yet of that time.")
    while low < high:
        middle = (low + high + 1) // 2
        row = _row(platform, uri, middle)
        if row is not None and parse_time(str(row["issued_at"])) <= at:
            low = middle
        else:
            high = middle - 1
    row = _row(platform, uri, low)
    if row is None or at >= parse_time(str(row["valid_until"])):
        raise NotFound("No version counted then.")
    return low


def version_token(platform: Platform, uri: str, number: int) -> str:
    """The IETF token of one version. Raises NotFound, Tampered, Pushback."""
    row = _row(platform, uri, number)
    if row is None:
        raise NotFound("There is no such version.")
    return token_of(platform, cast(bytes, row["digest"]))


def version_form(platform: Platform, uri: str, number: int, purpose: str) -> str:
    """The W3C credential of one version. Raises NotFound, Tampered, Pushback."""
    token = version_token(platform, uri, number)
    claims = Shape(parse(peek(token).payload), "status list")
    if "mianti_forms" not in claims or purpose not in claims["mianti_forms"]:
        raise NotFound("There is no such status list.")
    return token_of(platform, claims["mianti_forms"][purpose].data())
