"""The trust list: show it, pin its roots, sign a new one."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.outcome import DONE, UsageWrong
from api.cli.pins import Pinned, pins_path, read_pins, write_pins
from api.cli.session import Session, read_file, session_of, write_file
from certs.errors import Coded

if TYPE_CHECKING:
    from certs.trust.trustlist import Roots


class OtherRoots(Coded):
    """The list's roots are not those that the person expected."""

    code = "trust.other_roots"


def register(app: typer.Typer) -> None:
    trust = typer.Typer()
    trust.command("show")(show)
    trust.command("pin")(pin)
    trust.command("sign")(sign)
    app.add_typer(trust, name="trust")


def show(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE")] = None,
) -> int:
    from certs.trust.trustlist import open_trust_list, roots_of

    session = session_of(context)
    data = _list_bytes(session, file)
    roots = roots_of(data)
    trust = open_trust_list(data, roots, datetime.now(UTC))
    value = {**trust.as_json(), "root_ids": sorted(key.kid for key in roots.keys)}
    pinned = read_pins(pins_path())
    value["pinned"] = pinned is not None and pinned.roots == roots
    facts = {
        "version": trust.version,
        "profile": trust.profile.name,
        "expires": trust.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "logs": ", ".join(log.origin for log in trust.logs),
        "required": " ".join(map(str, trust.profile.required)),
        "agencies": len(trust.agencies),
        "witnesses": f"{trust.profile.witness_quorum}/{len(trust.witnesses)}",
    }
    session.out(value, session.say("trust.shown", **facts), *_root_lines(session, roots))
    return DONE


def pin(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE")] = None,
    expect: Annotated[list[str] | None, typer.Option("--expect")] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> int:
    from certs.trust.trustlist import open_trust_list, roots_of

    session = session_of(context)
    data, path, now = _list_bytes(session, file), pins_path(), datetime.now(UTC)
    known = read_pins(path)
    if known is not None and _follows(known, data, now):
        trust = open_trust_list(data, known.roots, now, highest_seen=known.version)
        made = Pinned(data, data, trust.version)
    else:
        roots = roots_of(data)
        trust = open_trust_list(data, roots, now)
        _compare(session, roots, expect, yes=yes)
        made = Pinned(data, data, trust.version)
    write_pins(path, made)
    facts = {"version": trust.version, "pins": str(path)}
    session.out(facts, session.say("trust.pinned", **facts))
    return DONE


def sign(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    out: Annotated[Path, typer.Option("--out")],
    root: Annotated[list[Path] | None, typer.Option("--root")] = None,
) -> int:
    """A payload is signed anew; a list that is signed already is countersigned."""
    from certs.trust.trustlist import countersign, roots_of, sign_trust_list

    session = session_of(context)
    data = read_file(file)
    paths = root or sorted((session.folder.root / "trust" / "roots").glob("*.pem"))
    if not paths:
        raise UsageWrong("Name the root keys that sign: --root FILE.pem.")
    privates = [_root_key(session, path) for path in paths]
    members = _json_object(data)
    if "payloadType" in members:
        for private in privates:
            data = countersign(data, private)
        signed = data
    else:
        signed = sign_trust_list(members, privates)
    roots = roots_of(signed)
    write_file(out, signed)
    facts = {"out": str(out), "signatures": len(privates)}
    session.out(facts, session.say("trust.signed", **facts), *_root_lines(session, roots))
    return DONE


def _list_bytes(session: Session, file: Path | None) -> bytes:
    return read_file(file if file is not None else session.folder.trust_list)


def _root_lines(session: Session, roots: Roots) -> list[str]:
    from certs.trust.trustlist import pin_text

    first, *kids = pin_text(roots).splitlines()
    return [session.say("trust.roots", threshold=first), *(f"  {kid}" for kid in kids)]


def _follows(known: Pinned, data: bytes, now: datetime) -> bool:
    """Whether the pinned roots have signed this list, so that nobody needs to be asked."""
    from certs.trust.trustlist import TrustThreshold, open_trust_list

    try:
        open_trust_list(data, known.roots, now, highest_seen=known.version)
    except TrustThreshold:
        return False
    return True


def _compare(session: Session, roots: Roots, expect: list[str] | None, *, yes: bool) -> None:
    """A person compares the roots with what was published elsewhere."""
    own = {key.kid for key in roots.keys}
    if expect:
        if set(expect) != own:
            raise OtherRoots("The list names other roots than those expected.")
        return
    for line in _root_lines(session, roots):
        session.note(line)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageWrong("Nobody can compare the roots here; say --expect KID… or --yes.")
    if not typer.confirm(session.say("trust.confirm"), err=True):
        raise OtherRoots("Nothing was pinned.")


def _root_key(session: Session, path: Path) -> Any:
    from certs.errors import KeyInvalid
    from certs.keys import Ed25519Private, from_encrypted_pem

    private = from_encrypted_pem(read_file(path), session.folder.passphrase())
    if not isinstance(private, Ed25519Private):
        raise KeyInvalid("A trust root is an Ed25519 key.")
    return private


def _json_object(data: bytes) -> dict[str, Any]:
    from api.cli.drafts import read_json

    return read_json(data)
