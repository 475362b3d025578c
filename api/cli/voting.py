"""Votes: cast with a member's own key, signed without a node, sent for others, carried out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.moments import moment
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import Session, read_file, session_of, write_file

if TYPE_CHECKING:
    from ledger.ports.governance import Ballot, Proposal

Acting = Annotated[str | None, typer.Option("--as", envvar="MIANTI_MEMBER")]
VoteKey = Annotated[Path | None, typer.Option("--key")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", min=0)]
ChoiceName = Literal["yes", "no", "abstain"]


def register(agency: typer.Typer) -> None:
    agency.command("vote")(vote)
    agency.command("execute")(execute)
    agency.command("withdraw")(withdraw)
    agency.command("suspend-now")(suspend_now)


def vote(
    context: typer.Context,
    proposal_number: Number,
    choice: Annotated[ChoiceName | None, typer.Argument(metavar="[yes|no|abstain]")] = None,
    acting: Acting = None,
    vote_key: VoteKey = None,
    sign_only: Annotated[Path | None, typer.Option("--sign-only")] = None,
    proposal: Annotated[Path | None, typer.Option("--proposal")] = None,
    deadline: Annotated[str | None, typer.Option("--deadline")] = None,
    ballots: Annotated[list[Path] | None, typer.Option("--ballots")] = None,
) -> int:
    session, number = session_of(context), proposal_number
    if ballots:
        if choice is not None or sign_only is not None or proposal is not None:
            raise UsageWrong("--ballots sends what others signed; it takes no vote of your own.")
        return _send(session, number, [read_file(path) for path in ballots])
    if choice is None:
        raise UsageWrong("Say yes, no or abstain, or give --ballots.")
    if proposal is not None and sign_only is None:
        raise UsageWrong("--proposal goes with --sign-only.")
    if sign_only is None:
        return _vote(session, number, choice, voter_key(session, acting, vote_key))
    until = moment(deadline, "--deadline")
    if proposal is not None:
        ballot = _offline(session, number, choice, acting, vote_key, read_file(proposal), until)
    else:
        ballot = _signed(session, number, choice, voter_key(session, acting, vote_key), until)
    return _written(session, ballot, sign_only)


def execute(
    context: typer.Context, proposal_number: Number, acting: Acting = None, vote_key: VoteKey = None
) -> int:
    from ledger.flows.consortium import proposals as voting

    session = session_of(context)
    sender = None
    if acting is not None or vote_key is not None:
        sender = voter_key(session, acting, vote_key)
    with session.platform() as platform:
        made = voting.execute(platform, sender, proposal_number)
    return _stands(session, made, "agency.executed")


def withdraw(
    context: typer.Context, proposal_number: Number, acting: Acting = None, vote_key: VoteKey = None
) -> int:
    from ledger.flows.consortium import proposals as voting

    session = session_of(context)
    key = voter_key(session, acting, vote_key)
    with session.platform() as platform:
        made = voting.withdraw(platform, key, proposal_number)
    return _stands(session, made, "agency.withdrawn")


def suspend_now(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="AGENCY")],
    reason: Annotated[str, typer.Option("--reason")],
    acting: Acting = None,
    vote_key: VoteKey = None,
) -> int:
    from ledger.flows.consortium import proposals as voting

    session = session_of(context)
    key = voter_key(session, acting, vote_key)
    with session.platform() as platform:
        voting.suspend_now(platform, key, which, reason)
    facts = {"agency": which}
    session.out(facts, session.say("agency.suspended_now", **facts))
    return DONE


def voter_key(session: Session, acting: str | None, path: Path | None) -> bytes:
    """A member's voting key: from a file, else of the agency that is named (default: the folder's
    operator), where this machine keeps it. Raises UsageWrong, ChainKeyInvalid."""
    if path is not None:
        from api.founding.charter import read_chain_key

        return read_chain_key(read_file(path))
    folder = session.folder
    name = acting or folder.settings().operator
    kept = folder.secrets(folder.passphrase()).get(f"eth/vote/{name}")
    if kept is None:
        raise UsageWrong(f"This machine keeps no voting key of {name}; give one: --key FILE.")
    return kept


def _vote(session: Session, number: int, choice: str, key: bytes) -> int:
    from ledger.flows.consortium import proposals as voting
    from ledger.ports.governance import Choice

    with session.platform() as platform:
        made = voting.vote(platform, key, number, Choice(choice))
    return _stands(session, made, "agency.voted")


def _send(session: Session, number: int, files: list[bytes]) -> int:
    from ledger.agencies.ballots import read_ballot
    from ledger.flows.consortium import proposals as voting

    given = [read_ballot(data) for data in files]
    if {one.number for one in given} != {number}:
        raise UsageWrong(f"A ballot is of another proposal than {number}.")
    with session.platform() as platform:
        made = voting.cast(platform, None, given)
    return _stands(session, made, "agency.sent")


def _signed(
    session: Session, number: int, choice: str, key: bytes, until: datetime | None
) -> Ballot:
    from ledger.flows.consortium import proposals as voting
    from ledger.ports.governance import Choice

    with session.platform() as platform:
        made = voting.proposal(platform, number)
        member = platform.governance.member_of(key)
        if member is None:
            raise UsageWrong("This key votes for no member of the consortium.")
        deadline = until or made.voting_ends
        return platform.governance.ballot(key, number, member, Choice(choice), deadline)


def _offline(
    session: Session,
    number: int,
    choice: str,
    acting: str | None,
    vote_key: Path | None,
    data: bytes,
    until: datetime | None,
) -> Ballot:
    """From the file alone; what is signed is decoded from it and shown."""
    from api.founding.offline import sign_offline
    from ledger.agencies.ballots import read_proposal
    from ledger.agencies.telling import told_action
    from ledger.ports.governance import Choice

    made = read_proposal(data)
    if made.number != number:
        raise UsageWrong(f"The file is of proposal {made.number}, not of {number}.")
    if acting is None:
        raise UsageWrong("Say for which member this is signed: --as.")
    key = voter_key(session, acting, vote_key)
    deadline = until or made.voting_ends
    ballot, actions = sign_offline(made, key, acting, Choice(choice), deadline)
    for one in actions:
        session.note(f"· {session.pick(*told_action(one, Unnamed()))}")
    return ballot


def _written(session: Session, ballot: Ballot, path: Path) -> int:
    import json

    from ledger.agencies.ballots import ballot_shown

    facts: dict[str, Any] = ballot_shown(ballot)
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    write_file(path, text.encode())
    session.out({**facts, "file": str(path)}, session.say("agency.signed", **facts, file=path))
    return DONE


def _stands(session: Session, made: Proposal, key: str) -> int:
    from ledger.agencies.telling import STAGES

    facts = {
        "number": made.number,
        "stage": str(made.stage),
        "yes": made.yes,
        "no": made.no,
        "abstain": made.abstain,
        "total": made.total,
    }
    told = {**facts, "stage": session.pick(*STAGES[str(made.stage)])}
    session.out(facts, session.say(key, **told), session.say("agency.tally", **told))
    return DONE


class Unnamed:
    """Names where there is no catalogue: ids as they are."""

    def agency(self, id: str) -> tuple[str, str]:
        return id, id

    def item(self, slug: str) -> tuple[str, str]:
        return slug, slug

    def kind(self, kind: str) -> tuple[str, str]:
        return kind, kind
