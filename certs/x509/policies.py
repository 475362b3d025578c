"""Certificate policy processing of RFC 5280 §6.1 (steps d, e, f of 6.1.3; a, b, h, i, j of 6.1.4;
a, b, g of 6.1.5), without qualifiers.

The standard describes a tree in which one policy may appear many times at one depth, which an
attacker can make grow exponentially. Here nodes of one depth and one policy are one node with
several parents: the answers are the same and the size is bounded by depth × policies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

ANY_POLICY = "2.5.29.32.0"
MAX_POLICIES = 64  # policies or mappings in one certificate


class PolicyRefused(ValueError):
    """The policies of the path do not hold; the message says why."""


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """The policy extensions of one certificate; None or empty where an extension is absent."""

    policies: frozenset[str] | None
    mappings: tuple[tuple[str, str], ...] = ()
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any: int | None = None


@dataclass(slots=True)
class _Node:
    expected: set[str]
    parents: set[str] = field(default_factory=set)


class PolicyGraph:
    """Feed the certificates below the root in order with `step`, then ask `finish`.

    `length` is their number; `explicit` demands an acceptable policy from the start.
    """

    def __init__(self, length: int, *, explicit: bool) -> None:
        self._length = length
        self._levels: list[dict[str, _Node]] = [{ANY_POLICY: _Node({ANY_POLICY})}]
        self._dead = False
        self._explicit = 0 if explicit else length + 1
        self._mapping = length + 1
        self._any = length + 1
        self._done = 0

    def step(self, facts: PolicyFacts, *, self_issued: bool) -> None:
        """One certificate. Raises PolicyRefused."""
        self._done += 1
        last = self._done == self._length
        if len(facts.policies or ()) > MAX_POLICIES or len(facts.mappings) > MAX_POLICIES:
            raise PolicyRefused("too many policies in one certificate")
        if facts.policies is None:
            self._dead = True
        elif not self._dead:
            wildcard = ANY_POLICY in facts.policies and (
                self._any > 0 or (not last and self_issued)
            )
            self._grow(facts.policies - {ANY_POLICY}, wildcard)
        if self._explicit == 0 and self._dead:
            raise PolicyRefused("an explicit policy is required and none holds")
        if last:
            self._explicit -= self._explicit > 0
            if facts.require_explicit == 0:
                self._explicit = 0
        else:
            self._prepare(facts, self_issued)

    def finish(self, acceptable: Collection[str] | None) -> frozenset[str]:
        """Policies that hold along the path (`acceptable` None: any will do).

        Raises PolicyRefused when one was demanded and none holds.
        """
        leaves: frozenset[str] = frozenset()
        if not self._dead:
            if acceptable is not None and ANY_POLICY not in acceptable:
                self._keep_only(frozenset(acceptable))
            leaves = frozenset(self._levels[-1]) if not self._dead else leaves
        if self._explicit == 0 and not leaves:
            raise PolicyRefused("an explicit policy is required and none holds")
        return leaves

    def _grow(self, policies: Iterable[str], wildcard: bool) -> None:
        above, level = self._levels[-1], dict[str, _Node]()
        for policy in policies:  # 6.1.3 (d)(1)
            parents = {name for name, node in above.items() if policy in node.expected}
            if not parents and ANY_POLICY in above:
                parents = {ANY_POLICY}
            if parents:
                level[policy] = _Node({policy}, parents)
        if wildcard:  # (d)(2)
            for name, node in above.items():
                for policy in node.expected:
                    level.setdefault(policy, _Node({policy})).parents.add(name)
        self._levels.append(level)
        self._prune()

    def _prepare(self, facts: PolicyFacts, self_issued: bool) -> None:
        if any(ANY_POLICY in pair for pair in facts.mappings):
            raise PolicyRefused("anyPolicy may not be mapped (RFC 5280 §6.1.4 a)")
        if not self._dead and facts.mappings:
            self._map(facts.mappings)
        if not self_issued:
            self._explicit -= self._explicit > 0
            self._mapping -= self._mapping > 0
            self._any -= self._any > 0
        if facts.require_explicit is not None:
            self._explicit = min(self._explicit, facts.require_explicit)
        if facts.inhibit_mapping is not None:
            self._mapping = min(self._mapping, facts.inhibit_mapping)
        if facts.inhibit_any is not None:
            self._any = min(self._any, facts.inhibit_any)

    def _map(self, mappings: Iterable[tuple[str, str]]) -> None:
        targets: dict[str, set[str]] = {}
        for issuer_policy, subject_policy in mappings:
            targets.setdefault(issuer_policy, set()).add(subject_policy)
        level = self._levels[-1]
        for policy, subjects in targets.items():
            if self._mapping == 0:
                level.pop(policy, None)
            elif policy in level:
                level[policy].expected = set(subjects)
            elif ANY_POLICY in level:
                level[policy] = _Node(set(subjects), {ANY_POLICY})
        self._prune()

    def _keep_only(self, acceptable: frozenset[str]) -> None:
        """6.1.5 (g)(iii): drop what entered the path below anyPolicy and is not acceptable."""
        wildcard_leaf = ANY_POLICY in self._levels[-1]
        entered: set[str] = set()
        for level in self._levels[1:]:
            for name in [n for n, node in level.items() if node.parents == {ANY_POLICY}]:
                entered.add(name)
                if name != ANY_POLICY and name not in acceptable:
                    del level[name]
        for above, level in zip(self._levels, self._levels[1:], strict=False):
            for name in list(level):
                level[name].parents &= above.keys()
                if not level[name].parents:
                    del level[name]
        if wildcard_leaf:
            del self._levels[-1][ANY_POLICY]
            for policy in acceptable - entered:
                self._levels[-1][policy] = _Node({policy}, {ANY_POLICY})
        self._prune()

    def _prune(self) -> None:
        """Nodes above the last depth without children go (6.1.3 (d)(3))."""
        for index in range(len(self._levels) - 2, -1, -1):
            used: set[str] = set()
            for node in self._levels[index + 1].values():
                used |= node.parents
            level = self._levels[index]
            for name in [n for n in level if n not in used]:
                del level[name]
        self._dead = not self._levels[-1]
