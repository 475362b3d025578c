// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFoundingRule} from "./interfaces/IFoundingRule.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";

/// @title Two founding members confirm each change
/// @dev Founding members may be contracts, so that a later voting contract can take their places
/// by `replaceFounder` while the registries and their history stay where they are.
abstract contract FoundingRule is IFoundingRule, IGoverned {
    /// @notice Founding members that must agree to a change.
    uint256 public constant CONFIRMATIONS = 2;

    /// @notice Seconds for which a proposal can be confirmed.
    uint40 public constant PROPOSAL_LIFETIME = 30 days;

    address[] private _founders;
    mapping(address account => bool) private _seated;
    mapping(bytes32 id => Proposal) private _proposals;
    uint256 private _nextNonce;

    modifier onlyFounder() {
        if (!_seated[msg.sender]) revert FounderUnknown(msg.sender);
        _;
    }

    modifier onlyGovernor() {
        if (msg.sender != address(this)) revert GovernorOnly(msg.sender);
        _;
    }

    /// @param members Founding members, at least two, all different.
    constructor(address[] memory members) {
        if (members.length < CONFIRMATIONS) {
            revert FounderCountTooSmall(members.length, CONFIRMATIONS);
        }
        for (uint256 i = 0; i < members.length; i++) {
            _seat(members[i]);
            _founders.push(members[i]);
        }
    }

    /// @inheritdoc IFoundingRule
    function propose(Action[] calldata actions) external onlyFounder returns (bytes32 id) {
        if (actions.length == 0) revert ProposalEmpty();
        uint256 nonce = _nextNonce++;
        id = proposalId(nonce, actions);
        _proposals[id] = Proposal({
            proposer: msg.sender,
            expiresAt: uint40(block.timestamp) + PROPOSAL_LIFETIME,
            closed: false
        });
        emit ActionsProposed(id, msg.sender, nonce, actions);
    }

    /// @inheritdoc IFoundingRule
    function confirm(uint256 nonce, Action[] calldata actions) external onlyFounder {
        bytes32 id = proposalId(nonce, actions);
        Proposal storage open = _proposals[id];
        address proposer = open.proposer;
        if (proposer == address(0)) revert ProposalUnknown(id);
        if (open.closed || !_seated[proposer]) revert ProposalClosed(id);
        if (block.timestamp >= open.expiresAt) revert ProposalExpired(id, open.expiresAt);
        if (proposer == msg.sender) revert ProposalNeedsAnother(id, msg.sender);
        // Closed before the calls, so that no action can lead back into its own proposal.
        open.closed = true;
        for (uint256 i = 0; i < actions.length; i++) {
            _carryOut(i, actions[i]);
        }
        emit ActionsConfirmed(id, msg.sender);
    }

    /// @inheritdoc IFoundingRule
    function withdraw(bytes32 id) external onlyFounder {
        Proposal storage open = _proposals[id];
        if (open.proposer == address(0)) revert ProposalUnknown(id);
        if (open.proposer != msg.sender) revert ProposalNotYours(id, msg.sender);
        if (open.closed) revert ProposalClosed(id);
        open.closed = true;
        emit ActionsWithdrawn(id);
    }

    /// @inheritdoc IFoundingRule
    function replaceFounder(address leaving, address arriving) external onlyGovernor {
        if (!_seated[leaving]) revert FounderUnknown(leaving);
        _seat(arriving);
        _seated[leaving] = false;
        for (uint256 i = 0; i < _founders.length; i++) {
            if (_founders[i] == leaving) _founders[i] = arriving;
        }
        emit FounderUnseated(leaving);
    }

    /// @inheritdoc IFoundingRule
    function founders() external view returns (address[] memory) {
        return _founders;
    }

    /// @inheritdoc IFoundingRule
    function isFounder(address account) external view returns (bool) {
        return _seated[account];
    }

    /// @inheritdoc IFoundingRule
    function nextNonce() external view returns (uint256) {
        return _nextNonce;
    }

    /// @inheritdoc IFoundingRule
    function proposal(bytes32 id) external view returns (Proposal memory) {
        return _proposals[id];
    }

    /// @inheritdoc IGoverned
    function governor() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IFoundingRule
    function proposalId(uint256 nonce, Action[] calldata actions) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), nonce, actions));
    }

    /// @param founder Member to be seated.
    function _seat(address founder) private {
        if (founder == address(0) || founder == address(this) || _seated[founder]) {
            revert FounderInvalid(founder);
        }
        _seated[founder] = true;
        emit FounderSeated(founder);
    }

    /// @param index Position of the action in its proposal.
    /// @param action What is to be done.
    function _carryOut(uint256 index, Action calldata action) private {
        if (action.target.code.length == 0) revert ActionTargetEmpty(index, action.target);
        (bool done, bytes memory reason) = action.target.call(action.data);
        if (!done) revert ActionFailed(index, reason);
    }
}
