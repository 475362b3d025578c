"""How versions of one published status list may follow each other, and that its forms agree.

Both compare whole lists at once, as numbers of 262,144 bits: a history of years is walked in one
pass that holds two versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from certs.bitstringlist import Bitstring, ReadBitstringList
from certs.statuslist import ReadStatusList, Status, StatusList
from ledger.errors import Tampered

SHOWN_BY: Mapping[str, Status] = MappingProxyType(
    {
        "revocation": Status.INVALID,
        "suspension": Status.SUSPENDED,
        "refresh": Status.SUPERSEDED,
    }
)
"""The value of the IETF list that each purpose of the W3C list shows."""


class ListUnrevoked(Tampered):
    """A place (``index``) that had ended shows another state in a later version."""

    code = "status_list.unrevoked"


class ListNotNewer(Tampered):
    """A version that does not follow the one before it: by number, time or name."""

    code = "status_list.not_newer"


class ListUnlinked(Tampered):
    """A version that does not name the digest of the one before it."""

    code = "status_list.unlinked"


class FormsDiffer(Tampered):
    """The two forms of one version do not say the same."""

    code = "status_list.forms_differ"


def check_follows(earlier: ReadStatusList, later: ReadStatusList) -> None:
    """Two versions of one list, not necessarily neighbours; neighbours are linked.

    Raises ListNotNewer, ListUnlinked, ListUnrevoked.
    """
    versions = {"version": later.version, "earlier": earlier.version}
    if (
        later.uri != earlier.uri
        or later.version <= earlier.version
        or later.issued < earlier.issued
    ):
        raise ListNotNewer("a version that does not follow the one before it", **versions)
    if later.version == earlier.version + 1 and later.previous != earlier.digest:
        raise ListUnlinked("it does not name the version before it", **versions)
    place = _changed_end(earlier.states, later.states)
    if place is not None:
        raise ListUnrevoked(f"place {place} had ended and does not any more", index=place)


def check_forms(said: ReadStatusList, forms: Mapping[str, ReadBitstringList]) -> None:
    """The W3C lists of one version against its IETF list. Raises FormsDiffer."""
    if forms.keys() != SHOWN_BY.keys() or said.forms.keys() != SHOWN_BY.keys():
        raise FormsDiffer("not one list for each purpose")
    for purpose, form in forms.items():
        told = (form.uri, form.purpose, form.version, form.valid_from, form.valid_until)
        wanted = (f"{said.uri}/{purpose}", purpose, said.version, said.issued, said.expires)
        if told != wanted or form.digest != said.forms[purpose]:
            raise FormsDiffer("another version, or another list", purpose=purpose)
        bits = Bitstring.where(said.states, SHOWN_BY[purpose])
        if form.bits.packed() != bits.packed() or form.ttl_ms != 1000 * said.ttl_s:
            raise FormsDiffer("its places say something else", purpose=purpose)


def _changed_end(earlier: StatusList, later: StatusList) -> int | None:
    """The first place with an end (1 and 3: the low bit is set) that is not as it was."""
    before, after = (int.from_bytes(one.packed(), "little") for one in (earlier, later))
    low = before & int.from_bytes(b"\x55" * (earlier.size // 4), "little")
    changed = (before ^ after) & (low | low << 1)
    return ((changed & -changed).bit_length() - 1) // 2 if changed else None
