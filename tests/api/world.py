"""A founded platform behind its API, with people whose keys stay on this side of it."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from httpx import Response
from starlette.testclient import TestClient

from api.app import create_app
from api.datafolder import DataFolder
from api.demo.reuse import signer
from api.founding import found
from api.request_log import json_log
from api.settings import ServerSettings
from api.wallets import Wallet, new_wallet
from api.wiring import open_platform
from certs import base64url, keys
from certs.identifiers import mint_credit_code
from ledger.consent.parties import (
    Asking,
    consent_grant,
    consent_request,
    release_order,
    signed_statement,
)
from ledger.flows.evidence.anchor import anchor
from ledger.flows.worker import work
from ledger.platform import Platform

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nsynthetic\n%%EOF\n"
ITEM = "public-place-hygiene-permit"
_NAMES = itertools.count(1)
SECRETS = ("合成小馆有限公司", "沈合成", "91319999MA1TEXQ")


@dataclass(frozen=True)
class Matter:
    """One case of one firm, up to its consent; the bytes that were signed."""

    firm: Wallet
    person: str
    licence: str
    material: str
    case: str
    request: str
    asked: bytes
    consent: str
    granted: bytes


class World:
    """The API of one data folder. ``who`` in calls is an account id, or None for nobody."""

    def __init__(self, platform: Platform, folder: DataFolder, secrets: dict[str, str]) -> None:
        self.platform = platform
        self.folder = folder
        self.secrets = secrets
        self.lines = io.StringIO()
        settings = ServerSettings(token_failures_per_minute=10_000, tokens_per_minute=10_000)
        self.app = create_app(
            platform, settings, token_seed=bytes(range(32)), log=json_log(self.lines)
        )
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self._tokens: dict[str, str] = {}

    def token(self, who: str) -> str:
        if who not in self._tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": who,
                "client_secret": self.secrets[who],
            }
            self._tokens[who] = self.client.post("/v1/token", data=form).json()["access_token"]
        return self._tokens[who]

    def headers(self, who: str | None, key: str | None = "") -> dict[str, str]:
        """``key``: the Idempotency-Key; empty = a fresh one, None = none."""
        made = {"Authorization": f"Bearer {self.token(who)}"} if who else {}
        if key is not None:
            made["Idempotency-Key"] = key or f"key-{next(_NAMES)}"
        return made

    def get(self, path: str, who: str | None = None, **more: Any) -> Response:
        headers = {**self.headers(who, None), **more.pop("headers", {})}
        return self.client.get(path, headers=headers, **more)

    def post(self, path: str, who: str | None, body: Any, key: str | None = "") -> Response:
        """``body``: JSON value, or the bytes to send as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {**self.headers(who, key), "Content-Type": "application/json"}
        return self.client.post(path, content=data, headers=headers)

    def upload(
        self, path: str, who: str | None, about: Any, data: bytes, key: str | None = ""
    ) -> Response:
        said = about if isinstance(about, bytes) else json.dumps(about).encode()
        files = [
            ("about", (None, said, "application/json")),
            ("file", ("paper.pdf", data, "application/pdf")),
        ]
        return self.client.post(path, files=files, headers=self.headers(who, key))

    def subject(self, kind: str, name: str, scheme: str, value: str) -> str:
        body = {"kind": kind, "name": name, "identifiers": [{"scheme": scheme, "value": value}]}
        return cast(str, self.post("/v1/subjects", "scjg", body).json()["id"])

    def holder(self, subject: str, name: str) -> Wallet:
        """A wallet whose key the identity agency bound, with an account of the subject's."""
        wallet = new_wallet(subject, name)
        body = {"subject": subject, "jwk": wallet.jwk, "alg": "es256", "method": "counter"}
        bound = self.post("/v1/holder-keys", "gafj", body)
        assert bound.status_code == 202, bound.text
        opened = self.post("/v1/accounts", "gafj", {"subject": subject})
        self.secrets[subject] = opened.json()["secret"]
        return wallet

    def food_permit(self, subject: str, **more: Any) -> dict[str, Any]:
        today = date(2026, 1, 5)
        return {
            "type": "food-operation-permit",
            "subject": subject,
            "number": f"JY23101{next(_NAMES):08d}",
            "fields": {
                "legal_representative": SECRETS[1],
                "address": "虚拟市示范区桂花路1号",
                "category": "餐饮服务经营者",
                "items": "热食类食品制售",
            },
            "valid_from": today.isoformat(),
            "valid_to": (today + timedelta(days=1825)).isoformat(),
            **more,
        }

    def paper(self, subject: str, **more: Any) -> dict[str, Any]:
        return {
            "kind": "articles-of-association",
            "subject": subject,
            "title": "公司章程",
            "grade": "scan",
            "channel": "counter",
            "officer": "officer-7",
            **more,
        }

    def collected(self, subject: str) -> dict[str, Any]:
        return {
            "type": "business-licence",
            "subject": subject,
            "number": f"{SECRETS[2]}{next(_NAMES)}",
            "source": "合成的全国系统",
            "issuer_name": "区市场监管局",
            "fields": {
                "legal_representative": SECRETS[1],
                "company_type": "有限责任公司",
                "registered_capital": "50万元",
                "founded_on": "2024-03-18",
                "address": "虚拟市示范区桂花路1号",
                "business_scope": "餐饮管理",
            },
            "valid_from": "2024-03-18",
        }

    @cached_property
    def firm(self) -> Wallet:
        subject = self.subject(
            "organisation", SECRETS[0], "credit-code", mint_credit_code(f"{SECRETS[2]}1").value
        )
        return self.holder(subject, SECRETS[0])

    @cached_property
    def person(self) -> str:
        return self.subject("person", SECRETS[1], "other", "synthetic-person-1")

    @cached_property
    def stranger(self) -> Wallet:
        """A holder to whom none of the matter belongs."""
        return self.holder(
            self.subject("person", "路过人", "other", "synthetic-stranger"), "路过人"
        )

    @cached_property
    def permit(self) -> str:
        """A licence that scjg issued to the firm."""
        done = self.post("/v1/licences", "scjg", self.food_permit(self.firm.subject))
        assert done.status_code == 202, done.text
        return cast(str, done.json()["id"])

    def open_case(self, agency: str = "wjw", item: str = ITEM, subject: str | None = None) -> str:
        """A case of the firm, or of another subject; its id."""
        body = {
            "item": item,
            "subject": subject or self.firm.subject,
            "matter": f"hygiene-permit/{next(_NAMES)}",
            "channel": "counter",
            "officer": "officer-7",
            "parties": {"legal_representative": self.person},
        }
        done = self.post("/v1/cases", agency, body)
        assert done.status_code == 202, done.text
        return cast(str, done.json()["id"])

    def agreed(self, case: str, uses: int = 2) -> tuple[bytes, bytes, dict[str, Any]]:
        """Request and consent, signed outside; envelopes, and the answer to the consent."""
        asked = self.signed_request(case, uses)
        done = self.post("/v1/requests", "wjw", asked)
        assert done.status_code == 202, done.text
        granted, thread = self.signed_consent(asked)
        body = {"envelope": json.loads(granted), "thread_key": base64url.encode(thread)}
        answer = self.post("/v1/consents", self.firm.subject, body)
        assert answer.status_code == 202, answer.text
        return asked, granted, answer.json()

    def signed_request(self, case: str, uses: int = 2) -> bytes:
        plan = self.get(f"/v1/cases/{case}/plan", "wjw").json()
        asking = Asking(
            case=case,
            service_item=ITEM,
            purpose=self.platform.catalogue.item(ITEM).purpose_zh,
            subject=self.firm.subject,
            items=plan["consent_items"],
            until=self.platform.now() + timedelta(days=20),
            uses=uses,
            officer="officer-7",
            reason="窗口受理",
            channel="counter",
        )
        agency = signer(self.platform, "wjw")
        origin = self.platform.log.origin
        return consent_request(
            agency, origin, asking, self.platform.now(), self.platform.randomness
        )

    def signed_consent(self, asked: bytes, wallet: Wallet | None = None) -> tuple[bytes, bytes]:
        hand = (wallet or self.firm).signer
        return consent_grant(hand, asked, self.platform.now(), self.platform.randomness)

    def signed_release(self, granted: bytes, use: int = 1, agency: str = "wjw") -> dict[str, Any]:
        recipient = self.hpke(agency).public_key().public_bytes_raw()
        data = release_order(
            signer(self.platform, agency),
            granted,
            use,
            recipient,
            "officer-7",
            "办件需要",
            "counter",
            self.platform.now(),
            self.platform.randomness,
        )
        return {"envelope": json.loads(data), "recipient": base64url.encode(recipient)}

    def hpke(self, agency: str) -> keys.X25519Private:
        pem = self.folder.hpke_key(agency).read_bytes()
        return cast(keys.X25519Private, keys.from_encrypted_pem(pem, self.folder.passphrase()))

    @cached_property
    def matter(self) -> Matter:
        about = self.collected(self.firm.subject)
        taken = self.upload("/v1/licences/collected", "scjg", about, PDF)
        assert taken.status_code == 202, taken.text
        case = self.open_case()
        paper = self.paper(self.firm.subject, case=case)
        handed = self.upload("/v1/materials", "wjw", paper, PDF)
        assert handed.status_code == 202, handed.text
        self.anchored()
        asked, granted, answer = self.agreed(case)
        request = self.get(answer["look"], "wjw").json()["request"]
        return Matter(
            self.firm,
            self.person,
            taken.json()["id"],
            handed.json()["id"],
            case,
            request,
            asked,
            answer["id"],
            granted,
        )

    @cached_property
    def lost_dispute(self) -> dict[str, str]:
        """A dispute about a paper that wjw took in, settled against it, and what followed."""
        case = self.open_case()
        handed = self.upload("/v1/materials", "wjw", self.paper(self.firm.subject, case=case), PDF)
        about = {"object": f"material:{handed.json()['id']}", "reason": "不是我交的"}
        done = self.disputed(about)
        assert done.status_code == 202, done.text
        dispute = done.json()["id"]
        said = {"outcome": "upheld", "officer": "officer-7", "reason": "属实"}
        settled = self.post(f"/v1/disputes/{dispute}/settlement", "wjw", said)
        assert settled.status_code == 202, settled.text
        work(self.platform)
        cause = settled.json()["entry"]
        (flag,) = self.platform.store.rows("flags", {"cause_index": cause})
        return {"dispute": dispute, "cause": str(cause), "flag": str(flag["id"])}

    @cached_property
    def receipted(self) -> dict[str, Any]:
        """A verification of wjw's with a receipt."""
        items = [{"sort": "material", "data": base64url.encode(PDF)}]
        done = self.post("/v1/verifications/receipts", "wjw", {"items": items, "officer": "o-7"})
        assert done.status_code == 202, done.text
        return cast(dict[str, Any], done.json())

    @cached_property
    def subscription(self) -> str:
        """Of wjw, to an address of this machine where nobody listens."""
        made = self.post("/v1/subscriptions", "wjw", {"url": "http://127.0.0.1:9/events"})
        assert made.status_code == 201, made.text
        return cast(str, made.json()["id"])

    def disputed(self, about: dict[str, Any], wallet: Wallet | None = None) -> Response:
        """Draft, sign outside, send."""
        hand = wallet or self.firm
        drafted = self.post("/v1/dispute-drafts", hand.subject, about, key=None)
        assert drafted.status_code == 200, drafted.text
        (body,) = drafted.json()["drafts"]
        platform = self.platform
        data = signed_statement(
            hand.signer, platform.log.origin, "disputed", body, platform.now(), platform.randomness
        )
        return self.post("/v1/disputes", hand.subject, data)

    def anchored(self) -> None:
        anchor(self.platform)


@contextmanager
def founded(root: Path) -> Iterator[World]:
    """A world in an empty folder, with the file store that needs no daemon."""
    made = found(root, store="directory")
    with open_platform(root) as platform:
        yield World(platform, made.folder, dict(made.accounts))
