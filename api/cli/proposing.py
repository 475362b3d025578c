"""``mianti agency propose KIND``: a form for each kind of change, a command for each form."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from api.cli import change_forms as forms
from api.cli.change_values import Given
from api.cli.outcome import DONE, UsageWrong
from api.cli.session import Session, read_file, session_of
from api.cli.voting import Acting, VoteKey, voter_key

if TYPE_CHECKING:
    from ledger.platform import Platform
    from ledger.ports.governance import Action

Build = Callable[["Platform", Given], "Sequence[Action]"]
Reason = Annotated[str, typer.Option("--reason")]
DryRun = Annotated[bool, typer.Option("--dry-run")]
NEEDED = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Param:
    """An argument or option of a form; ``default`` NEEDED where it must be given."""

    name: str
    kind: Any
    default: Any = NEEDED


def _argument(metavar: str, kind: Any = str) -> Any:
    return Annotated[kind, typer.Argument(metavar=metavar)]


def _option(name: str, kind: Any = str) -> Any:
    return Annotated[kind, typer.Option(name)]


WHICH = Param("which", _argument("AGENCY"))
TYPE = Param("licence_type", _argument("TYPE"))
ITEM, KIND = Param("item", _argument("ITEM")), Param("paper_kind", _argument("KIND"))
SORT = Param("basis_sort", _argument("SORT"))
REGION = Param("region", _option("--region", int | None), None)
BEGIN = Param("begin", _option("--from", str | None), None)
END = Param("until_when", _option("--to", str | None), None)
WHEN = Param("when", _option("--at", str | None), None)
ROW = Param("row", _option("--row", int | None), None)
CERTIFICATE = Param("certificate", _argument("CERTIFICATE", Path))
KEY = Param("key_id", _argument("KEY"))
LOG = Param("which_log", _argument("LOG"))
ATTESTERS = Param("attester", _option("--attester", list[str]))
THRESHOLD = Param("threshold", _option("--threshold", int))
ANCHOR = Param("anchor", _option("--anchor"))
PERIOD = (BEGIN, END)

FORMS: Mapping[str, tuple[tuple[Param, ...], Build]] = {
    "admit": (
        (
            WHICH,
            Param("called", _option("--name")),
            REGION,
            Param("legal_code", _option("--legal-code"), ""),
            Param("social", _option("--social", bool), False),
        ),
        forms.admit,
    ),
    "rename": ((WHICH, Param("called", _argument("NAME"))), forms.rename),
    "scope": ((WHICH, TYPE, REGION, *PERIOD), forms.scope),
    "end-scope": ((WHICH, TYPE, REGION, WHEN, ROW), forms.end_scope),
    "basis": ((WHICH, ITEM, KIND, SORT, *PERIOD), forms.basis),
    "end-basis": ((WHICH, ITEM, KIND, SORT, WHEN, ROW), forms.end_basis),
    "key": ((WHICH, CERTIFICATE, *PERIOD), forms.key),
    "end-key": ((WHICH, KEY, WHEN, ROW), forms.end_key),
    "rotate-key": (
        (WHICH, CERTIFICATE, Param("old", _option("--old", str | None), None), WHEN, END),
        forms.rotate_key,
    ),
    "compromise-key": ((WHICH, KEY, Param("when", _option("--at"))), forms.compromise_key),
    "suspend": ((WHICH, END), forms.suspend),
    "reinstate": ((WHICH,), forms.reinstate),
    "expel": ((WHICH,), forms.expel),
    "dissolve": ((WHICH,), forms.dissolve),
    "merge": ((WHICH, Param("into", _option("--into"))), forms.merge),
    "transfer": ((WHICH, TYPE, Param("into", _option("--to"))), forms.transfer),
    "open-log": ((LOG, ANCHOR, ATTESTERS, THRESHOLD), forms.open_log),
    "freeze-log": (
        (
            LOG,
            Param("last_good", _option("--last-good", int)),
            Param("continued_by", _option("--continued-by")),
        ),
        forms.freeze_log,
    ),
    "attesters": ((LOG, ATTESTERS, THRESHOLD), forms.attesters),
    "anchor": ((LOG, ANCHOR), forms.anchor),
    "list": (
        (
            Param("list_uri", _argument("URI")),
            WHICH,
            Param("publisher", _option("--publisher")),
        ),
        forms.status_list,
    ),
    "member": (
        (
            WHICH,
            Param("voter", _option("--voter")),
            Param("weight", _option("--weight", int), 1),
        ),
        forms.member,
    ),
    "rule": (
        (
            Param("gravity", _argument("GRAVITY")),
            Param("quorum", _option("--quorum", int)),
            Param("passing", _option("--passing", int)),
            Param("voting_hours", _option("--voting-hours", int)),
            Param("delay_hours", _option("--delay-hours", int)),
        ),
        forms.rule,
    ),
    "replace-contract": (
        (Param("contract", _argument("CONTRACT")), Param("by", _argument("ADDRESS"))),
        forms.replace_contract,
    ),
}
COMMON = (
    Param("reason", Reason),
    Param("acting", Acting, None),
    Param("vote_key", VoteKey, None),
    Param("rehearse", DryRun, False),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every proposal takes, in the order of COMMON."""

    reason: str
    acting: str | None
    vote_key: Path | None
    rehearse: bool


