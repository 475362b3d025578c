"""How the consortium decides in a story: proposed, voted on, waited for, carried out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import timedelta

from api.demo.clock import MovableClock
from api.demo.telling import Teller
from ledger.errors import NotFound
from ledger.platform import Platform
from ledger.ports.governance import Action, Ballot, Choice, Proposal, Stage

WINDOW = "zwb"
"""The service office, which proposes and brings the ballots."""
_VOTE = "eth/vote/"


class Assembly:
    """The members' keys, which lie on this machine only because it is a demo."""

    def __init__(
        self, platform: Platform, kept: Mapping[str, bytes], tell: Teller, clock: MovableClock
    ) -> None:
        self._governance, self._tell, self._clock = platform.governance, tell, clock
        self._keys = {
            name.removeprefix(_VOTE): key for name, key in kept.items() if name.startswith(_VOTE)
        }

    def key(self, member: str) -> bytes:
        return self._keys[member]

    def propose(self, what: str, *actions: Action) -> int:
        """By the service office; ``what`` is the reason, of which the digest goes on chain."""
        reason = hashlib.sha256(what.encode()).digest()
        return self._governance.propose(self._keys[WINDOW], actions, reason)

    def decide(self, zh: str, en: str, *actions: Action, against: Collection[str] = ()) -> Proposal:
        """All vote, some against; then it waits out its delay and is carried out."""
        number = self.propose(zh, *actions)
        self._governance.cast(self._keys[WINDOW], self._ballots(number, against))
        made = self.proposal(number)
        if made.stage is Stage.WAITING and made.executable_at is not None:
            self._clock.until(made.executable_at)
        self._governance.execute(self._keys[WINDOW], number)
        days = (self._clock() - made.proposed_at).days
        self._tell.step(
            f"第 {number} 号提案：{zh}。{made.yes} 票赞成，{made.no} 票反对，"
            + (f"等 {days} 天后执行" if days else "全体一致，即时执行"),
            f"proposal {number}: {en}. {made.yes} for, {made.no} against, "
            + (
                f"carried out after {days} day{'s' * (days > 1)}"
                if days
                else "unanimous, carried out at once"
            ),
        )
        return self.proposal(number)

    def proposal(self, number: int) -> Proposal:
        found = self._governance.proposal(number)
        if found is None:
            raise NotFound("There is no such proposal.", number=number)
        return found

    def _ballots(self, number: int, against: Collection[str]) -> list[Ballot]:
        deadline = self._clock() + timedelta(hours=1)
        return [
            self._governance.ballot(
                key, number, member, Choice.NO if member in against else Choice.YES, deadline
            )
            for member, key in self._keys.items()
        ]
