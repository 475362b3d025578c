"""Evidence that the platform can show: read once for many entries, from store and chain."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar, cast

from certs.envelope import Envelope
from certs.errors import CertsError
from certs.statuslist import token_digest
from ledger import tlog
from ledger.errors import LedgerError, NotFound, Pushback
from ledger.flows.door.powers import chain_then
from ledger.flows.evidence.anchor import chain_anchor
from ledger.flows.evidence.chain_round import Round, snapshot_in, status_uri
from ledger.log.evidence import ChainAnchor
from ledger.log.records import RecordErased
from ledger.log.snapshot import Snapshot
from ledger.log.statement import Statement
from ledger.platform import Platform
from ledger.ports import Anchor, Head, Opening, Powers, StoredEntry
from ledger.verify.items import EarlierAnchor, ErasedEntry, Evidence
from ledger.verify.memory import Memory
from ledger.verify.steps.form import CHANGES, opening_task
from ledger.verify.steps.signing import signing_agencies

Value = TypeVar("Value")


class Gathering:
    """Evidence for many entries: anchors and snapshots are read once, from the chain itself."""

    def __init__(self, platform: Platform, memory: Memory | None = None) -> None:
        self.platform = platform
        self.memory = Memory(platform.trust) if memory is None else memory
        self._here: dict[Hashable, object] = {}

    def evidence(self, index: int | None) -> Evidence:
        """What the platform can show for an entry; as little as nothing."""
        if index is None:
            return Evidence()
        head, anchor = self._place(index)
        if head is None or head.size <= index:
            return Evidence()
        try:
            opening = self._opening(index, head.size)
        except RecordErased:
            return self._erased(index, head, anchor)
        envelope, statement = self._read(opening)
        signature = envelope.signatures[0]
        bound = None if signature.x5c else self._bound(signature.kid)
        binding = self._covered(bound, head)
        powers = self._powers(statement, index, head) if bound is not None else Powers()
        issue = self._covered(self._issue(statement), head)
        token = self.status_token(statement)
        return Evidence(
            opening=opening,
            checkpoint=head.note,
            anchor=anchor,
            snapshot=self._snapshot(statement, (binding, issue), powers, anchor, token),
            status_list=token,
            holder_key=binding,
            successor=self._covered(self._successor(statement), head),
            issue=issue,
            earlier=self._earlier((binding, *powers.delegations, *powers.keys), head, anchor),
            powers=powers,
        )

    def _erased(self, index: int, head: Head, anchor: ChainAnchor | None) -> Evidence:
        """Of an entry whose content is gone: where its leaf stands, and since when."""
        leaf = tlog.stored_entry(self.platform, index).leaf
        proof = tlog.receipt(self.platform, index, head).proof
        erased = ErasedEntry(index, leaf, proof)
        return Evidence(checkpoint=head.note, anchor=anchor, erased=erased)

    def stored(self, index: int) -> StoredEntry | None:
        """The entry as it is in the store now."""
        return self._once(("stored", index), lambda: self.platform.store.entry(index))

    def status_token(self, statement: Statement) -> str | None:
        """The newest list that tells the status of the statement's licence."""
        uri = status_uri(statement)
        return self._once(("token", uri), lambda: status_token(self.platform, statement))

    def _place(self, index: int) -> tuple[Head | None, ChainAnchor | None]:
        """The head that shows an entry, and the anchor of that head, which stays where it is."""
        known = self.memory.known(("place", index))
        if known is not None:
            return cast(tuple[Head, ChainAnchor], known)
        platform = self.platform
        anchored = platform.store.anchor_covering(index)
        if anchored is None:
            return self._once("head", lambda: tlog.newest_head(platform)), None
        # One object for all entries under it: comparing it again costs nothing.
        place = self.memory.once(
            ("placed", anchored),
            lambda: (anchored_head(platform, anchored), chain_anchor(platform, anchored)),
        )
        self.memory.keep(("place", index), place)
        return place

    def _opening(self, index: int, size: int) -> Opening:
        """Of an entry that stands in the store as it did when it was opened."""
        stored = self.stored(index)
        if stored is None:
            raise NotFound("The log has no such entry.", index=index)
        name = ("opening", index, size)
        known = cast(tuple[StoredEntry, Opening] | None, self.memory.known(name))
        if known is not None and known[0] == stored:
            return known[1]
        if known is not None:  # erased, or tampered with: nothing of it is kept
            self.memory.forget(name)
            self.memory.forget(opening_task(known[1])[0])
        opening = tlog.opening(self.platform, index, size)
        self.memory.keep(name, (stored, opening), 4 * len(opening.envelope))
        return opening

    def _covered(self, index: int | None, head: Head) -> Opening | None:
        if index is None or index >= head.size:
            return None
        try:
            return self._opening(index, head.size)
        except RecordErased:
            return None

    def statement(self, opening: Opening | None) -> Statement | None:
        """What the entry says that the evidence is of."""
        return None if opening is None else self._read(opening)[1]

    def _read(self, opening: Opening) -> tuple[Envelope, Statement]:
        try:
            entry = self.memory.once(*opening_task(opening))
        except (CertsError, LedgerError):  # for check 1 to say
            return tlog.opened(opening.envelope)
        return entry.envelope, entry.statement

    def _bound(self, kid: str) -> int | None:
        """Index of the binding of a holder's key, which comes without a certificate."""
        rows = self.platform.store.rows("holder_keys", {"kid": kid})
        return cast(int, rows[0]["bound_index"]) if rows else None

    def _powers(self, statement: Statement, index: int, head: Head) -> Powers:
        """What let the actor speak for the statement's subject then."""
        links = self._once(("power", index), lambda: chain_then(self.platform, statement, index))
        granted, keys = [], []
        for place, link in links:
            opening = self._covered(place, head)
            if opening is None:
                return Powers()
            granted.append(opening)
            kid = self._read(opening)[0].signatures[0].kid
            if not link.by_agency and (key := self._covered(self._bound(kid), head)) is not None:
                keys.append(key)
        return Powers(tuple(granted), tuple(keys))

    def _successor(self, statement: Statement) -> int | None:
        """Index of the issue of the licence that superseded this one. What a decision set beside
        one that has ended does not supersede it: its status says how it stands."""
        licence = statement.body.get("licence")
        if not isinstance(licence, str) or not statement.kind.startswith("licence."):
            return None
        store = self.platform.store
        if store.rows("reissues", {"predecessor": licence}):
            return None
        rows = store.rows("licences", {"supersedes": licence})
        return cast(int, rows[0]["entry_index"]) if rows else None

    def _issue(self, statement: Statement) -> int | None:
        """Index of the entry of the licence that a change of status is about."""
        if statement.kind not in CHANGES:
            return None
        rows = self.platform.store.rows("licences", {"id": str(statement.body["licence"])})
        return cast(int, rows[0]["entry_index"]) if rows else None

    def _earlier(
        self, leaned_on: Sequence[Opening | None], head: Head, anchor: ChainAnchor | None
    ) -> tuple[EarlierAnchor, ...]:
        """The first anchors of what an entry leans on, where they are not its own."""
        if anchor is None:
            return ()
        found = {}
        for one in leaned_on:
            done = None if one is None else self._covering(one.index)
            if done is not None and done.size != anchor.anchor.size:
                found[done.size] = self._before(done, head)
        return tuple(found[size] for size in sorted(found))

    def _covering(self, index: int) -> Anchor | None:
        return self._once(("covering", index), lambda: self.platform.store.anchor_covering(index))

    def _before(self, done: Anchor, head: Head) -> EarlierAnchor:
        platform = self.platform
        return self.memory.once(
            ("before", done, head.size),
            lambda: EarlierAnchor(
                chain_anchor(platform, done),
                tuple(tlog.consistency(platform, done.size, head.size)),
            ),
        )

    def _snapshot(
        self,
        statement: Statement,
        leaned_on: Sequence[Opening | None],
        powers: Powers,
        anchor: ChainAnchor | None,
        token: str | None,
    ) -> Snapshot | None:
        """Of the statement's actor, of the agencies that bound a holder's key, issued the licence,
        or vouched for who spoke; None where the chain is away."""
        others = [one for one in leaned_on if one is not None]
        others += [*powers.delegations, *powers.keys]
        concerned = [statement, *(self._read(one)[1] for one in others)]
        named = tuple(
            (signing_agencies(one), str(one.body.get("type")), status_uri(one)) for one in concerned
        )
        block = 0 if anchor is None else anchor.anchor.block_number
        return self._once(("snapshot", named, block), lambda: self._asked(concerned, block, token))

    def _asked(
        self, concerned: Sequence[Statement], block: int, token: str | None
    ) -> Snapshot | None:
        platform = self.platform
        shown = None if token is None else token_digest(token)
        asked = self.memory.known("round")
        try:
            if not isinstance(asked, Round) or not asked.serves(platform.now(), block):
                self.memory.keep("round", asked := Round(platform))
            return snapshot_in(platform, asked, concerned, shown)
        except Pushback:
            return None

    def _once(self, name: Hashable, ask: Callable[[], Value]) -> Value:
        """What is asked once for all items."""
        if name not in self._here:
            self._here[name] = ask()
        return cast(Value, self._here[name])


def anchored_head(platform: Platform, anchored: Anchor) -> Head:
    """Our checkpoint of an anchored size; signed again where this store never had it, or where a
    log that this one continues signed it."""
    head = platform.store.head_at(anchored.size) or Head(anchored.size, anchored.root, b"")
    return tlog.own_head(platform.log, head)


def status_token(platform: Platform, statement: Statement) -> str | None:
    """The newest list that tells the status of the statement's licence."""
    rows = platform.store.rows("status_lists", {"uri": status_uri(statement)})
    token = rows[0]["token"] if rows else None
    return cast(bytes, token).decode() if token is not None else None
