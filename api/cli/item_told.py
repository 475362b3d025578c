"""One service item in sentences: what it asks, what may stand for it, the law, form, grants."""

from __future__ import annotations

from typing import Any

from api.catalogue_shown import grant_shown, item_shown
from api.cli.plan_words import role_name
from api.cli.session import Session
from ledger.catalogue.catalogue import (
    AssistanceEvidence,
    Catalogue,
    CommitmentEvidence,
    Evidence,
    FactEvidence,
    LicenceEvidence,
    MaterialEvidence,
    Requirement,
    ServiceItem,
    kind_key,
)


def explained(
    session: Session, catalogue: Catalogue, item: ServiceItem
) -> tuple[dict[str, Any], list[str]]:
    """The item as JSON, and in sentences."""

    grants = [one for one in catalogue.grants.values() if one.item == item.slug]
    value = item_shown(item, catalogue)
    value["grants"] = [grant_shown(one, catalogue) for one in grants]
    value["versions"] = sorted(v for slug, v in catalogue.item_versions if slug == item.slug)
    lines = [
        session.say(
            "catalogue.explained",
            name=session.pick(item.zh, item.en),
            slug=item.slug,
            version=item.version,
            agencies=_names(session, catalogue, item.agencies),
            days=item.deadline_days,
        ),
        *(session.say("catalogue.legal", law=_law(session, catalogue, one)) for one in item.legal),
    ]
    for number, requirement in enumerate(item.requirements, 1):
        lines += _requirement(session, catalogue, number, requirement)
    typed = sum(not field.sources for field in item.form)
    lines.append(session.say("catalogue.form", fields=len(item.form), typed=typed))
    for kind, fields in item.need.items():
        lines.append(
            session.say(
                "catalogue.need",
                name=session.pick(*catalogue.name_of(kind)),
                fields=", ".join(_field(session, catalogue, kind, name) for name in fields),
            )
        )
    for grant in grants:
        kinds = ", ".join(session.pick(*catalogue.name_of(kind)) for kind in grant.kinds)
        lines.append(
            session.say(
                "catalogue.grant",
                agency=_names(session, catalogue, (grant.agency,)),
                sort=session.say(f"catalogue.sort.{grant.sort.value}"),
                kinds=kinds,
                law=_law(session, catalogue, grant.legal),
            )
        )
    return value, lines


def _requirement(
    session: Session, catalogue: Catalogue, number: int, requirement: Requirement
) -> list[str]:
    lines = [f"{number}. {session.pick(requirement.zh, requirement.en)} [{requirement.id}]"]
    for one in requirement.sets:
        parts = [_evidence(session, catalogue, evidence) for evidence in one.evidence]
        lines.append("   - " + " + ".join(parts))
    lines += [
        "   " + session.say("catalogue.legal", law=_law(session, catalogue, one))
        for one in requirement.legal
    ]
    return lines


def _evidence(session: Session, catalogue: Catalogue, evidence: Evidence) -> str:
    match evidence:
        case LicenceEvidence():
            kind = kind_key(evidence)
            fields = ", ".join(_field(session, catalogue, kind, one) for one in evidence.fields)
            name = session.pick(*catalogue.name_of(kind))
            said = session.say("catalogue.lookup", name=name, kind=evidence.type, fields=fields)
        case FactEvidence():
            fact = catalogue.fact(evidence.fact)
            said = session.say("catalogue.fact", name=session.pick(fact.zh, fact.en))
        case AssistanceEvidence():
            said = session.say(
                "catalogue.assistance",
                agency=_names(session, catalogue, (evidence.agency,)),
                question=session.pick(evidence.question_zh, evidence.question_en),
                days=evidence.days,
            )
        case CommitmentEvidence():
            form = catalogue.commitment(evidence.form)
            said = session.say("catalogue.commitment", name=session.pick(form.zh, form.en))
        case MaterialEvidence():
            name = session.pick(*catalogue.name_of(kind_key(evidence)))
            said = session.say("catalogue.material", name=name, kind=evidence.kind)
    if evidence.role == "applicant":
        return said
    return said + session.say("catalogue.of", role=role_name(session, evidence.role))


def _field(session: Session, catalogue: Catalogue, kind: str, name: str) -> str:
    sort, _, slug = kind.partition(":")
    if name.startswith("fact_"):
        fact = catalogue.fact(name)
        return session.pick(fact.zh, fact.en)
    if sort != "licence":
        return session.say("catalogue.file")
    attribute = catalogue.licence_type(slug).attributes[name]
    return session.pick(attribute.zh, attribute.en)


def _law(session: Session, catalogue: Catalogue, id: str) -> str:
    basis = catalogue.legal_bases[id]
    return session.pick(basis.zh, basis.en)


def _names(session: Session, catalogue: Catalogue, agencies: tuple[str, ...]) -> str:
    found = [catalogue.agency(id) for id in agencies]
    return ", ".join(session.pick(one.zh, one.en) for one in found)
