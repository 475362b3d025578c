// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Founded} from "./testing/Founded.sol";

contract FoundedTest is Founded {
    function setUp() external {
        found();
    }

    function test_the_registry_obeys_the_consortium() external view {
        equal("governor", agencies.governor(), governor);
        equal("agencies", governance.agencies(), address(agencies));
    }
}
