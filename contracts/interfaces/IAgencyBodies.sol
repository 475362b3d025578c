// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyHistory} from "./IAgencyHistory.sol";

/// @title Agencies: admission, names, suspension, end
/// @notice Who is, and was, part of the consortium's government or only told what it may know.
/// @dev Agency ids are ASCII, padded with zeros on the right. Regions are six-digit codes of GB/T
/// 2260; 0 is none.
interface IAgencyBodies is IAgencyHistory {
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

    /// @notice Thrown when an agency that is not suspended is to be reinstated.
    /// @param agency Identifier of the agency.
    error AgencyNotSuspended(bytes32 agency);

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

    /// @notice Suspends an agency from now on; only by vote. A suspension that runs is ended and
    /// replaced.
    /// @param id Identifier of the agency.
    /// @param until Second from which on it is active again; 0 when it is to be reinstated.
    function suspend(bytes32 id, uint40 until) external;

    /// @notice Ends the suspension that runs; only by vote.
    /// @param id Identifier of the agency.
    function reinstate(bytes32 id) external;

    /// @notice Expels an agency; only by vote. Nothing leads back: what it answers for must be
    /// handed on before.
    /// @param id Identifier of the agency.
    function expel(bytes32 id) external;

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
}
