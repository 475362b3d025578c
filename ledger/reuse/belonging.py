"""Rules of fitness about belonging: whose paper it is, of which matter, for which use and place."""

from __future__ import annotations

from ledger.catalogue.catalogue import Reuse, Tie
from ledger.catalogue.evidence import FactEvidence, MaterialEvidence
from ledger.reuse.documents import Licence, Material
from ledger.reuse.judged import CANNOT, UNFIT, Finding, Judged


def held_then(judged: Judged) -> Finding | None:
    """It was here at that time."""
    held = judged.held
    came = held.recorded_at if isinstance(held, Licence) else held.deposited_at
    return (UNFIT, "not_yet_held", {}) if came > judged.at else None


def whose(judged: Judged) -> Finding | None:
    """It is of the subject, of the project or premises, or of the party that is wanted."""
    held, wanted, case = judged.held, judged.wanted, judged.case
    if judged.here:
        return None
    if wanted.role == "applicant":
        shared = held.project is not None and held.project == case.project
        chained = isinstance(held, Material) and held.case in case.chain
        place = held.premises is not None and held.subject == held.premises == case.premises
        own = held.subject == case.subject or shared or chained or place
        return None if own else (UNFIT, "other_subject", {})
    if held.subject == case.parties.get(wanted.role):
        return None
    if held.subject != case.subject or not isinstance(wanted, MaterialEvidence):
        # A licence names its holder: the applicant's own does not speak for a party.
        return UNFIT, "other_subject", {}
    if wanted.named:
        # The applicant handed it in, but which person it is about was not recorded.
        return CANNOT, "person_unknown", {"role": wanted.role}
    return None


def decision(judged: Judged) -> Finding | None:
    """What records one decision serves that matter alone."""
    held, wanted, kind = judged.material
    if kind.one_decision:
        if held.decision is None and not judged.here:
            return CANNOT, "decision_unknown", {}
        if held.decision is not None and held.decision != judged.case.matter:
            return UNFIT, "decision_mismatch", {}
    if wanted.fresh and not judged.here:
        return UNFIT, "decision_mismatch", {"wanted": "fresh"}
    return None


def purpose_of_licence(judged: Judged) -> Finding | None:
    """The issuer's policy allows the item, and a social user may be shown these fields."""
    case, catalogue, wanted = judged.case, judged.catalogue, judged.wanted
    assert not isinstance(wanted, MaterialEvidence)
    licence_type = catalogue.licence_type(wanted.type)
    allowed = licence_type.policy.items
    social = catalogue.agency(case.agency).social
    if allowed is not None and case.item not in allowed:
        return UNFIT, "policy_forbids", {}
    if not social:
        return None
    if isinstance(wanted, FactEvidence):
        hidden = [] if catalogue.fact(wanted.fact).social else [wanted.fact]
    else:
        hidden = [name for name in wanted.fields if not licence_type.attributes[name].social]
    return (UNFIT, "purpose_incompatible", {"field": hidden[0]}) if hidden else None


def purpose_of_material(judged: Judged) -> Finding | None:
    """It may serve other matters, and this sort of user. What is never reused still serves all
    cases of the one matter that it was handed in for."""
    held, _, kind = judged.material
    social = judged.catalogue.agency(judged.case.agency).social
    if judged.here:
        return None
    never = kind.reuse is Reuse.NEVER and held.case not in judged.case.siblings
    if never or (social and kind.reuse is not Reuse.SOCIAL):
        return UNFIT, "purpose_incompatible", {"field": "file"}
    return None


def premises(judged: Judged) -> Finding | None:
    """What is tied to premises is of these."""
    return _tied(judged, Tie.PREMISES, judged.held.premises, judged.case.premises, "premises")


def project(judged: Judged) -> Finding | None:
    """What is tied to a project is of this one."""
    return _tied(judged, Tie.PROJECT, judged.held.project, judged.case.project, "project")


def _tied(
    judged: Judged, tie: Tie, own: str | None, wanted: str | None, what: str
) -> Finding | None:
    held, catalogue = judged.held, judged.catalogue
    ties = (
        catalogue.licence_type(held.type).tied_to
        if isinstance(held, Licence)
        else catalogue.material_kind(held.kind).tied_to
    )
    if tie not in ties or (judged.here and own is None):
        return None
    if own is None or wanted is None:
        return CANNOT, f"unknown_{what}", {}
    return (UNFIT, f"other_{what}", {}) if own != wanted else None
