"""The one table from a contract's error to the class that is raised for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ledger.adapters.ethereum import refused_agencies as agencies
from ledger.adapters.ethereum import refused_heads as heads
from ledger.adapters.ethereum.contracts import CONTRACTS, ErrorKind, contract, text_of
from ledger.adapters.ethereum.refused import ChainRefused

REFUSALS: Mapping[str, type[ChainRefused]] = {
    kind.__name__: kind
    for kind in (
        agencies.AgencyUnknown,
        agencies.AgencyAlreadyAdmitted,
        agencies.AgencyIdMissing,
        agencies.AgencyNameLength,
        agencies.AgencyKeyHeld,
        agencies.AgencyTimePast,
        agencies.AgencyPeriodEmpty,
        agencies.AgencyEndNotEarlier,
        agencies.AgencyRowUnknown,
        agencies.AgencyRowsFull,
        agencies.FounderCountTooSmall,
        agencies.FounderInvalid,
        agencies.FounderUnknown,
        agencies.ProposalEmpty,
        agencies.ProposalUnknown,
        agencies.ProposalClosed,
        agencies.ProposalExpired,
        agencies.ProposalNeedsAnother,
        agencies.ProposalNotYours,
        agencies.ActionTargetEmpty,
        agencies.ActionFailed,
        agencies.GovernorOnly,
        agencies.GovernorMissing,
        heads.CheckpointNotNewer,
        heads.CheckpointInconsistent,
        heads.CheckpointAnchorOnly,
        heads.CheckpointUnknown,
        heads.LogUnknown,
        heads.LogIsFrozen,
        heads.LogAlreadyOpen,
        heads.LogIdMissing,
        heads.LogAnchorMissing,
        heads.StatusVersionNotNewer,
        heads.StatusPublisherOnly,
        heads.StatusListUnknown,
        heads.StatusListTaken,
        heads.StatusListIdMissing,
        heads.StatusPublisherMissing,
        heads.StatusAgencyUnknown,
        heads.StatusDigestMissing,
        heads.StatusValidityPast,
    )
}
"""By the error's name in the ABI."""


@cache
def by_selector() -> Mapping[bytes, tuple[ErrorKind, type[ChainRefused]]]:
    """Selector → ABI entry and class, for every error of every contract."""
    return {
        kind.selector: (kind, REFUSALS[kind.name])
        for name in CONTRACTS
        for kind in contract(name).errors
    }


def refusal(data: bytes) -> ChainRefused:
    """The error for a call's revert data. A founding action that failed gives the error of the
    contract which it called; unknown data give ChainRefused itself."""
    found = by_selector().get(data[:4])
    if found is None:
        return ChainRefused(ChainRefused.sentence, data=data)
    kind, refused = found
    values = kind.values(data[4:])
    if refused is agencies.ActionFailed and values["reason"][:4] in by_selector():
        return refusal(values["reason"])
    shown = {name: _shown(value) for name, value in values.items()}
    return refused(refused.sentence.format(**shown), **shown)


def _shown(value: Any) -> Any:
    return text_of(value) if isinstance(value, bytes) else value
