"""One honest bundle of the small world, and ways to seal it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from certs.envelope import parse_envelope
from certs.trust.trustlist import TrustList
from ledger.bundle.bundle import BundleVerdict, verify_bundle
from ledger.bundle.container import pack, unpack
from ledger.bundle.form import manifest_payload
from tests.ledger.world_case import (
    case_bundle,
    case_world,
    heading,
    sealer,
    trace,
)
from tests.ledger.world_names import AS_OF

WORLD, CASE = case_world()
BUNDLE = case_bundle(WORLD, CASE)
CONTENTS = trace(WORLD, 3, CASE.request, CASE.consent, CASE.release)


def check(data: bytes, trust: TrustList | None = WORLD.trust, **facts: Any) -> BundleVerdict:
    return verify_bundle(data, trust, facts.pop("as_of", AS_OF), **facts)


def fingerprint(verdict: BundleVerdict) -> dict[int, tuple[str, str]]:
    return {one.number: (one.outcome.value, one.code) for one in verdict.checks}


def resealed(change: Callable[[dict[str, bytes]], None], agency: str = "sjj") -> bytes:
    """The bundle with other members, and a manifest that the exporter signed over them."""
    members = unpack(BUNDLE)
    members.pop("manifest.json")
    change(members)
    payload = manifest_payload(heading(exporter=agency), members)
    envelope = replace(
        parse_envelope(unpack(BUNDLE)["manifest.json"]),
        payload=payload,
        signatures=(sealer(WORLD, agency)(payload),),
    )
    return pack({**members, "manifest.json": envelope.encode()})


def with_manifest(change: Callable[[bytes], bytes]) -> bytes:
    members = unpack(BUNDLE)
    return pack({**members, "manifest.json": change(members["manifest.json"])})
