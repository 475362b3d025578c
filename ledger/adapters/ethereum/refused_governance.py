"""Refusals of Governance and of the contracts that obey it, one class per custom error."""

from __future__ import annotations

from ledger.adapters.ethereum.refused import ChainRefused


class MemberUnknown(ChainRefused):
    """The agency has no seat."""

    code = "chain.member_unknown"
    sentence = "Member {member} has no seat in the consortium."


class MemberNotAdmitted(ChainRefused):
    """A seat is only for an agency that the registry has admitted."""

    code = "chain.member_not_admitted"
    sentence = "Member {member} was not admitted, so it can have no seat; admit it first."


class MemberSocial(ChainRefused):
    """Utilities and banks have no seat."""

    code = "chain.member_social"
    sentence = "Member {member} is no government body and can have no seat."


class MemberSuspended(ChainRefused):
    """A suspended member neither proposes nor votes."""

    code = "chain.member_suspended"
    sentence = "Member {member} is suspended: it can neither propose nor vote."


class MemberEnded(ChainRefused):
    """The member was dissolved or expelled."""

    code = "chain.member_ended"
    sentence = "Member {member} left the consortium at {endedAt}."


class MemberTooNew(ChainRefused):
    """The member had no seat when the proposal was made."""

    code = "chain.member_too_new"
    sentence = "Member {member} had no seat when proposal {number} was made."


class MemberInvalid(ChainRefused):
    """A seat needs a member and, unless it is taken away, a voter."""

    code = "chain.member_invalid"
    sentence = "Member {member} cannot be seated like this (weight {weight})."


class MembersTooFew(ChainRefused):
    """Fewer seats than decisions need."""

    code = "chain.members_too_few"
    sentence = "The consortium needs {needed} seats, not {count}."


class MembersFull(ChainRefused):
    """There is no seat left."""

    code = "chain.members_full"
    sentence = "The consortium has {limit} seats and no more."


class VoterUnknown(ChainRefused):
    """The caller votes for nobody."""

    code = "chain.voter_unknown"
    sentence = "{voter} votes for no member of the consortium."


class VoterTaken(ChainRefused):
    """The address votes for a member already."""

    code = "chain.voter_taken"
    sentence = "{voter} votes for another member already."


class RuleOutOfBounds(ChainRefused):
    """A rule below a majority, or with impossible periods."""

    code = "chain.rule_out_of_bounds"
    sentence = "This rule is out of bounds: a quorum of half and a true majority are the least."


class ContractUnknown(ChainRefused):
    """The contract to be replaced is none of the consortium's."""

    code = "chain.contract_unknown"
    sentence = "{current} is none of the consortium's contracts."


class ContractReplaced(ChainRefused):
    """The contract was replaced; changes go to its successor."""

    code = "chain.contract_replaced"
    sentence = "This contract was replaced by {successor} and takes no change any more."


class SuccessorInvalid(ChainRefused):
    """Whoever is to take a contract's place is no contract, or itself."""

    code = "chain.successor_invalid"
    sentence = "{successor} cannot take the contract's place."


class GovernanceOnly(ChainRefused):
    """Only a decision of the consortium can do this."""

    code = "chain.governance_only"
    sentence = "{caller} cannot do this; it takes a proposal that the members pass."


class GovernorOnly(ChainRefused):
    """A reserved change was tried outside a decision."""

    code = "chain.governor_only"
    sentence = "{caller} cannot make this change; it takes a proposal that the members pass."


class GovernorMissing(ChainRefused):
    """A registry was given no contract to obey."""

    code = "chain.governor_missing"
    sentence = "{governor} holds no contract that a registry could obey."


class ReasonMissing(ChainRefused):
    """A proposal names no reason."""

    code = "chain.reason_missing"
    sentence = "A proposal needs a reason."


class ScopeBeyondPower(ChainRefused):
    """A proposer asks for a region that is not its own."""

    code = "chain.scope_beyond_power"
    sentence = "Member {proposer} may propose for region {power}, not for region {region}."


class ProposalEmpty(ChainRefused):
    """A proposal holds no action."""

    code = "chain.proposal_empty"
    sentence = "A proposal needs an action."


class ProposalTooLong(ChainRefused):
    """A proposal holds too many actions."""

    code = "chain.proposal_too_long"
    sentence = "A proposal has {limit} actions at most, not {count}."


class ProposalUnknown(ChainRefused):
    """There is no such proposal."""

    code = "chain.proposal_unknown"
    sentence = "Proposal {number} does not exist."


class ProposalContentOther(ChainRefused):
    """The actions are not those that were voted on."""

    code = "chain.proposal_content_other"
    sentence = "These are not the actions of proposal {number}."


class ProposalUndecided(ChainRefused):
    """Voting goes on."""

    code = "chain.proposal_undecided"
    sentence = "Proposal {number} is undecided; voting ends at {votingEnds}."


class ProposalNotPassed(ChainRefused):
    """The members did not pass it."""

    code = "chain.proposal_not_passed"
    sentence = "Proposal {number} was not passed."


class ProposalTooEarly(ChainRefused):
    """The waiting time has not run out."""

    code = "chain.proposal_too_early"
    sentence = "Proposal {number} can be carried out from {executableAt} on."


class ProposalExpired(ChainRefused):
    """It was passed and not carried out in time."""

    code = "chain.proposal_expired"
    sentence = "Proposal {number} could be carried out until {expiredAt}; propose it anew."


class ProposalClosed(ChainRefused):
    """It was carried out or withdrawn."""

    code = "chain.proposal_closed"
    sentence = "Proposal {number} was carried out or withdrawn."


class ProposalNotYours(ChainRefused):
    """Another member withdraws a proposal."""

    code = "chain.proposal_not_yours"
    sentence = "Proposal {number} was not made by {member}."


class ProposalVotedOn(ChainRefused):
    """A proposal on which others voted is not withdrawn."""

    code = "chain.proposal_voted_on"
    sentence = "Others have voted on proposal {number}, so it cannot be withdrawn."


class ProposalRehearsed(ChainRefused):
    """A rehearsal went well; it always ends like this and changes nothing."""

    code = "chain.proposal_rehearsed"
    sentence = "This was a rehearsal: all actions would be carried out."


class ActionMalformed(ChainRefused):
    """An action's arguments do not decode."""

    code = "chain.action_malformed"
    sentence = "The arguments of action {index} are not those of its kind."


class ActionTargetEmpty(ChainRefused):
    """An action's contract does not stand."""

    code = "chain.action_target_empty"
    sentence = "Action {index} calls {target}, where no contract stands."


class ActionFailed(ChainRefused):
    """An action fails for a reason that the contracts do not name."""

    code = "chain.action_failed"
    sentence = "Action {index} of the proposal fails."
