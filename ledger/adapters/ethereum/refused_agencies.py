"""Refusals of AgencyRegistry, one class per custom error."""

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


class AgencyLegalCodeInvalid(ChainRefused):
    """A legal code that has another form than a credit code's."""

    code = "chain.agency_legal_code_invalid"
    sentence = "Legal code {legalCode} has another form: 18 digits and capital letters, or none."


class AgencyKindMissing(ChainRefused):
    """An agency is neither a government body nor a social user."""

    code = "chain.agency_kind_missing"
    sentence = "An agency is a government body or a social user."


class AgencyDissolved(ChainRefused):
    """The agency was dissolved or expelled and takes no change."""

    code = "chain.agency_dissolved"
    sentence = "Agency {agency} ended at {endedAt}; nothing about it can be changed."


class AgencySocial(ChainRefused):
    """A social user is given what only government bodies have."""

    code = "chain.agency_social"
    sentence = "Agency {agency} is no government body; it reads on the holder's consent alone."


class AgencyNotSuspended(ChainRefused):
    """An agency that is not suspended is to be reinstated."""

    code = "chain.agency_not_suspended"
    sentence = "Agency {agency} is not suspended."


class AgencySuccessorInvalid(ChainRefused):
    """A successor that is unknown, ended, or the agency itself."""

    code = "chain.agency_successor_invalid"
    sentence = "Agency {successor} cannot take over an agency's duties."


class AgencyDutyTooLong(ChainRefused):
    """Duties were passed on more often than can be followed."""

    code = "chain.agency_duty_too_long"
    sentence = "The duties of {agency} passed on more than {limit} times and cannot be followed."


class AgencyBasisUnknown(ChainRefused):
    """A sort of basis that is none."""

    code = "chain.agency_basis_unknown"
    sentence = "There is no sort {sort} of basis."


class AgencyKeyUnknown(ChainRefused):
    """The agency has no such key."""

    code = "chain.agency_key_unknown"
    sentence = "Agency {agency} has no key {keyId}."


class AgencyKeyUnsafe(ChainRefused):
    """A compromised key is not used again."""

    code = "chain.agency_key_unsafe"
    sentence = "Key {keyId} is compromised since {compromisedAt}; take a new one."


class AgencyCompromiseFuture(ChainRefused):
    """A compromise is recorded for a time to come."""

    code = "chain.agency_compromise_future"
    sentence = "A compromise cannot lie in the future: {given} is after the block's {blockTime}."


class AgencyCompromiseTooEarly(ChainRefused):
    """A compromise before the key counted at all."""

    code = "chain.agency_compromise_too_early"
    sentence = "The key counts from {first} on; {given} is earlier."


class AgencyCompromiseNotEarlier(ChainRefused):
    """A recorded compromise is only ever moved to an earlier time."""

    code = "chain.agency_compromise_not_earlier"
    sentence = "The key is compromised since {current} already; {given} is not earlier."


class AgencyPeriodOverlaps(ChainRefused):
    """A period begins before the last one of its list ends."""

    code = "chain.agency_period_overlaps"
    sentence = "Row {row} runs until {endsAt}; a new one cannot begin at {given}."
