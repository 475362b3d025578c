"""What comes after: licences that end, disputes, erasures, commitments that are checked, flags."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from api.demo.desk import OFFICER, Worked
from ledger import tlog
from ledger.after.parties import dispute
from ledger.consent.erasure_parties import erasure_request
from ledger.flows.after.disputes import Settlement, open_dispute, settle_dispute
from ledger.flows.after.erasure import approve_erasure, refuse_erasure, request_erasure
from ledger.flows.after.flags import FlagAnswer, answer_flag
from ledger.flows.after.holding import obstacles_of, paper_of
from ledger.flows.library.status import Change, change_status
from ledger.flows.matters.commitment import Check, check_kept
from ledger.reuse.documents import LegalEffect, day
from scripts.simulation.city import City

ENDING, SUSPENDING, DISPUTING, ERASING, CHECKING = 0.02, 0.01, 0.015, 0.015, 0.4
"""Shares of the cases after which such a thing happens."""
ARCHIVE, SECOND = "daj", "zwb"


@dataclass
class Aftermath:
    """``counts`` by what was done."""

    city: City
    chance: Random
    counts: Counter[str] = field(default_factory=Counter)

    def follow(self, worked: Worked) -> None:
        """What happens after one case was closed."""
        for share, happen in (
            (ENDING, self.ended),
            (SUSPENDING, self.suspended),
            (DISPUTING, self.disputed),
            (ERASING, self.erased),
            (CHECKING, self.checked),
        ):
            if self.chance.random() < share:
                happen(worked)

    def ended(self, worked: Worked) -> None:
        """A licence that the case read turns out void, or is given back."""
        effect = self.chance.choice((LegalEffect.VOID, LegalEffect.CANCELLED, LegalEffect.PENALTY))
        self._changed(worked, "revoked", effect)

    def suspended(self, worked: Worked) -> None:
        """A licence is suspended and restored."""
        licence = self._changed(worked, "suspended", LegalEffect.SUSPENDED)
        if licence is not None:
            self._change(licence, "active", LegalEffect.RESTORED)

    def disputed(self, worked: Worked) -> None:
        """A holder disputes a paper of theirs; the agency that took it in settles."""
        platform = self.city.platform
        for held in worked.plan.requirements:
            for used in held.used:
                if not self._still_there(used.object):
                    continue
                actor = _taken_in_by(self.city, used.entry)
                now, randomness = platform.now(), platform.randomness
                signer = self.city.hands[used.holder]
                if signer.actor != used.holder:
                    continue
                said = dispute(
                    signer,
                    platform.log.origin,
                    used.object,
                    actor,
                    None,
                    "内容有误",
                    now,
                    randomness,
                )
                made = open_dispute(platform, said)
                outcome = self.chance.choice(("rejected", "rejected", "upheld"))
                settle_dispute(
                    platform, actor, Settlement(made.dispute, outcome, OFFICER, "已核查")
                )
                self.counts[f"dispute {outcome}"] += 1
                return

    def erased(self, worked: Worked) -> None:
        """A holder asks that a paper be erased; two agencies approve, or one refuses."""
        platform = self.city.platform
        for missing in worked.handed_in:
            kind = missing.kind.removeprefix("material:")
            where = {"case_id": worked.case, "kind": kind, "state": "active"}
            for row in platform.store.rows("materials", where):
                signer = self.city.hands[str(row["subject"])]
                if signer.actor != row["subject"]:
                    continue
                name = f"material:{row['id']}"
                now, randomness = platform.now(), platform.randomness
                wish = erasure_request(
                    signer, platform.log.origin, name, "不再需要", now, randomness
                )
                entry = request_erasure(platform, wish)
                (asked,) = platform.store.rows("erasures", {"entry_index": entry.index})
                erasure = str(asked["id"])
                if obstacles_of(platform, paper_of(platform, name)):
                    refuse_erasure(platform, ARCHIVE, erasure, "d-01", "依法保存")
                    self.counts["erasure refused"] += 1
                else:
                    approve_erasure(platform, ARCHIVE, erasure, "d-01", "可以删除")
                    approve_erasure(platform, SECOND, erasure, "z-01", "可以删除")
                    self.counts["erasure done"] += 1
                return

    def checked(self, worked: Worked) -> None:
        """A commitment is checked on the spot; few were not kept."""
        for made in worked.arranged.values():
            if made.startswith("cmt_"):
                outcome = "broken" if self.chance.random() < 0.05 else "kept"
                said = Check(outcome, OFFICER, "现场核查")
                check_kept(self.city.platform, worked.agency, made, said)
                self.counts[f"commitment {outcome}"] += 1

    def answer_flags(self) -> None:
        """Agencies answer what was flagged."""
        platform = self.city.platform
        for row in platform.store.rows("flags", {"state": "open"}):
            outcome = self.chance.choice(("unaffected", "remedied", "reopened"))
            said = FlagAnswer(str(row["id"]), outcome, OFFICER, "已复核")
            answer_flag(platform, str(row["agency"]), said)
            self.counts[f"flag {outcome}"] += 1

    def _still_there(self, name: str) -> bool:
        """Whether it is a material that nobody disputes, and that was not erased meanwhile, as may
        happen between a case's plan and its end."""
        where = {"id": name.removeprefix("material:"), "state": "active", "dispute": None}
        return name.startswith("material:") and bool(
            self.city.platform.store.rows("materials", where)
        )

    def _changed(self, worked: Worked, state: str, effect: LegalEffect) -> str | None:
        read = [
            used.object.removeprefix("licence:")
            for need in worked.plan.requirements
            for used in need.used
            if used.object.startswith("licence:")
        ]
        for licence in sorted(set(read)):
            rows = self.city.platform.store.rows("licences", {"id": licence, "state": "active"})
            if rows:
                self._change(licence, state, effect)
                return licence
        return None

    def _change(self, licence: str, state: str, effect: LegalEffect) -> None:
        platform = self.city.platform
        (row,) = platform.store.rows("licences", {"id": licence})
        today = day(platform.now())
        said = Change(licence, state, "合成事由", "合成文号", effect, today)
        change_status(platform, str(row["issuer"]), said)
        self.counts[f"licence {effect.value}"] += 1


def _taken_in_by(city: City, entry: int) -> str:
    return tlog.read(city.platform, entry).actor
