// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governance} from "../Governance.sol";
import {StatusRegistry} from "../StatusRegistry.sol";
import {IActions} from "../interfaces/IActions.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {IPlaces} from "../interfaces/IPlaces.sol";
import {IProposals} from "../interfaces/IProposals.sol";
import {Consortium} from "../testing/Consortium.sol";
import {VM} from "../testing/Vm.sol";

/// @dev Every kind of action: whom it calls, how much it weighs, and that nobody else can.
contract ActionsTest is Consortium {
    bytes32 private constant FIRE = "fire";
    bytes32 private constant LOG = "log";
    bytes32 private constant LIST = "list";
    bytes32 private constant KEY = keccak256("a key");
    bytes32 private constant NEXT = keccak256("the next key");
    uint256 private constant KINDS = uint256(type(IActions.Kind).max) + 1;

    function setUp() external {
        consort();
        agree(admission(MARKET));
        agree(admission(HEALTH));
    }

    // --- routes ---

    function test_each_kind_has_its_contract_and_gravity() external view {
        string memory gravities = "OOOOOGOOOOGOGGGOGGGOCCC";
        for (uint256 i = 0; i < KINDS; i++) {
            (address target,, IActions.Gravity gravity) = governance.routeOf(IActions.Kind(i));
            address wanted = i < 15
                ? address(agencies)
                : i < 19 ? address(checkpoints) : i == 19 ? address(statuses) : governor;
            equal("contract", target, wanted);
            bytes1 letter = bytes("OGC")[uint256(gravity)];
            equal(VM.toString(i), bytes32(letter), bytes32(bytes(gravities)[i]));
        }
    }

    function test_each_kind_is_carried_out_by_vote() external {
        agree(admission(FIRE));
        uint256 last = uint256(IActions.Kind.SetMember);
        for (uint256 i = 1; i <= KINDS; i++) {
            // A sixth member comes last: the five are all until then.
            IActions.Kind kind = IActions.Kind((last + i) % KINDS);
            uint256 number = agree(one(kind, example(kind)));
            stageIs(number, IProposals.Stage.Executed);
        }
        equal("seated", governance.memberOf(STRANGER), MARKET);
    }

    function test_no_kind_is_open_to_anybody_else() external {
        address[] memory callers = others();
        for (uint256 i = 0; i < KINDS; i++) {
            IActions.Kind kind = IActions.Kind(i);
            (address target, bytes4 selector,) = governance.routeOf(kind);
            bytes4 only = target == governor
                ? IPlaces.GovernanceOnly.selector
                : IGoverned.GovernorOnly.selector;
            for (uint256 j = 0; j < callers.length; j++) {
                bytes memory data = bytes.concat(selector, example(kind));
                bytes memory wanted = abi.encodeWithSelector(only, callers[j]);
                refuse(VM.toString(i), callers[j], target, data, wanted);
            }
            // The other contracts of the consortium are nobody special either.
            if (target == address(agencies)) continue;
            bytes memory there = bytes.concat(selector, example(kind));
            bytes memory denied = abi.encodeWithSelector(only, address(agencies));
            refuse(VM.toString(i), address(agencies), target, there, denied);
        }
    }

    // --- rules ---

    function test_the_rules_are_those_of_the_founding() external view {
        for (uint256 i = 0; i < 3; i++) {
            ruleIs(IActions.Gravity(i), rules()[i]);
        }
    }

    function test_a_rule_is_set_by_vote_and_open_votes_keep_theirs() external {
        uint256 number = propose(0, admission("another"));
        IActions.Rule memory rule = IActions.Rule(10_000, 10_000, 4 days, 0);
        IActions.Action[] memory actions =
            one(IActions.Kind.SetRule, abi.encode(IActions.Gravity.Ordinary, rule));
        uint256 change = propose(0, actions);
        yes(4, change);
        VM.warp(START + 7 days - 1);
        uint256 last = propose(0, admission("another"));
        VM.warp(START + 7 days);
        expectEvent(governor);
        emit IActions.RuleChanged(IActions.Gravity.Ordinary, rule);
        execute(change, actions);
        ruleIs(IActions.Gravity.Ordinary, rule);
        ruleIs(IActions.Gravity.Grave, rules()[1]);
        equal("kept", governance.proposal(last).votingEnds, START + 11 days - 1);
        yes(3, last);
        equal("by the old rule", governance.proposal(last).decidedAt, START + 7 days);
        number = propose(0, admission("another"));
        yes(4, number);
        equal("by the new one", governance.proposal(number).decidedAt, 0);
        equal("its period", governance.proposal(number).votingEnds, START + 7 days + 4 days);
    }

    function testFuzz_no_rule_lies_outside_its_bounds(
        uint8 which,
        uint16 quorum,
        uint16 pass,
        uint32 period,
        uint32 delay
    ) external {
        IActions.Rule memory rule = IActions.Rule(
            uint16(near(quorum, 5_000, 10_000)),
            uint16(near(pass, 5_001, 10_000)),
            uint32(near(period, 4 days, 90 days)),
            uint32(near(delay, 0, 90 days))
        );
        IActions.Gravity gravity = IActions.Gravity(which % 3);
        bool sound = rule.quorum >= 5_000 && rule.quorum <= 10_000 && rule.pass >= 5_001
            && rule.pass <= 10_000 && rule.votingPeriod >= 345_600
            && rule.votingPeriod <= 7_776_000 && rule.delay <= 7_776_000;
        bytes memory data = abi.encodeCall(IActions.setRule, (gravity, rule));
        bytes memory wanted =
            abi.encodeWithSelector(IActions.RuleOutOfBounds.selector, gravity, rule);
        if (sound) perform("set", governor, governor, data);
        else refuse("set", governor, governor, data, wanted);
        IActions.Rule[3] memory founding = rules();
        founding[uint256(gravity)] = rule;
        try new Governance(seats(), founding, STRANGER, STRANGER, STRANGER) {
            isTrue("founded", sound);
        } catch (bytes memory answer) {
            isFalse("founded", sound);
            equal("refused", keccak256(answer), keccak256(wanted));
        }
    }

    function ruleIs(IActions.Gravity gravity, IActions.Rule memory rule) private view {
        IActions.Rule memory found = governance.ruleOf(gravity);
        equal("rule", keccak256(abi.encode(found)), keccak256(abi.encode(rule)));
    }

    /// @dev At, just inside or just outside a bound, or in between.
    function near(uint256 seed, uint256 low, uint256 high) private pure returns (uint256) {
        uint256 kind = seed % 6;
        if (kind == 0) return low;
        if (kind == 1) return low == 0 ? low : low - 1;
        if (kind == 2) return high;
        if (kind == 3) return high + 1;
        return within(seed, low, high);
    }

    /// @dev Arguments with which each kind succeeds after those before it; SetMember comes last.
    function example(IActions.Kind kind) private returns (bytes memory) {
        uint40 now_ = 0;
        address[] memory attesters = new address[](1);
        attesters[0] = THIRD;
        bytes32 none = 0;
        if (kind == IActions.Kind.Admit) return admission("wsjk")[0].data;
        if (kind == IActions.Kind.Rename) return abi.encode(MARKET, "Renamed");
        if (kind == IActions.Kind.AddKey) return abi.encode(MARKET, KEY, KEY, now_, now_);
        if (kind == IActions.Kind.EndKey) return abi.encode(MARKET, KEY, 0, START + 9);
        if (kind == IActions.Kind.RotateKey) {
            return abi.encode(MARKET, KEY, 0, NEXT, NEXT, now_, now_);
        }
        if (kind == IActions.Kind.CompromiseKey) return abi.encode(MARKET, KEY, now_);
        if (kind == IActions.Kind.AddScope) return abi.encode(MARKET, LIST, 0, now_, now_);
        if (kind == IActions.Kind.EndScope) return abi.encode(MARKET, LIST, 0, 0, now_);
        if (kind == IActions.Kind.GrantBasis) return abi.encode(MARKET, LOG, LOG, 1, 0, 0);
        if (kind == IActions.Kind.EndBasis) return abi.encode(MARKET, LOG, LOG, 1, 0, 0);
        if (kind == IActions.Kind.Suspend) return abi.encode(MARKET, now_);
        if (kind == IActions.Kind.Reinstate) return abi.encode(MARKET);
        if (kind == IActions.Kind.Expel) return abi.encode(bytes32("wsjk"));
        if (kind == IActions.Kind.Dissolve) return abi.encode(HEALTH, none);
        if (kind == IActions.Kind.TransferDuty) return abi.encode(MARKET, none, FIRE);
        if (kind == IActions.Kind.OpenLog) return abi.encode(LOG, PUBLISHER, attesters, 1);
        if (kind == IActions.Kind.ChangeAnchor) return abi.encode(LOG, STRANGER);
        if (kind == IActions.Kind.SetAttesters) return abi.encode(LOG, attesters, 1);
        if (kind == IActions.Kind.FreezeLog) return abi.encode(LOG, 0, none);
        if (kind == IActions.Kind.AssignStatusList) return abi.encode(LIST, MARKET, PUBLISHER);
        if (kind == IActions.Kind.SetMember) return abi.encode(MARKET, STRANGER, 1);
        if (kind == IActions.Kind.SetRule) {
            return abi.encode(IActions.Gravity.Grave, IActions.Rule(5_000, 5_001, 345_600, 0));
        }
        return abi.encode(address(statuses), address(new StatusRegistry(governor)));
    }
}
