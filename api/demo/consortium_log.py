"""Chapter 6: a rubbish head on chain, the log frozen at its last good one, and gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.demo.consortium_acts import FOOD, MARKET, Acting, told
from api.founding.chain_keys import attestations
from api.founding.continuation import Prepared, go_on, prepare
from certs.trust.trustlist import open_trust_list
from ledger import tlog
from ledger.flows.evidence.anchor import anchor
from ledger.flows.evidence.receipt import receipt_of
from ledger.flows.library.issue import Issued
from ledger.flows.worker import work
from ledger.log import merkle
from ledger.ports import governance as port
from ledger.verify.items import SealedLicence
from ledger.verify.receipt_evidence import evidence_of
from ledger.verify.verifier import verify

SIGNERS = 2
"""As many attesters as the registry asks for; the thief has their keys too."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A licence with the receipt that its holder keeps from before, and when that was; sizes on
    chain."""

    licence: Issued
    receipt: bytes
    at: datetime
    last_good: int
    rubbish: int


class Rubbish(Acting):
    """Up to the vote, and the switch to the log that goes on."""

    def anchored_rubbish(self, licence: Issued) -> Kept:
        self.tell.chapter("六、链上的垃圾日志头", "6. A rubbish head on chain")
        work(self.platform)
        last_good = self.platform.chain.head(self.platform.log.log_id).size
        receipt = receipt_of(self.platform, licence.entry.index)
        at = self.platform.now()
        kept = Kept(licence, receipt, at, last_good, self._published())
        self.tell.found(
            "盗取了上链密钥和两家见证机构密钥的人，把不存在的条目写上了链",
            "a thief of the anchoring key and of two attesters' keys anchored made-up entries",
            f"{last_good} → {kept.rubbish}",
        )
        self.issue(MARKET, FOOD, "R1", anchored=False)  # accepted; it waits
        self.refused(
            "stuck",
            "真的日志接不上假的头：停止上链，不改写",
            "the true log does not extend the false head: anchoring stops, nothing is rewritten",
            lambda: anchor(self.platform),
        )
        return kept

    def frozen(self, kept: Kept, origin: str) -> Prepared:
        """Keys for the log that goes on, and the vote that freezes the old one for it."""
        made = prepare(self.folder, origin, self.platform.randomness, fresh_attesters=True)
        self.decide(
            "冻结日志于最后一个可信的头，由新日志接续",
            "freeze the log at its last good head, and let another one go on",
            port.OpenLog(made.log_id, made.anchor, tuple(made.attesters.values()), SIGNERS),
            port.FreezeLog(self.platform.log.log_id, kept.last_good, made.log_id),
        )
        go_on(self.folder, self.platform, origin)
        self.tell.step(
            "同一棵树、新的名字和密钥：信任清单写明两本日志",
            "the same tree under a new name and key: the trust list pins both logs",
        )
        return made

    def _published(self) -> int:
        log = self.platform.log.log_id
        head = tlog.integrate(self.platform)
        leaves = [stored.leaf for stored in self.platform.store.entries(0, head.size)]
        hashes = merkle.leaf_hashes([*leaves, b"made up", b"made up too"])
        false_root, size = merkle.root(hashes), len(hashes)
        digest = self.platform.chain.checkpoint_digest(log, size, false_root)
        keys = [key for name, key in self.kept.items() if name.startswith("eth/attest/")][:SIGNERS]
        proof = merkle.consistency_proof(head.size, hashes)
        signed = attestations(digest, keys)
        self.platform.chain.publish(log, size, false_root, proof, signed)
        return size


class Continued(Acting):
    """What holds under the log that goes on."""

    def judged(self, kept: Kept) -> None:
        work(self.platform)
        anchored = self.platform.chain.head(self.platform.log.log_id)
        self.tell.step(
            f"新日志接着上链：{anchored.size} 条，含冻结前已受理的",
            f"the log that goes on is anchored: {anchored.size} entries, with those that waited",
        )
        trust = open_trust_list(
            self.platform.trust_data, self.platform.trust.roots, self.platform.now()
        )
        verdict = verify(
            SealedLicence(kept.licence.layout),
            evidence_of(kept.receipt),
            trust,
            kept.at,
        )
        self.found.verdicts["old_receipt"] = told(verdict)
        self.tell.step(
            f"冻结前的凭证，离线核验：{self.outcome(verdict)[0]}",
            f"a receipt from before, verified offline: {self.outcome(verdict)[1]}",
        )
        self.judge(
            "old_licence",
            kept.licence,
            "冻结前签发的证照，联机核验",
            "a licence from before, verified online",
        )
        renewed = self.issue(MARKET, FOOD, "N1")
        self.judge("new_log", renewed, "新日志里签发的证照", "a licence of the log that goes on")
