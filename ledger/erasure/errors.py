"""What stands in the way of an erasure, and who may not decide it.

ErasureRefused              erasure.refused
├── StillInForce            erasure.in_force        end the licence first
├── RetentionRuns           erasure.retention       ``until``: the first day without
├── UnderDispute            erasure.disputed
├── CaseOpen                erasure.case_open       an open case relies on it
├── CascadeDue              erasure.cascade_due     its cases are being gone through
├── FlagOpen                erasure.flag_open       a flag about it waits for an answer
├── AssistanceOpen          erasure.assistance_open
├── ConsentRuns             erasure.consent_runs
├── BasisRuns               erasure.basis_runs      another basis than consent
├── ArchiveFirst            erasure.archive_first   the archive agency approves first
├── NotSecond               erasure.not_second      this agency has no second voice
└── SamePerson              erasure.same_person     two agencies, two officers
"""

from __future__ import annotations

from ledger.errors import Conflict, Refused


class ErasureRefused(Refused):
    """Root of the refusals below; also the code of a refusal on grounds of the agency's own."""

    code = "erasure.refused"


class StillInForce(ErasureRefused):
    """A licence in force is not erased."""

    code = "erasure.in_force"


class RetentionRuns(ErasureRefused):
    """Archives law keeps it still; ``until`` is the first day on which it may go."""

    code = "erasure.retention"


class UnderDispute(ErasureRefused):
    """A dispute about it is open."""

    code = "erasure.disputed"


class CaseOpen(ErasureRefused):
    """A case that relies on it is open."""

    code = "erasure.case_open"


class CascadeDue(ErasureRefused):
    """It ended or changed, and the cases that relied on it have not all been found yet."""

    code = "erasure.cascade_due"


class FlagOpen(ErasureRefused):
    """A case that relied on it was flagged, and the flag is unanswered."""

    code = "erasure.flag_open"


class AssistanceOpen(ErasureRefused):
    """Another agency was asked in a case that relies on it, and has not answered."""

    code = "erasure.assistance_open"


class ConsentRuns(ErasureRefused):
    """A consent to read it has uses left; withdraw it first."""

    code = "erasure.consent_runs"


class BasisRuns(ErasureRefused):
    """It may still be read on a basis other than consent."""

    code = "erasure.basis_runs"


class ArchiveFirst(ErasureRefused):
    """The archive agency gives the first approval."""

    code = "erasure.archive_first"


class NotSecond(ErasureRefused):
    """The second approval is the operator's or the supervising agency's."""

    code = "erasure.not_second"


class SamePerson(ErasureRefused):
    """Both approvals would come from one agency or one officer."""

    code = "erasure.same_person"


class ErasureOpen(Conflict):
    """The erasure of this object was asked for before."""

    code = "erasure.open"


class ErasureClosed(Conflict):
    """It was refused or carried out; ``state`` says which."""

    code = "erasure.closed"
