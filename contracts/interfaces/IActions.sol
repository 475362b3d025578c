// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What can be decided, and what a decision needs
/// @notice An action is one call of one function of the consortium's contracts, and nothing else.
/// Its gravity says by which rule it is decided.
/// @dev Times are Unix seconds. Shares are basis points: 10,000 is all.
interface IActions {
    /// @notice What an action does: each kind is one function of one contract.
    enum Kind {
        Admit,
        Rename,
        AddKey,
        EndKey,
        RotateKey,
        CompromiseKey,
        AddScope,
        EndScope,
        GrantBasis,
        EndBasis,
        Suspend,
        Reinstate,
        Expel,
        Dissolve,
        TransferDuty,
        OpenLog,
        ChangeAnchor,
        SetAttesters,
        FreezeLog,
        AssignStatusList,
        SetMember,
        ReplaceContract,
        SetRule
    }

    /// @notice How much an action weighs: each gravity has a rule of its own.
    enum Gravity {
        Ordinary,
        Grave,
        Constitutional
    }

    /// @notice What a decision of one gravity needs.
    /// @param quorum Share of the whole weight that must have voted, abstentions included.
    /// @param pass Share of yes among yes and no that must be reached.
    /// @param votingPeriod Seconds for which votes are taken.
    /// @param delay Seconds between the decision and the earliest execution.
    struct Rule {
        uint16 quorum;
        uint16 pass;
        uint32 votingPeriod;
        uint32 delay;
    }

    /// @notice One change.
    /// @param kind Which function is called.
    /// @param data Its arguments, ABI-encoded, without the selector.
    struct Action {
        Kind kind;
        bytes data;
    }

    /// @notice A rule was set.
    /// @param gravity Gravity of the decisions that it is for.
    /// @param rule What they need.
    event RuleChanged(Gravity indexed gravity, Rule rule);

    /// @notice Thrown when a rule lies outside its bounds.
    /// @param gravity Gravity that it is for.
    /// @param rule The rule given.
    error RuleOutOfBounds(Gravity gravity, Rule rule);

    /// @notice Thrown when an entitlement is proposed whose region lies outside the proposer's.
    /// @param proposer Identifier of the member.
    /// @param power Region of the proposer.
    /// @param region Region of the entitlement.
    error ScopeBeyondPower(bytes32 proposer, uint32 power, uint32 region);

    /// @notice Thrown when an action's arguments cannot be read.
    /// @param index Position of the action in the proposal.
    error ActionMalformed(uint256 index);

    /// @notice Thrown when an action would call an address without a contract.
    /// @param index Position of the action in the proposal.
    /// @param target The address.
    error ActionTargetEmpty(uint256 index, address target);

    /// @notice Thrown when an action fails; none of the proposal's actions then takes effect.
    /// @param index Position of the action in the proposal.
    /// @param reason Error data returned by the called contract.
    error ActionFailed(uint256 index, bytes reason);

    /// @notice Thrown at the end of a rehearsal in which every action succeeded.
    error ProposalRehearsed();

    /// @notice Carries actions out and always reverts, with `ProposalRehearsed` when all succeeded:
    /// a dry run for a call.
    /// @param actions The actions.
    function rehearse(Action[] calldata actions) external;

    /// @notice Sets the rule for decisions of one gravity; only by vote. Open votes keep theirs.
    /// @param gravity The gravity.
    /// @param rule What they need.
    function setRule(Gravity gravity, Rule calldata rule) external;

    /// @notice Rule for decisions of one gravity.
    /// @param gravity The gravity.
    /// @return What they need.
    function ruleOf(Gravity gravity) external view returns (Rule memory);

    /// @notice Function behind a kind of action.
    /// @param kind The kind.
    /// @return target Contract that is called, as of now.
    /// @return selector Function that is called.
    /// @return gravity Gravity of the action.
    function routeOf(Kind kind)
        external
        view
        returns (address target, bytes4 selector, Gravity gravity);
}
