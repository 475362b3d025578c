// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Which agency may issue what where, with which keys, and who answers for it, at any time
/// @notice Answers, for any moment, whether an agency was entitled to issue a kind of licence in
/// a region, whether a signing key was the agency's, on which basis it might ask for papers, and
/// which body answers for its licences. Answers about the past never change: rows are only
/// added, begin now or later, and are only ever ended, now or later. The one exception is a key
/// that fell into wrong hands: it stops counting from when it did.
/// @dev Times are Unix seconds. A period covers its first second and not its end. The periods of
/// one list ascend and never overlap. Agency, item, kind and licence-type ids are ASCII, padded
/// with zeros on the right. Regions are six-digit codes of GB/T 2260; 0 in an entitlement means
/// anywhere. Matching is exact: a province's row does not cover its districts.
interface IAgencyRegistry {
    /// @notice Who uses the shared licences: a body of government, or another one that is only told
    /// what it may know.
    enum UserKind {
        None,
        Government,
        Social
    }

    /// @notice How an agency ended.
    enum Ending {
        None,
        Dissolved,
        Expelled
    }

    /// @notice An agency as it is now.
    /// @param legalCode Unified social credit code, 18 ASCII characters; 0 when it has none.
    /// @param region Region in which it has its seat; 0 when it has none.
    /// @param kind Government or social user.
    /// @param admittedAt Block time of its admission; 0 when it is unknown.
    /// @param endedAt Block time of its end; 0 while it is active.
    /// @param ending How it ended.
    /// @param successor Agency that took over when it was dissolved; 0 when none did.
    /// @param name Official name, UTF-8, as of now.
    struct Agency {
        bytes32 legalCode;
        uint32 region;
        UserKind kind;
        uint40 admittedAt;
        uint40 endedAt;
        Ending ending;
        bytes32 successor;
        string name;
    }

    /// @notice Name of an agency from a moment on.
    /// @param since Block time from which on it bears the name.
    /// @param name Official name, UTF-8.
    struct Name {
        uint40 since;
        string name;
    }

    /// @notice Period of a row, with the times at which the registry learnt of it.
    /// @param validFrom First second of the period.
    /// @param validTo Planned end; 0 when open.
    /// @param recordedAt Block time at which the row was added.
    /// @param endedAt End set afterwards, earlier than the planned one; 0 when none.
    /// @param endRecordedAt Block time at which that end was last set; 0 when none.
    struct Period {
        uint40 validFrom;
        uint40 validTo;
        uint40 recordedAt;
        uint40 endedAt;
        uint40 endRecordedAt;
    }

    /// @notice Period in which a key counts, with a certificate.
    /// @param certificate SHA-256 of the certificate in DER.
    /// @param period When the key counts.
    struct KeyRow {
        bytes32 certificate;
        Period period;
    }

    /// @notice What a list of entitlements is about.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where they hold; 0 is anywhere.
    struct ScopeKey {
        bytes32 licenceType;
        uint32 region;
    }