def register(agency: typer.Typer) -> None:
    propose = typer.Typer(invoke_without_command=True)
    propose.callback()(from_file)
    for name, (params, build) in FORMS.items():
        propose.command(name)(_command(params, build))
    agency.add_typer(propose, name="propose")


def from_file(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option("--file")] = None,
    reason: Annotated[str | None, typer.Option("--reason")] = None,
    acting: Acting = None,
    vote_key: VoteKey = None,
    rehearse: DryRun = False,
) -> int:
    from ledger.agencies.changes import read_actions

    if context.invoked_subcommand is not None:
        if file is not None or reason is not None:
            raise UsageWrong("Options of a proposal stand after its kind.")
        return DONE
    if file is None or reason is None:
        raise UsageWrong("Name a kind of change, or --file and --reason.")
    actions = read_actions(read_file(file))
    wanted = Wanted(reason, acting, vote_key, rehearse)
    return _decide(session_of(context), lambda platform: actions, wanted)


def _command(params: Sequence[Param], build: Build) -> Callable[..., int]:
    """A command that takes the form's parameters, and those of every proposal."""

    def run(context: typer.Context, **given: Any) -> int:
        wanted = Wanted(*(given.pop(one.name) for one in COMMON))
        return _decide(session_of(context), lambda platform: build(platform, given), wanted)

    taken = (*params, *COMMON)
    ordered = sorted(taken, key=lambda one: one.default is not NEEDED)
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
            ),
            *(
                inspect.Parameter(
                    one.name,
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    default=one.default,
                    annotation=one.kind,
                )
                for one in ordered
            ),
        ]
    )
    run.__annotations__ = {"context": typer.Context, **{one.name: one.kind for one in taken}}
    return run


def _decide(
    session: Session,
    build: Callable[[Platform], Sequence[Action]],
    wanted: Wanted,
) -> int:
    from ledger.agencies.changes import action_shown
    from ledger.agencies.telling import GRAVITIES, told_action
    from ledger.flows.consortium.names import ConsortiumNames
    from ledger.flows.consortium.proposals import foresee, propose
    from ledger.log.statement import format_time

    key = voter_key(session, wanted.acting, wanted.vote_key)
    with session.platform() as platform:
        actions = build(platform)
        seen = foresee(platform, key, actions)
        done = None if wanted.rehearse else propose(platform, key, actions, wanted.reason)
        names = ConsortiumNames(platform)
        told = [session.pick(*told_action(one, names)) for one in actions]
    facts = {
        "number": done.number if done else None,
        "fresh": done.fresh if done else False,
        "actions": [cast(Any, action_shown(one)) for one in actions],
        "told": told,
        "gravity": str(seen.gravity),
        "quorum": seen.rule.quorum,
        "passing": seen.rule.passing,
        "voting_ends": format_time(seen.voting_ends),
        "earliest": format_time(seen.earliest),
    }
    shown = {
        **facts,
        "gravity": session.pick(*GRAVITIES[str(seen.gravity)]),
        "quorum": f"{seen.rule.quorum / 100:g}",
        "passing": f"{seen.rule.passing / 100:g}",
    }
    ending = "agency.rehearsed" if done is None else "agency.proposed"
    if done is not None and not done.fresh:
        ending = "agency.proposed_already"
    session.out(
        facts,
        *(f"· {one}" for one in told),
        session.say("agency.needs", **shown),
        session.say(ending, **shown),
    )
    return DONE
