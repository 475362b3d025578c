"""A consortium on chain: a sixth agency admitted, entitled, merged away, an entitlement ended.

What a licence is worth follows each time from what the registry says of its moment.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from api.demo.consortium_acts import DRUGS, HEALTH, HYGIENE, MARKET, Acting, Credulous
from api.demo.voting import WINDOW
from api.founding.authority import certificate_digest, key_digest
from api.founding.chain_keys import address_of
from ledger.flows.library.issue import Issued
from ledger.flows.library.status import list_id, list_uri, publish_list
from ledger.ports import governance as port
from ledger.reuse.documents import LegalEffect

ELSEWHERE = 110_101
"""A district of another province, of which nobody here can decide."""


class Beginnings(Acting):
    """Chapters 1 to 4."""

    def told(self) -> Issued:
        """All of them; answers the licence of the body that was merged away."""
        self.admission()
        hygiene = self.entitlement()
        self.merger(hygiene)
        self.scope_ended()
        return hygiene

    def admission(self) -> None:
        self.tell.chapter("一、表决接纳第六个机构", "1. A sixth agency, admitted by vote")
        self.refused(
            "not_admitted",
            "卫生健康委还没有加入联盟：不能签发",
            "the health commission is not admitted yet: it cannot issue",
            lambda: self.issue(HEALTH, HYGIENE, "W1"),
        )
        known = self.platform.catalogue.agency(HEALTH)
        leaf = x509.load_der_x509_certificate(self.platform.signing.chain(HEALTH)[0])
        place = list_id(list_uri(self.platform, HEALTH))
        publisher = self.kept[f"eth/status/{place.hex()}"]
        self.decide(
            "接纳区卫生健康委，登记其密钥和状态列表",
            "admit the health commission with its key and status list",
            port.Admit(HEALTH, known.zh, self.platform.region, known.credit_code),
            port.AddKey(HEALTH, key_digest(leaf), certificate_digest(leaf)),
            port.AssignStatusList(place, HEALTH, address_of(publisher)),
            against=("sjj",),
        )

    def entitlement(self) -> Issued:
        tell, votes = self.tell, self.votes
        tell.chapter("二、授权范围：谁能在哪里签发什么", "2. Entitlement: who may issue what where")
        scope = port.AddScope(HEALTH, HYGIENE, self.platform.region)
        self.refused(
            "beyond_power",
            "提案给外省辖区授权：超出提案机构的权限",
            "a proposal for another province's district is beyond its proposer's power",
            lambda: votes.propose("越权", replace(scope, region=ELSEWHERE)),
        )
        number = votes.propose("一家机构自己投票", scope)
        self.platform.governance.vote(votes.key(WINDOW), number, port.Choice.YES)
        self.refused(
            "one_alone",
            "一家机构自己提案、自己投票：不能执行",
            "one agency proposes and votes alone: nothing is carried out",
            lambda: self.platform.governance.execute(votes.key(WINDOW), number),
        )
        self.decide("授权卫生健康委签发公共场所卫生许可证", "entitle it to hygiene permits", scope)
        publish_list(self.platform, HEALTH)
        issued = self.issue(HEALTH, HYGIENE, "W1")
        self.judge("issued", issued, "卫生许可证签发、上链、核验", "a hygiene permit, verified")
        return issued

    def merger(self, hygiene: Issued) -> None:
        self.tell.chapter(
            "三、机构合并：旧证照由谁负责", "3. A merger: who answers for old licences"
        )
        place = list_id(list_uri(self.platform, HEALTH))
        publisher = self.kept[f"eth/status/{place.hex()}"]
        self.decide(
            "卫生健康委并入市场监管局",
            "the health commission is merged into the market bureau",
            port.AddScope(MARKET, HYGIENE, self.platform.region),
            port.Dissolve(HEALTH, MARKET),
            port.AssignStatusList(place, MARKET, address_of(publisher)),
        )
        publish_list(self.platform, HEALTH)
        self.judge(
            "succeeded",
            hygiene,
            "旧证照仍然有效：当时由谁签发，现在由谁负责",
            "the old licence still holds: who issued it then, who answers for it now",
        )
        self.refused(
            "not_responsible",
            "被合并的机构再改状态：拒绝",
            "the merged body changes the status: refused",
            lambda: self.change(HEALTH, hygiene, "suspended", LegalEffect.SUSPENDED),
        )
        self.change(MARKET, hygiene, "suspended", LegalEffect.SUSPENDED)
        self.judge(
            "suspended",
            hygiene,
            "只有承接机构能暂停它",
            "only the body that answers can suspend it",
        )
        self.change(MARKET, hygiene, "active", LegalEffect.RESTORED)

    def scope_ended(self) -> None:
        self.tell.chapter("四、授权终止之后签发的", "4. Issued after the entitlement ended")
        self.decide(
            "终止市场监管局签发药品经营许可证的授权",
            "end the market bureau's entitlement to drug permits",
            port.EndScope(MARKET, DRUGS, self.platform.region, 0),
        )
        self.refused(
            "scope_ended",
            "照常签发：当场拒绝",
            "issued as usual: refused at once",
            lambda: self.issue(MARKET, DRUGS, "Y1"),
        )
        careless = replace(self.platform, chain=Credulous(self.platform.chain))
        issued = self.issue(MARKET, DRUGS, "Y1", careless)
        self.judge(
            "after_scope",
            issued,
            "绕过检查签发的：签名没错，但当时已无权",
            "issued past that check: rightly signed, but by a body that no longer might",
        )