    /// @notice What a list of bases is about.
    /// @param item Identifier of the item, the matter that the agency handles.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    struct BasisKey {
        bytes32 item;
        bytes32 kind;
        uint8 sort;
    }

    /// @notice Who answers for an agency's licences from a moment on.
    /// @param to The agency that answers.
    /// @param since Block time from which on it does.
    /// @param sequence Position among all such rows of the registry, from 1.
    struct Duty {
        bytes32 to;
        uint40 since;
        uint40 sequence;
    }

    /// @notice An agency was admitted.
    /// @param agency Identifier of the agency.
    /// @param region Region in which it has its seat.
    /// @param kind Government or social user.
    /// @param legalCode Unified social credit code; 0 when it has none.
    /// @param name Official name.
    event AgencyAdmitted(
        bytes32 indexed agency, uint32 indexed region, UserKind kind, bytes32 legalCode, string name
    );

    /// @notice An agency bears another name.
    /// @param agency Identifier of the agency.
    /// @param name Official name from now on.
    event AgencyRenamed(bytes32 indexed agency, string name);

    /// @notice A key was recorded for an agency.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position of the new row among the rows of the key.
    /// @param certificate SHA-256 of the certificate in DER.
    /// @param validFrom First second at which the key counts.
    /// @param validTo Planned end; 0 when open.
    event AgencyKeyAdded(
        bytes32 indexed agency,
        bytes32 indexed keyId,
        uint256 row,
        bytes32 certificate,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of a key was set.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position of the row among the rows of the key.
    /// @param endedAt Second from which on the key no longer counts.
    event AgencyKeyEnded(
        bytes32 indexed agency, bytes32 indexed keyId, uint256 row, uint40 endedAt
    );

    /// @notice A key was found to be in wrong hands.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param compromisedAt Second from which on the key no longer counts.
    event AgencyKeyCompromised(bytes32 indexed agency, bytes32 indexed keyId, uint40 compromisedAt);

    /// @notice An agency was entitled to issue a licence type.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param row Position of the new row in its list.
    /// @param validFrom First second of the entitlement.
    /// @param validTo Planned end; 0 when open.
    event AgencyScopeAdded(
        bytes32 indexed agency,
        bytes32 indexed licenceType,
        uint32 indexed region,
        uint256 row,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of an entitlement was set.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param row Position of the row in its list.
    /// @param endedAt Second from which on the entitlement no longer holds.
    event AgencyScopeEnded(
        bytes32 indexed agency,
        bytes32 indexed licenceType,
        uint32 indexed region,
        uint256 row,
        uint40 endedAt
    );

    /// @notice An agency was granted a basis on which to ask for papers.
    /// @param agency Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param row Position of the new row in its list.
    /// @param validFrom First second of the grant.
    /// @param validTo Planned end; 0 when open.
    event AgencyBasisGranted(
        bytes32 indexed agency,
        bytes32 indexed item,
        bytes32 indexed kind,
        uint8 sort,
        uint256 row,
        uint40 validFrom,
        uint40 validTo
    );

    /// @notice The end of a basis was set.
    /// @param agency Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param row Position of the row in its list.
    /// @param endedAt Second from which on the grant no longer holds.
    event AgencyBasisEnded(
        bytes32 indexed agency,
        bytes32 indexed item,
        bytes32 indexed kind,
        uint8 sort,
        uint256 row,
        uint40 endedAt
    );

    /// @notice An agency was suspended from now on.
    /// @param agency Identifier of the agency.
    /// @param row Position of the new row among the agency's suspensions.
    /// @param until Second from which on it is active again; 0 when it is to be reinstated.
    event AgencySuspended(bytes32 indexed agency, uint256 row, uint40 until);

    /// @notice A suspension was ended before its time.
    /// @param agency Identifier of the agency.
    event AgencyReinstated(bytes32 indexed agency);

    /// @notice An agency was dissolved or expelled.
    /// @param agency Identifier of the agency.
    /// @param ending How it ended.
    /// @param successor Agency that takes over; 0 when none does.
    event AgencyEnded(bytes32 indexed agency, Ending ending, bytes32 indexed successor);

    /// @notice Another agency answers for an agency's licences from now on.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type; 0 is every type.
    /// @param to The agency that answers.
    /// @param sequence Position among all such rows of the registry, from 1.
    event AgencyDutyTransferred(
        bytes32 indexed agency, bytes32 indexed licenceType, bytes32 indexed to, uint40 sequence
    );

    /// @notice Thrown when an identifier of an agency, a key, a certificate, a licence type, an
    /// item or a kind of paper is zero.
    error AgencyIdMissing();

    /// @notice Thrown when an agency's name is empty or too long.
    /// @param length Bytes given.
    /// @param limit Bytes allowed.
    error AgencyNameLength(uint256 length, uint256 limit);

    /// @notice Thrown when a legal code is not 18 digits and capital letters with zeros after them.
    /// @param legalCode What was given.
    error AgencyLegalCodeInvalid(bytes32 legalCode);

    /// @notice Thrown when it is not said whether an agency is a government or a social user.
    error AgencyKindMissing();

    /// @notice Thrown when an agency to be admitted already is.
    /// @param agency Identifier of the agency.
    error AgencyAlreadyAdmitted(bytes32 agency);

    /// @notice Thrown when an agency was never admitted.
    /// @param agency Identifier given.
    error AgencyUnknown(bytes32 agency);

    /// @notice Thrown when an agency that was dissolved or expelled is to be changed.
    /// @param agency Identifier of the agency.
    /// @param endedAt Unix seconds at which it ended.
    error AgencyDissolved(bytes32 agency, uint40 endedAt);

    /// @notice Thrown when a social user is to get a basis: it is only told what it may know.
    /// @param agency Identifier of the agency.
    error AgencySocial(bytes32 agency);

    /// @notice Thrown when an agency that is not suspended is to be reinstated.
    /// @param agency Identifier of the agency.
    error AgencyNotSuspended(bytes32 agency);

    /// @notice Thrown when the agency that is to take over was never admitted, ended, or is the one
    /// that hands over.
    /// @param successor Identifier given.
    error AgencySuccessorInvalid(bytes32 successor);

    /// @notice Thrown when the duty for licences went through too many hands to be followed.
    /// @param agency Identifier of the agency.
    /// @param limit Hands that are followed.
    error AgencyDutyTooLong(bytes32 agency, uint256 limit);

    /// @notice Thrown when there is no such sort of basis.
    /// @param sort What was given.
    error AgencyBasisUnknown(uint8 sort);

    /// @notice Thrown when a key is recorded for a second agency.
    /// @param keyId Identifier of the key.
    /// @param holder Agency that has or had the key.
    error AgencyKeyHeld(bytes32 keyId, bytes32 holder);

    /// @notice Thrown when a key was never the agency's.
    /// @param agency Identifier of the agency.
    /// @param keyId Identifier given.
    error AgencyKeyUnknown(bytes32 agency, bytes32 keyId);

    /// @notice Thrown when a key in wrong hands is recorded again.
    /// @param keyId Identifier of the key.
    /// @param compromisedAt Second from which on it no longer counts.
    error AgencyKeyUnsafe(bytes32 keyId, uint40 compromisedAt);

    /// @notice Thrown when a key would fall into wrong hands later than now.
    /// @param given Time given.
    /// @param blockTime Time of the block.
    error AgencyCompromiseFuture(uint40 given, uint40 blockTime);

    /// @notice Thrown when a key would have fallen into wrong hands before it ever counted.
    /// @param first First second at which the key counted.
    /// @param given Time given.
    error AgencyCompromiseTooEarly(uint40 first, uint40 given);

    /// @notice Thrown when a compromise would be recorded as later than, or as early as, it already
    /// is.
    /// @param current Time on record.
    /// @param given Time given.
    error AgencyCompromiseNotEarlier(uint40 current, uint40 given);

    /// @notice Thrown when a period would begin, or be ended, in the past.
    /// @param given Time given.
    /// @param blockTime Time of the block.
    error AgencyTimePast(uint40 given, uint40 blockTime);

    /// @notice Thrown when a period would end before or as it begins.
    /// @param validFrom Beginning given.
    /// @param validTo End given.
    error AgencyPeriodEmpty(uint40 validFrom, uint40 validTo);

    /// @notice Thrown when a period would begin before the last one of its list is over.
    /// @param row Position of that row.
    /// @param endsAt Its end; the largest time when open.
    /// @param given Beginning given.
    error AgencyPeriodOverlaps(uint256 row, uint40 endsAt, uint40 given);

    /// @notice Thrown when a new end is not earlier than the present one.
    /// @param current Present end.
    /// @param given End given.
    error AgencyEndNotEarlier(uint40 current, uint40 given);

    /// @notice Thrown when there is no such row.
    /// @param row Position given.
    /// @param count Number of rows.
    error AgencyRowUnknown(uint256 row, uint256 count);

    /// @notice Thrown when a list can take no further row.
    /// @param limit Rows that a list can hold.
    error AgencyRowsFull(uint256 limit);

    /// @notice Admits an agency; only by vote.
    /// @param id Identifier of the agency.
    /// @param name Official name, UTF-8, 1 to 256 bytes.
    /// @param region Region in which it has its seat; 0 when it has none.
    /// @param legalCode Unified social credit code, 18 ASCII characters; 0 when it has none.
    /// @param kind Government or social user.
    function admit(
        bytes32 id,
        string calldata name,
        uint32 region,
        bytes32 legalCode,
        UserKind kind
    ) external;

    /// @notice Gives an agency another name from now on; only by vote.
    /// @param id Identifier of the agency.
    /// @param name Official name, UTF-8, 1 to 256 bytes.
    function rename(bytes32 id, string calldata name) external;

    /// @notice Records a key of an agency; only by vote.
    /// @param id Identifier of the agency.
    /// @param keyId SHA-256 of the public key's SubjectPublicKeyInfo in DER.
    /// @param certificate SHA-256 of the certificate in DER.
    /// @param validFrom First second of it, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function addKey(
        bytes32 id,
        bytes32 keyId,
        bytes32 certificate,
        uint40 validFrom,
        uint40 validTo
    ) external;

    /// @notice Ends a key; only by vote.
    /// @param id Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param row Position among the rows of the key.
    /// @param endAt First second at which it no longer holds, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endKey(bytes32 id, bytes32 keyId, uint256 row, uint40 endAt) external;

    /// @notice Ends a key and records another one that counts from then on; only by vote.
    /// @param id Identifier of the agency.
    /// @param oldKeyId Identifier of the key to be ended.
    /// @param oldRow Position among the rows of that key.
    /// @param newKeyId Identifier of the key that follows; the same one with another certificate is
    /// allowed.
    /// @param certificate SHA-256 of its certificate in DER.
    /// @param time Second at which the one ends and the other begins, not before the block's; 0 is
    /// the block's.
    /// @param validTo Planned end of the key that follows; 0 when open.
    function rotateKey(
        bytes32 id,
        bytes32 oldKeyId,
        uint256 oldRow,
        bytes32 newKeyId,
        bytes32 certificate,
        uint40 time,
        uint40 validTo
    ) external;

    /// @notice Records since when a key has been in wrong hands; only by vote. The only change that
    /// may lie in the past, and that an agency which ended can still need.
    /// @param id Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param time Second from which on the key no longer counts, not after the block's, not before
    /// the key first counted, and earlier than what is on record; 0 is the block's.
    function compromiseKey(bytes32 id, bytes32 keyId, uint40 time) external;

    /// @notice Entitles an agency to issue a licence type; only by vote.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param validFrom First second of it, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function addScope(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint40 validFrom,
        uint40 validTo
    ) external;

    /// @notice Ends an entitlement; only by vote.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param row Position of the row in its list.
    /// @param endAt First second at which it no longer holds, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endScope(bytes32 id, bytes32 licenceType, uint32 region, uint256 row, uint40 endAt)
        external;

    /// @notice Grants an agency a basis on which to ask for papers; only by vote, and to no social
    /// user.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param validFrom First second of it, not before the block's; 0 is the block's.
    /// @param validTo Planned end; 0 when open.
    function grantBasis(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint40 validFrom,
        uint40 validTo
    ) external;

    /// @notice Ends a basis; only by vote.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param row Position of the row in its list.
    /// @param endAt First second at which it no longer holds, not before the block's; 0 is the
    /// block's. Must be earlier than the present end.
    function endBasis(bytes32 id, bytes32 item, bytes32 kind, uint8 sort, uint256 row, uint40 endAt)
        external;

    /// @notice Suspends an agency from now on; only by vote. A suspension that runs is ended and
    /// replaced.
    /// @param id Identifier of the agency.
    /// @param until Second from which on it is active again; 0 when it is to be reinstated.
    function suspend(bytes32 id, uint40 until) external;

    /// @notice Ends the suspension that runs; only by vote.
    /// @param id Identifier of the agency.
    function reinstate(bytes32 id) external;

    /// @notice Expels an agency; only by vote. Nothing leads back.
    /// @param id Identifier of the agency.
    function expel(bytes32 id) external;

    /// @notice Records that an agency ended; only by vote. Its successor answers for its licences.
    /// @param id Identifier of the agency.
    /// @param successor_ Agency that takes over; 0 when none does.
    function dissolve(bytes32 id, bytes32 successor_) external;

    /// @notice Lets another agency answer for licences that an agency issued or answers for; only
    /// by vote.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type; 0 is every type.
    /// @param to The agency that answers from now on.
    function transferDuty(bytes32 id, bytes32 licenceType, bytes32 to) external;

    /// @notice Whether an agency was entitled to issue a licence type in a region at a time. It was
    /// not while suspended nor after its end.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Region asked for; 0 asks for entitlement anywhere.
    /// @param time Time asked for.
    /// @return held Whether it was.
    /// @return scopeRegion Region of the row that says so; 0 is anywhere.
    /// @return row Position of that row in its list; 0 when none says so.
    function entitled(bytes32 id, bytes32 licenceType, uint32 region, uint40 time)
        external
        view
        returns (bool held, uint32 scopeRegion, uint256 row);

    /// @notice Whether a key counted as an agency's at a time, as known now. Suspension does not
    /// touch keys.
    /// @param id Identifier of the agency.
    /// @param keyId Identifier of the key.
    /// @param time Time asked for.
    /// @return Whether it did.
    function keyValid(bytes32 id, bytes32 keyId, uint40 time) external view returns (bool);

    /// @notice Whether an agency had a basis at a time. It had none while suspended nor after its
    /// end.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param time Time asked for.
    /// @return held Whether it had.
    /// @return row Position of the row that says so; 0 when none does.
    function basisGranted(bytes32 id, bytes32 item, bytes32 kind, uint8 sort, uint40 time)
        external
        view
        returns (bool held, uint256 row);

    /// @notice Whether an agency was suspended at a time.
    /// @param id Identifier of the agency.
    /// @param time Time asked for.
    /// @return Whether it was.
    function suspendedAt(bytes32 id, uint40 time) external view returns (bool);

    /// @notice Name that an agency bore at a time.
    /// @param id Identifier of the agency.
    /// @param time Time asked for.
    /// @return The name; empty before its admission.
    function nameAt(bytes32 id, uint40 time) external view returns (string memory);

    /// @notice Which agency answered, at a time, for the licences of one type that an agency had
    /// issued.
    /// @dev From the issuer follow, again and again, the earliest row of this type or of every type
    /// that is later in sequence than the last one followed.
    /// @param id Identifier of the agency that issued them.
    /// @param licenceType Identifier of the licence type; 0 asks for what was handed over for every
    /// type.
    /// @param time Time asked for.
    /// @return body The agency; 0 when the last one ended and nobody took over, or none was
    /// admitted.
    /// @return hops Hands that the duty went through.
    function responsible(bytes32 id, bytes32 licenceType, uint40 time)
        external
        view
        returns (bytes32 body, uint256 hops);

    /// @notice One agency as it is now.
    /// @param id Identifier of the agency.
    /// @return What is known of it; empty when it is unknown.
    function agency(bytes32 id) external view returns (Agency memory);

    /// @notice Identifiers of the agencies, in order of admission, one page of them.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return ids The identifiers.
    /// @return total Number of agencies.
    function agencies(uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total);

    /// @notice Names of an agency, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The names.
    /// @return total Number of names.
    function names(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (Name[] memory rows, uint256 total);

    /// @notice Keys that are or were an agency's, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return ids Their identifiers.
    /// @return total Number of the agency's keys.
    function keyIds(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (bytes32[] memory ids, uint256 total);

    /// @notice Rows of a key, one page of them.
    /// @param keyId Identifier of the key.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows of this key.
    function keyRows(bytes32 keyId, uint256 offset, uint256 limit)
        external
        view
        returns (KeyRow[] memory rows, uint256 total);

    /// @notice Whose a key is.
    /// @param keyId Identifier of the key.
    /// @return holder Agency that has or had it; 0 when none.
    /// @return compromisedAt Second from which on it was in wrong hands; 0 when it never was.
    function keyOf(bytes32 keyId) external view returns (bytes32 holder, uint40 compromisedAt);

    /// @notice What lists of entitlements an agency has, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return keys What they are about.
    /// @return total Number of lists.
    function scopes(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (ScopeKey[] memory keys, uint256 total);

    /// @notice Rows of one list of entitlements, one page of them.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type.
    /// @param region Where it holds; 0 is anywhere.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows in the list.
    function scopeRows(
        bytes32 id,
        bytes32 licenceType,
        uint32 region,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total);

    /// @notice What lists of bases an agency has, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return keys What they are about.
    /// @return total Number of lists.
    function bases(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (BasisKey[] memory keys, uint256 total);

    /// @notice Rows of one list of bases, one page of them.
    /// @param id Identifier of the agency.
    /// @param item Identifier of the item.
    /// @param kind Identifier of the kind of paper.
    /// @param sort 1 attended, 2 statutory, 3 assistance, 4 emergency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows in the list.
    function basisRows(
        bytes32 id,
        bytes32 item,
        bytes32 kind,
        uint8 sort,
        uint256 offset,
        uint256 limit
    ) external view returns (Period[] memory rows, uint256 total);

    /// @notice Suspensions of an agency, one page of them.
    /// @param id Identifier of the agency.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of suspensions.
    function suspensions(bytes32 id, uint256 offset, uint256 limit)
        external
        view
        returns (Period[] memory rows, uint256 total);

    /// @notice Rows by which an agency handed on its duty for one licence type, one page of them.
    /// @param id Identifier of the agency.
    /// @param licenceType Identifier of the licence type; 0 is what was handed on for every type.
    /// @param offset Position of the first one wanted.
    /// @param limit Most that are wanted.
    /// @return rows The rows.
    /// @return total Number of rows of this agency and type.
    function duties(bytes32 id, bytes32 licenceType, uint256 offset, uint256 limit)
        external
        view
        returns (Duty[] memory rows, uint256 total);
}
