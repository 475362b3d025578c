"""Refusals of votes and emergency suspensions, one class per custom error of Governance."""

from __future__ import annotations

from ledger.adapters.ethereum.refused import ChainRefused


class VotingClosed(ChainRefused):
    """Voting has ended."""

    code = "chain.voting_closed"
    sentence = "Voting on proposal {number} ended at {closedAt}."


class VotedAlready(ChainRefused):
    """A member votes twice."""

    code = "chain.voted_already"
    sentence = "Member {member} has voted on proposal {number} already; a vote is not changed."


class ChoiceInvalid(ChainRefused):
    """A vote is neither yes nor no nor an abstention."""

    code = "chain.choice_invalid"
    sentence = "A vote is yes, no or an abstention."


class BallotExpired(ChainRefused):
    """A signed ballot came too late."""

    code = "chain.ballot_expired"
    sentence = "Member {member}'s ballot held until {deadline}; let it be signed anew."


class BallotSignatureInvalid(ChainRefused):
    """A ballot was not signed by its member's voter for this proposal."""

    code = "chain.ballot_signature_invalid"
    sentence = "Member {member}'s ballot was not signed by its voter for this proposal."


class EmergencySelf(ChainRefused):
    """A member suspends itself."""

    code = "chain.emergency_self"
    sentence = "Member {member} cannot suspend itself."


class EmergencySpent(ChainRefused):
    """The agency was suspended in an emergency a short while ago."""

    code = "chain.emergency_spent"
    sentence = "Agency {agency} was suspended in an emergency; the next one from {availableFrom}."


class EmergencyRunning(ChainRefused):
    """A member's last emergency suspension still runs."""

    code = "chain.emergency_running"
    sentence = "Member {member} holds {target} suspended; one emergency suspension at a time."


class EmergencyNeedless(ChainRefused):
    """The agency is suspended anyway."""

    code = "chain.emergency_needless"
    sentence = "Agency {agency} is suspended already."
