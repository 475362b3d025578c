"""Certificate policies against the tree of RFC 5280 §6.1 written out plainly."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.x509.policies import ANY_POLICY, MAX_POLICIES, PolicyFacts, PolicyGraph, PolicyRefused

A, B, C = "1.1", "1.2", "1.3"


@dataclass(eq=False)
class Node:
    """A node of the standard's tree: many nodes of one policy may stand at one depth."""

    policy: str
    expected: set[str]
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    def grow(self, policy: str, expected: set[str]) -> None:
        self.children.append(Node(policy, expected, self))


def reference(path: list[tuple[PolicyFacts, bool]], acceptable: set[str] | None) -> set[str] | None:
    """§6.1.2 to §6.1.5, step by step. None: refused."""
    n = len(path)
    top: Node | None = Node(ANY_POLICY, {ANY_POLICY})
    explicit = 0 if acceptable is not None else n + 1
    mapping = inhibit = n + 1

    def at(depth: int) -> list[Node]:
        level = [top] if top else []
        for _ in range(depth):
            level = [child for node in level for child in node.children]
        return level

    def prune(depth: int) -> None:
        nonlocal top
        for above in range(depth - 1, -1, -1):
            for node in at(above):
                if not node.children:
                    if node.parent is None:
                        top = None
                    else:
                        node.parent.children.remove(node)

    for i, (facts, self_issued) in enumerate(path, 1):
        if facts.policies is None:
            top = None
        elif top is not None:
            level = at(i - 1)
            for policy in facts.policies - {ANY_POLICY}:
                matched = [node for node in level if policy in node.expected]
                for node in matched or [node for node in level if node.policy == ANY_POLICY]:
                    node.grow(policy, {policy})
            if ANY_POLICY in facts.policies and (inhibit > 0 or (i < n and self_issued)):
                for node in level:
                    for policy in node.expected - {child.policy for child in node.children}:
                        node.grow(policy, {policy})
            prune(i)
        if explicit == 0 and top is None:
            return None
        if i < n:
            if any(ANY_POLICY in pair for pair in facts.mappings):
                return None
            for policy in {issuer for issuer, _ in facts.mappings}:
                subjects = {s for issuer, s in facts.mappings if issuer == policy}
                nodes = [node for node in at(i) if node.policy == policy]
                if mapping > 0:
                    for node in nodes:
                        node.expected = subjects
                    if not nodes:
                        for wild in [node for node in at(i) if node.policy == ANY_POLICY]:
                            assert wild.parent is not None
                            wild.parent.grow(policy, subjects)
                else:
                    for node in nodes:
                        assert node.parent is not None
                        node.parent.children.remove(node)
            if facts.mappings:
                prune(i)
            if not self_issued:
                explicit, mapping, inhibit = (max(0, x - 1) for x in (explicit, mapping, inhibit))
            if facts.require_explicit is not None:
                explicit = min(explicit, facts.require_explicit)
            if facts.inhibit_mapping is not None:
                mapping = min(mapping, facts.inhibit_mapping)
            if facts.inhibit_any is not None:
                inhibit = min(inhibit, facts.inhibit_any)
    explicit = 0 if path[-1][0].require_explicit == 0 else max(0, explicit - 1)
    if top is not None and acceptable is not None and ANY_POLICY not in acceptable:
        nodes = [
            node
            for depth in range(1, n + 1)
            for node in at(depth)
            if node.parent is not None and node.parent.policy == ANY_POLICY
        ]
        for node in nodes:
            if node.policy != ANY_POLICY and node.policy not in acceptable:
                assert node.parent is not None
                node.parent.children.remove(node)
        for wild in [node for node in at(n) if node.policy == ANY_POLICY]:
            assert wild.parent is not None
            have = {node.policy for node in nodes}
            for policy in acceptable - have:
                wild.parent.grow(policy, {policy})
            wild.parent.children.remove(wild)
        prune(n)
    found = {node.policy for node in at(n)}
    return None if explicit == 0 and not found else found


def ours(path: list[tuple[PolicyFacts, bool]], acceptable: set[str] | None) -> set[str] | None:
    graph = PolicyGraph(len(path), explicit=acceptable is not None)
    try:
        for facts, self_issued in path:
            graph.step(facts, self_issued=self_issued)
        return set(graph.finish(acceptable))
    except PolicyRefused:
        return None


NAMED = st.sampled_from([A, B, C])
POLICIES = st.sampled_from([A, B, C, ANY_POLICY])
COUNT = st.none() | st.integers(0, 2)
# Mostly rich certificates: with poor ones the tree is empty after two steps.
FACTS = st.builds(
    PolicyFacts,
    policies=st.just(frozenset({A, B, C}))
    | st.just(frozenset({A, B, ANY_POLICY}))
    | st.frozensets(POLICIES, min_size=1)
    | st.none(),
    mappings=st.lists(st.tuples(NAMED, NAMED), max_size=3).map(tuple),
    require_explicit=st.none() | COUNT,
    inhibit_mapping=COUNT,
    inhibit_any=COUNT,
)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.tuples(FACTS, st.booleans()), min_size=1, max_size=4),
    st.none() | st.sets(NAMED, min_size=1) | st.just({ANY_POLICY}),
)
def test_the_graph_answers_as_the_tree_does(
    path: list[tuple[PolicyFacts, bool]], acceptable: set[str] | None
) -> None:
    mine, plain = ours(path, acceptable), reference(path, acceptable)
    assert (mine is None) == (plain is None)
    assert mine == plain


@pytest.mark.parametrize(("skip", "holds"), [(0, set()), (1, {B}), (2, {B})])
def test_mapping_may_be_inhibited_after_some_certificates(skip: int, holds: set[str]) -> None:
    plain = PolicyFacts(frozenset({A}), inhibit_mapping=skip)
    mapping = PolicyFacts(frozenset({A}), ((A, B),))
    path = [(plain, False), (mapping, False), (PolicyFacts(frozenset({B})), False)]
    assert ours(path, None) == reference(path, None) == holds
    once_more = [path[0], (PolicyFacts(frozenset({A})), False), *path[1:]]
    assert ours(once_more, None) == reference(once_more, None) == (holds if skip == 2 else set())


def test_growth_stays_bounded() -> None:
    every = frozenset(f"1.{n}" for n in range(MAX_POLICIES - 1))
    wide = PolicyFacts(
        every | {ANY_POLICY}, tuple((p, q) for p in [A, B] for q in sorted(every))[:64]
    )
    graph = PolicyGraph(8, explicit=True)
    for _ in range(8):
        graph.step(wide, self_issued=False)
    assert graph.finish({A}) <= every | {ANY_POLICY}


def test_too_many_policies() -> None:
    crowd = PolicyFacts(frozenset(f"1.{n}" for n in range(MAX_POLICIES + 1)))
    with pytest.raises(PolicyRefused, match="too many"):
        PolicyGraph(1, explicit=False).step(crowd, self_issued=False)


@pytest.mark.parametrize("pair", [(ANY_POLICY, A), (A, ANY_POLICY)])
def test_any_policy_is_not_mapped(pair: tuple[str, str]) -> None:
    graph = PolicyGraph(2, explicit=False)
    with pytest.raises(PolicyRefused, match="anyPolicy"):
        graph.step(PolicyFacts(frozenset({A}), (pair,)), self_issued=False)
