// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyHistory} from "./IAgencyHistory.sol";

/// @title Who answers for the licences of agencies that ended or handed them on
/// @notice Names, for any moment, the one body that answers for a licence and may change its
/// status.
interface IAgencyDuties is IAgencyHistory {
    /// @notice Who answers for an agency's licences from a moment on.
    /// @param to The agency that answers.
    /// @param since Block time from which on it does.
    /// @param sequence Position among all such rows of the registry, from 1.
    struct Duty {
        bytes32 to;
        uint40 since;
        uint40 sequence;
    }

    /// @notice Another agency answers for an agency's licences from now on.
    /// @param agency Identifier of the agency.
    /// @param licenceType Identifier of the licence type; 0 is every type.
    /// @param to The agency that answers.
    /// @param sequence Position among all such rows of the registry, from 1.
    event AgencyDutyTransferred(
        bytes32 indexed agency, bytes32 indexed licenceType, bytes32 indexed to, uint40 sequence
    );

    /// @notice Thrown when the agency that is to take over was never admitted, ended, or is the one
    /// that hands over.
    /// @param successor Identifier given.
    error AgencySuccessorInvalid(bytes32 successor);

    /// @notice Thrown when the duty for licences went through too many hands to be followed.
    /// @param agency Identifier of the agency.
    /// @param limit Hands that are followed.
    error AgencyDutyTooLong(bytes32 agency, uint256 limit);

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
