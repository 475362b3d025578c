"""A stolen signing key, and a rubbish head on chain: what was anchored before still holds."""

from __future__ import annotations

from dataclasses import dataclass

from api.demo.consortium_acts import FOOD, MARKET, Acting
from api.founding.renewal import prepare, switch
from ledger.flows.library.issue import Issued
from ledger.flows.worker import work
from ledger.ports import governance as port


@dataclass(frozen=True, slots=True)
class Stolen:
    """Licences signed with one key: before the theft, and after it by the thief."""

    before: Issued
    after: Issued


class Theft(Acting):
    """Chapter 5: the key is found out and replaced."""

    def stolen_key(self) -> Stolen:
        self.tell.chapter("五、签名密钥被盗", "5. A stolen signing key")
        before = self.issue(MARKET, FOOD, "S1")
        stolen = self.clock.forward(days=1)
        self.clock.forward(hours=2)
        after = self.issue(MARKET, FOOD, "S2")  # the thief's, with the very same key
        self.tell.step(
            "有人拷走了市场监管局的密钥，自己签了一份食品经营许可证",
            "somebody copied the market bureau's key and signed a food permit with it",
        )
        made = prepare(self.folder, self.platform, MARKET)
        (old,) = self.platform.chain.key_rows(MARKET)
        self.decide(
            "登记密钥泄露的时间，换上新密钥",
            "record since when the key is compromised, register a new one",
            port.CompromiseKey(MARKET, old.key_id, stolen),
            port.EndKey(MARKET, old.key_id, 0),
            port.AddKey(MARKET, made.key_id, made.certificate),
        )
        switch(self.folder, self.platform, MARKET)
        return Stolen(before, after)


class Recovery(Acting):
    """Chapter 5, told to its end with the new key in use."""

    def judged(self, given: Stolen) -> None:
        work(self.platform)  # the worker signs anew what the old key has signed
        self.judge(
            "before_theft",
            given.before,
            "失窃前签发并上链的",
            "signed and anchored before the theft",
        )
        self.judge(
            "after_theft", given.after, "失窃后用同一密钥签的", "signed with that key after it"
        )
        renewed = self.issue(MARKET, FOOD, "S3")
        self.judge("new_key", renewed, "换了新密钥之后签发的", "issued with the new key")
