"""HTTP status of everything by which the contracts refuse: one row a code.

What a caller proposes, votes or signs is answered as its own affair; what the platform itself
writes (heads, status lists) as another server's refusal.
"""

from __future__ import annotations

from collections.abc import Mapping

_FORBIDDEN = """
    agency_social governance_only governor_only member_not_admitted member_social
    proposal_not_yours scope_beyond_power
"""
_CONFLICT = """
    agency_already_admitted agency_compromise_not_earlier agency_dissolved
    agency_duty_too_long agency_end_not_earlier agency_key_held agency_key_unsafe
    agency_not_suspended agency_period_overlaps agency_rows_full ballot_expired
    contract_replaced emergency_needless emergency_running emergency_self emergency_spent
    log_already_open log_successor_not_empty log_successor_taken member_ended
    member_suspended member_too_new members_full members_too_few proposal_closed
    proposal_content_other proposal_expired proposal_not_passed proposal_too_early
    proposal_undecided proposal_voted_on status_list_taken voted_already voter_taken
    voting_closed
"""
_UNPROCESSABLE = """
    action_failed action_malformed action_target_empty agency_basis_unknown
    agency_compromise_future agency_compromise_too_early agency_id_missing
    agency_key_unknown agency_kind_missing agency_legal_code_invalid agency_name_length
    agency_period_empty agency_row_unknown agency_successor_invalid agency_time_past
    agency_unknown ballot_signature_invalid checkpoint_unknown choice_invalid
    contract_unknown governor_missing log_anchor_missing log_attester_invalid
    log_attesters_invalid log_id_missing member_invalid member_unknown proposal_empty
    proposal_too_long proposal_unknown reason_missing rule_out_of_bounds
    status_agency_unknown status_list_id_missing status_publisher_missing successor_invalid
    voter_unknown
"""
_OURS = """
    checkpoint_anchor_only checkpoint_attester_unknown checkpoint_attesters_count
    checkpoint_attesters_unsorted checkpoint_inconsistent checkpoint_not_newer
    checkpoint_signature_invalid log_frozen log_unknown proposal_rehearsed
    status_digest_missing status_list_unknown status_publisher_only status_validity_past
    status_validity_too_long status_version_not_newer status_version_too_large
"""
CHAIN_STATUSES: Mapping[str, int] = {
    f"chain.{name}": status
    for status, names in (
        (403, _FORBIDDEN),
        (409, _CONFLICT),
        (422, _UNPROCESSABLE),
        (502, _OURS),
    )
    for name in names.split()
}
"""By code."""
