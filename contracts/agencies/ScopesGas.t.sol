// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgencyScopes} from "../interfaces/IAgencyScopes.sol";
import {Registered} from "../testing/Registered.sol";

/// @dev The lists stand in storage that no call of the test has touched, as for any reader.
contract ScopesGasTest is Registered {
    function setUp() external {
        register();
        for (uint40 i = 0; i < 50; i++) {
            for (uint32 region = 0; region < 2; region++) {
                bytes memory data = abi.encodeCall(
                    IAgencyScopes.addScope,
                    (
                        MARKET,
                        FOOD_PERMIT,
                        region * DISTRICT,
                        START + i * 10,
                        START + i * 10 + 5 + region
                    )
                );
                change(data);
            }
        }
    }

    function test_a_look_up_in_two_lists_of_fifty_rows_is_cheap() external view {
        bytes memory asked = abi.encodeCall(
            IAgencyScopes.entitled, (MARKET, FOOD_PERMIT, DISTRICT, START + 377)
        );
        uint256 before = gasleft();
        (bool done,) = target.staticcall(asked);
        uint256 spent = before - gasleft();
        isTrue("answered", done);
        isTrue("cheap", spent <= 60_000);
        isTrue("not from memory", spent >= 20_000);
    }
}
