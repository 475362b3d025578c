"""Refusals of AgencyRegistry and of the founding rule, one class per custom error."""

from __future__ import annotations

from ledger.adapters.ethereum.refused import ChainRefused


class AgencyUnknown(ChainRefused):
    """The agency was never admitted."""

    code = "chain.agency_unknown"
    sentence = "Agency {agency} was not admitted."


class AgencyAlreadyAdmitted(ChainRefused):
    """The agency stands on chain already."""

    code = "chain.agency_already_admitted"
    sentence = "Agency {agency} was admitted already."


class AgencyIdMissing(ChainRefused):
    """An agency's, key's or licence type's id is zero."""

    code = "chain.agency_id_missing"
    sentence = "An agency, key or licence type needs an id that is not zero."


class AgencyNameLength(ChainRefused):
    """An agency's name is empty or too long."""

    code = "chain.agency_name_length"
    sentence = "An agency's name has 1 to {limit} bytes, not {length}."


class AgencyKeyHeld(ChainRefused):
    """The key is or was another agency's."""

    code = "chain.agency_key_held"
    sentence = "Key {keyId} belongs to {holder}."


class AgencyTimePast(ChainRefused):
    """A period would begin or end in the past."""

    code = "chain.agency_time_past"
    sentence = "Time {given} lies before the block's time {blockTime}."


class AgencyPeriodEmpty(ChainRefused):
    """A period would end before or as it begins."""

    code = "chain.agency_period_empty"
    sentence = "A period from {validFrom} to {validTo} holds no time."


class AgencyEndNotEarlier(ChainRefused):
    """A new end is not earlier than the present one."""

    code = "chain.agency_end_not_earlier"
    sentence = "The row ends at {current} already; {given} is not earlier."


class AgencyRowUnknown(ChainRefused):
    """There is no such row."""

    code = "chain.agency_row_unknown"
    sentence = "There are {count} rows, and none numbered {row}."


class AgencyRowsFull(ChainRefused):
    """The list takes no further row."""

    code = "chain.agency_rows_full"
    sentence = "A list holds {limit} rows and takes no more."


class FounderCountTooSmall(ChainRefused):
    """Fewer founding members than the rule needs."""

    code = "chain.founder_count_too_small"
    sentence = "The founding rule needs {needed} members, not {count}."


class FounderInvalid(ChainRefused):
    """A founding member is the zero address or seated already."""

    code = "chain.founder_invalid"
    sentence = "{founder} cannot be seated as a founding member."


class FounderUnknown(ChainRefused):
    """Who calls, or is to be replaced, is no founding member."""

    code = "chain.founder_unknown"
    sentence = "{caller} is not a founding member."


class ProposalEmpty(ChainRefused):
    """A proposal holds no action."""

    code = "chain.proposal_empty"
    sentence = "A proposal needs an action."


class ProposalUnknown(ChainRefused):
    """No proposal has this number and these actions."""

    code = "chain.proposal_unknown"
    sentence = "Proposal {proposal} does not exist."


class ProposalClosed(ChainRefused):
    """The proposal was carried out or withdrawn."""

    code = "chain.proposal_closed"
    sentence = "Proposal {proposal} is closed."


class ProposalExpired(ChainRefused):
    """The proposal is confirmed too late."""

    code = "chain.proposal_expired"
    sentence = "Proposal {proposal} could be confirmed until {expiredAt}."


class ProposalNeedsAnother(ChainRefused):
    """A founding member confirms its own proposal."""

    code = "chain.proposal_needs_another"
    sentence = "{founder} made proposal {proposal}, so another member must confirm it."


class ProposalNotYours(ChainRefused):
    """Somebody else than the proposer withdraws a proposal."""

    code = "chain.proposal_not_yours"
    sentence = "Proposal {proposal} was not made by {caller}."


class ActionTargetEmpty(ChainRefused):
    """An action calls an address without a contract."""

    code = "chain.action_target_empty"
    sentence = "Action {index} calls {target}, where no contract stands."


class ActionFailed(ChainRefused):
    """An action of a proposal fails for a reason that the contracts do not name."""

    code = "chain.action_failed"
    sentence = "Action {index} of the proposal fails."


class GovernorOnly(ChainRefused):
    """A reserved change was tried outside the founding rule."""

    code = "chain.governor_only"
    sentence = "{caller} cannot make this change; two founding members must confirm it."


class GovernorMissing(ChainRefused):
    """A registry was created without a contract to obey."""

    code = "chain.governor_missing"
    sentence = "{governor} holds no contract that a registry could obey."
