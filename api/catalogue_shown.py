"""The catalogue as JSON, for who asks over HTTP and who asks on the command line."""

from __future__ import annotations

from typing import Any

from ledger.catalogue.catalogue import (
    AssistanceEvidence,
    Bundle,
    Catalogue,
    CommitmentEvidence,
    Evidence,
    Fact,
    FactEvidence,
    FormField,
    Grant,
    LicenceEvidence,
    MaterialEvidence,
    Requirement,
    ServiceItem,
)


def item_shown(item: ServiceItem, catalogue: Catalogue) -> dict[str, Any]:
    """One version of a service item with all that is asked and on which ground."""
    return {
        "slug": item.slug,
        "zh": item.zh,
        "en": item.en,
        "version": item.version,
        "effective_from": item.effective_from.isoformat() if item.effective_from else None,
        "agencies": list(item.agencies),
        "purpose_zh": item.purpose_zh,
        "purpose_en": item.purpose_en,
        "legal": _legal(item.legal, catalogue),
        "deadline_days": item.deadline_days,
        "issues": list(item.issues),
        "reask": item.reask,
        "proactive": list(item.proactive),
        "decides": item.decides,
        "changes_holder": item.changes_holder,
        "consent_days": item.consent_days,
        "consent_uses": item.consent_uses,
        "roles": list(item.roles),
        "includes": list(item.includes),
        "requirements": [_requirement(one, catalogue) for one in item.requirements],
        "need": {kind: list(fields) for kind, fields in item.need.items()},
        "form": [_field(one) for one in item.form],
    }


def _legal(names: tuple[str, ...], catalogue: Catalogue) -> list[dict[str, str]]:
    found = [catalogue.legal_bases[name] for name in names]
    return [{"id": one.id, "zh": one.zh, "en": one.en} for one in found]


def _requirement(requirement: Requirement, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "zh": requirement.zh,
        "en": requirement.en,
        "legal": _legal(requirement.legal, catalogue),
        "sets": [[evidence_shown(one) for one in choice.evidence] for choice in requirement.sets],
    }


def evidence_shown(evidence: Evidence) -> dict[str, Any]:
    """What one evidence asks for, and of whom."""
    match evidence:
        case LicenceEvidence():
            shown: dict[str, Any] = {"licence": evidence.type, "fields": list(evidence.fields)}
        case FactEvidence():
            shown = {"fact": evidence.fact, "licence": evidence.type}
        case MaterialEvidence():
            shown = {
                "material": evidence.kind,
                "fields": list(evidence.fields),
                "min_grade": evidence.min_grade.value,
                "max_age_days": evidence.max_age_days,
                "equals": [list(one) for one in evidence.equals],
            }
        case AssistanceEvidence():
            shown = {
                "assistance": evidence.agency,
                "question_zh": evidence.question_zh,
                "question_en": evidence.question_en,
                "days": evidence.days,
            }
        case CommitmentEvidence():
            shown = {"commitment": evidence.form}
    return shown | {"role": evidence.role}


def _field(field: FormField) -> dict[str, Any]:
    sources = [{"licence": s.type, "field": s.field, "role": s.role} for s in field.sources]
    return {"name": field.name, "zh": field.zh, "en": field.en, "from": sources}


def bundle_shown(bundle: Bundle) -> dict[str, Any]:
    members = [{"item": one.item, "agency": one.agency} for one in bundle.members]
    return {"slug": bundle.slug, "zh": bundle.zh, "en": bundle.en, "members": members}


def fact_shown(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "zh": fact.zh,
        "en": fact.en,
        "licence": fact.type,
        "test": fact.test.value,
        "field": fact.field,
        "value": fact.value,
        "social": fact.social,
    }


def grant_shown(grant: Grant, catalogue: Catalogue) -> dict[str, Any]:
    (legal,) = _legal((grant.legal,), catalogue)
    return {
        "id": grant.id,
        "agency": grant.agency,
        "item": grant.item,
        "sort": grant.sort.value,
        "kinds": list(grant.kinds),
        "legal": legal,
        "days": grant.days,
        "uses": grant.uses,
        "delay_days": grant.delay_days,
        "second_officer": grant.second_officer,
    }
