"""Refusals of CheckpointRegistry and StatusRegistry, one class per custom error."""

from __future__ import annotations

from ledger.adapters.ethereum.refused import ChainRefused


class CheckpointNotNewer(ChainRefused):
    """A checkpoint is older than the log's head on chain."""

    code = "chain.checkpoint_not_newer"
    sentence = "The chain holds size {current} of this log; size {given} is not newer."


class CheckpointInconsistent(ChainRefused):
    """A checkpoint does not extend the log's head on chain: history was rewritten, or the
    proof is wrong."""

    code = "chain.checkpoint_inconsistent"
    sentence = "This checkpoint does not extend the one on chain, so the chain refuses it."


class CheckpointAnchorOnly(ChainRefused):
    """Another key than the log's anchoring key published."""

    code = "chain.checkpoint_anchor_only"
    sentence = "Only {anchor} may publish checkpoints of this log, not {caller}."


class CheckpointUnknown(ChainRefused):
    """A log was to be frozen at a size that was never published."""

    code = "chain.checkpoint_unknown"
    sentence = "Size {size} of log {logId} was never published."


class LogUnknown(ChainRefused):
    """No such log was opened on chain."""

    code = "chain.log_unknown"
    sentence = "Log {logId} was not opened on chain."


class LogIsFrozen(ChainRefused):
    """The log was ended by a vote; its successor goes on."""

    code = "chain.log_frozen"
    sentence = "Log {logId} is frozen and takes no more checkpoints."


class LogAlreadyOpen(ChainRefused):
    """The log stands on chain already."""

    code = "chain.log_already_open"
    sentence = "Log {logId} was opened already."


class LogIdMissing(ChainRefused):
    """A log's id is zero."""

    code = "chain.log_id_missing"
    sentence = "A log needs an id that is not zero."


class LogAnchorMissing(ChainRefused):
    """A log's anchoring address is zero."""

    code = "chain.log_anchor_missing"
    sentence = "A log needs the address of its anchoring key."


class StatusVersionNotNewer(ChainRefused):
    """A status list's version is not newer than the one on chain."""

    code = "chain.status_version_not_newer"
    sentence = (
        "The chain holds version {current} of this status list; version {given} is not newer."
    )


class StatusPublisherOnly(ChainRefused):
    """Another key than the list's publisher published."""

    code = "chain.status_publisher_only"
    sentence = "Only {publisher} may publish this status list, not {caller}."


class StatusListUnknown(ChainRefused):
    """The status list was not assigned to an agency."""

    code = "chain.status_list_unknown"
    sentence = "Status list {listId} was not assigned to an agency."


class StatusListTaken(ChainRefused):
    """Another agency answers for the status list's licences."""

    code = "chain.status_list_taken"
    sentence = "Status list {listId} can only go to {agency}."


class StatusListIdMissing(ChainRefused):
    """A status list's id is zero."""

    code = "chain.status_list_id_missing"
    sentence = "A status list needs an id that is not zero."


class StatusPublisherMissing(ChainRefused):
    """A publisher's address is zero."""

    code = "chain.status_publisher_missing"
    sentence = "A status list needs the address of its publisher."


class StatusAgencyUnknown(ChainRefused):
    """A status list's agency was never admitted."""

    code = "chain.status_agency_unknown"
    sentence = "Agency {agency} was not admitted, so it can have no status list."


class StatusDigestMissing(ChainRefused):
    """A status list's digest is zero."""

    code = "chain.status_digest_missing"
    sentence = "A status list needs its digest."


class StatusValidityTooLong(ChainRefused):
    """A status list would serve for longer than half a year."""

    code = "chain.status_validity_too_long"
    sentence = "A status list serves until {latest} at most, not until {validUntil}."


class StatusValidityPast(ChainRefused):
    """A status list would be out of date as it is published."""

    code = "chain.status_validity_past"
    sentence = "The status list is valid until {validUntil}, and the block's time is {blockTime}."


class StatusVersionTooLarge(ChainRefused):
    """A version beyond the next one of its list."""

    code = "chain.status_version_too_large"
    sentence = "Version {version} is beyond the next one of this status list."


class LogSuccessorNotEmpty(ChainRefused):
    """The log that is to go on holds heads of its own."""

    code = "chain.log_successor_not_empty"
    sentence = "Log {successor} has heads of its own and cannot continue another one."


class LogSuccessorTaken(ChainRefused):
    """The log continues another one already."""

    code = "chain.log_successor_taken"
    sentence = "Log {successor} continues another log already."


class LogAttestersInvalid(ChainRefused):
    """A number of attesters, or of signatures, that cannot be."""

    code = "chain.log_attesters_invalid"
    sentence = "Of {count} attesters, {threshold} cannot be asked to sign."


class LogAttesterInvalid(ChainRefused):
    """An attester is no address, named twice, or the anchoring key itself."""

    code = "chain.log_attester_invalid"
    sentence = "{attester} cannot attest this log."


class CheckpointAttestersCount(ChainRefused):
    """A checkpoint comes with too few or too many signatures."""

    code = "chain.checkpoint_attesters_count"
    sentence = "A checkpoint of this log needs {needed} attesters' signatures, not {given}."


class CheckpointSignatureInvalid(ChainRefused):
    """A signature that is none."""

    code = "chain.checkpoint_signature_invalid"
    sentence = "Signature {index} of the checkpoint is malformed."


class CheckpointAttesterUnknown(ChainRefused):
    """Somebody else than an attester signed, or signed something else."""

    code = "chain.checkpoint_attester_unknown"
    sentence = "{attester} does not attest this log, or signed another head."


class CheckpointAttestersUnsorted(ChainRefused):
    """Signatures out of order, or one attester twice."""

    code = "chain.checkpoint_attesters_unsorted"
    sentence = "Attesters sign once each, in ascending order of their addresses."
