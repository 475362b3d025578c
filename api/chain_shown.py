"""The consortium's chain as JSON: contracts, heads, members and rules."""

from __future__ import annotations

from typing import Any

from ledger.flows.evidence.chain_index import standing
from ledger.log.statement import format_time
from ledger.platform import Platform
from ledger.ports.governance import Gravity, Rule, Seat


def chain_facts(platform: Platform) -> dict[str, Any]:
    """Raises ChainForeign subclasses, ChainAway."""
    chain = platform.chain
    identity, replaced, place = chain.identity(), chain.successors(), standing(platform)
    return {
        "chain_id": identity.chain_id,
        "genesis": identity.genesis,
        "contracts": [
            {
                "name": name,
                "address": address,
                "code_hash": identity.code_hashes[name],
                "successor": replaced.get(name),
            }
            for name, address in identity.contracts.items()
        ],
        "block": place.head,
        "block_time": format_time(chain.now()),
        "indexed": place.indexed,
        "logs": [
            {"origin": log.origin, "log_id": log.log_id, **_head(platform, log.log_id)}
            for log in platform.trust.logs
        ],
        "status_lists": [
            {"agency": one.agency, "uri": one.uri, **_list(platform, one.list_id)}
            for one in platform.trust.status_lists
        ],
        "seats": [seat_shown(seat) for seat in platform.governance.seats()],
        "rules": {
            str(gravity): rule_shown(platform.governance.rule(gravity)) for gravity in Gravity
        },
    }


def seat_shown(seat: Seat) -> dict[str, Any]:
    return {"member": seat.member, "voter": seat.voter, "weight": seat.weight}


def rule_shown(rule: Rule) -> dict[str, Any]:
    """Shares in basis points, periods in seconds."""
    return {
        "quorum": rule.quorum,
        "passing": rule.passing,
        "voting_period": rule.voting_period,
        "delay": rule.delay,
    }


def _head(platform: Platform, log_id: str) -> dict[str, Any]:
    wanted = bytes.fromhex(log_id[2:])
    head, ending = platform.chain.head(wanted), platform.chain.log_ending(wanted)
    successor = ending.successor if ending is not None else None
    return {
        "size": head.size,
        "root": head.root.hex() if head.size else None,
        "block": head.block_number if head.size else None,
        "block_time": format_time(head.block_time) if head.block_time else None,
        "frozen_at": ending.last_good if ending is not None else None,
        "successor": "0x" + successor.hex() if successor else None,
    }


def _list(platform: Platform, list_id: str) -> dict[str, Any]:
    head = platform.chain.status_head(bytes.fromhex(list_id[2:]))
    until = format_time(head.valid_until) if head.valid_until else None
    return {"version": head.version, "valid_until": until}
