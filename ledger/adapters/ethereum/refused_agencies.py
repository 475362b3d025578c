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
