"""The checks over a bundle as a whole, in the numbers of `ledger.bundle.bundle`."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding

from certs.envelope import verify_signature
from certs.errors import CertsError
from certs.trust.trustlist import TrustExpired, TrustList, TrustRollback, open_trust_list
from ledger.bundle.contents import Contents
from ledger.bundle.form import OpenedBundle
from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint
from ledger.log.evidence import ChainAnchor
from ledger.verify.steps.entitlement import check_same_chain
from ledger.verify.steps.finding import Found, Idle, Open, Wrong
from ledger.verify.steps.ground import SKEW, Ground
from ledger.verify.steps.lineage import check_agrees, check_not_frozen, lineage_of, shown_logs
from ledger.verify.steps.membership import check_key, check_member
from ledger.verify.steps.placing import (
    check_chain,
    check_head,
    found_checkpoint,
    origin_of,
    written,
)

NAMES = (
    "policy", "form", "signature", "history", "checkpoint", "anchor", "path", "exporter", "order",
)  # fmt: skip


def judged_manifest(ground: Ground, bundle: OpenedBundle) -> Found[str]:
    """Check 2; the value is the exporter's kid."""
    (signature,) = bundle.manifest.signatures
    verify_signature(bundle.manifest, signature, ground.public(signature.x5c[0]))
    return Found(signature.kid, "signature.holds", {"signed_by": signature.kid})


def judged_trust(bundle: OpenedBundle, trust: TrustList, as_of: datetime) -> Found[TrustList]:
    """Check 0: the reader's list, or a newer one inside that the same pinned roots signed.

    One inside that is older or has expired is passed over; one by other roots ends it all.
    """
    used = trust
    try:
        inner = open_trust_list(
            bundle.contents.trust_list, trust.roots, as_of, highest_seen=trust.version
        )
        used = inner if inner.version > trust.version else trust
    except (TrustRollback, TrustExpired):
        pass
    except CertsError as error:
        raise Open("trust.unpinned", reason=error.code) from error
    facts = {
        "as_of": written(as_of),
        "profile": used.profile.name,
        "trust_list": str(used.version),
        "exported_at": written(bundle.heading.exported_at),
    }
    if as_of >= used.expires:
        raise Open("trust.expired", expires=written(used.expires), **facts)
    return Found(used, "policy.fixed", facts)


def judged_head(ground: Ground, bundle: OpenedBundle) -> Found[Checkpoint]:
    """Check 4."""
    note = bundle.contents.checkpoint
    return found_checkpoint(ground, note, origin_of(note))


def judged_history(
    ground: Ground, bundle: OpenedBundle, checkpoint: Checkpoint | None, held: Checkpoint | None
) -> Found[bool]:
    """Check 3."""
    if checkpoint is None:
        raise Open("inclusion.no_checkpoint")
    contents = bundle.contents
    facts: dict[str, str] = {}
    earlier = [] if held is None else [held]
    if contents.earlier_checkpoint is not None:
        log = ground.log(origin_of(contents.earlier_checkpoint))
        earlier.append(ground.checkpoint(contents.earlier_checkpoint, log)[0])
    origins = {log.origin for log in ground.trust.lineage(checkpoint.origin)}
    for old in earlier:
        if old.origin not in origins:
            raise Wrong("checkpoint.origin", origin=old.origin, expected=checkpoint.origin)
        _check_extends(contents, old, checkpoint)
        facts["extends"] = str(old.size)
    if contents.leaves is not None:
        hashes = [merkle.leaf_hash(leaf) for leaf in contents.leaves]
        if merkle.root(hashes) != checkpoint.root:
            raise Wrong("history.leaves", leaves=str(len(hashes)))
        facts["leaves"] = str(len(hashes))
    if not facts:
        raise Idle("history.nothing")
    return Found(True, "history.holds", facts)


def _check_extends(contents: Contents, old: Checkpoint, checkpoint: Checkpoint) -> None:
    if old.size > checkpoint.size:
        raise Open("history.held_newer", held=str(old.size), size=str(checkpoint.size))
    if old.size not in (0, checkpoint.size) and old.size not in contents.consistency:
        raise Open("history.no_consistency", held=str(old.size))
    if old.size:  # the empty tree is extended by every other
        proof = contents.consistency.get(old.size, ())
        merkle.verify_consistency(old.size, checkpoint.size, old.root, checkpoint.root, proof)


def judged_anchors(
    ground: Ground, bundle: OpenedBundle, checkpoint: Checkpoint | None
) -> Found[dict[int, ChainAnchor]]:
    """Check 5: anchors by size, all of this log's one history."""
    if not bundle.contents.anchors:
        raise Open("anchor.absent")
    if checkpoint is None:
        raise Open("anchor.no_checkpoint")
    lineage = lineage_of(ground, checkpoint.origin)
    logs = shown_logs(ground, bundle.contents.snapshot, bundle.contents.checkpoint)
    check_agrees(lineage, logs)
    known: dict[int, ChainAnchor] = {}
    for size, note in bundle.contents.anchors.items():
        anchor = ground.anchor(note, lineage[0])
        if anchor.anchor.size != size:
            raise Wrong("bundle.anchor_name", size=str(size))
        check_chain(ground, anchor, lineage)
        check_not_frozen(ground, anchor, logs)
        check_head(anchor, checkpoint, bundle.contents.consistency.get(size, ()))
        if anchor.anchor.block_time > ground.as_of + SKEW:
            raise Open("anchor.later", time=written(anchor.anchor.block_time))
        known[size] = anchor
    newest = max(known.values(), key=lambda one: one.anchor.size).anchor
    facts = {"time": written(newest.block_time), "size": str(newest.size)}
    return Found(known, "anchor.holds", {**facts, "transaction": newest.transaction})


def judged_path(ground: Ground, bundle: OpenedBundle) -> Found[bool]:
    """Check 6. What stands beside the signature is the path and nothing more: no signature covers
    it, so that a certificate that nobody needs would be bytes that anyone may change."""
    (signature,) = bundle.manifest.signatures
    path = ground.path(signature.x5c, bundle.heading.exported_at)
    ders = tuple(certificate.public_bytes(Encoding.DER) for certificate in path)
    if signature.x5c not in (ders, ders[:-1]):
        raise Wrong("bundle.certificates")
    return Found(True, "path.holds", {"at": written(bundle.heading.exported_at)})


def judged_exporter(
    ground: Ground, bundle: OpenedBundle, anchors: dict[int, ChainAnchor] | None
) -> Found[bool]:
    """Check 7."""
    heading = bundle.heading
    (signature,) = bundle.manifest.signatures
    facts = {"exporter": heading.exporter, "exported_at": written(heading.exported_at)}
    if ground.agency(signature.x5c[0]) != heading.exporter:
        raise Wrong("signer.agency", **facts)
    if heading.exported_at > ground.as_of + SKEW:
        raise Open("exporter.later", **facts)
    times = [known.anchor.block_time for known in (anchors or {}).values()]
    if times and heading.exported_at < max(times) - SKEW:
        raise Wrong("exporter.earlier", anchored=written(max(times)), **facts)
    _check_exporter(ground, bundle, signature.kid)
    return Found(True, "exporter.known", facts)


def _check_exporter(ground: Ground, bundle: OpenedBundle, kid: str) -> None:
    """An agency of the trust list, or of the registry by the snapshot inside, with its key."""
    exporter, at, contents = bundle.heading.exporter, bundle.heading.exported_at, bundle.contents
    snapshot = None
    if contents.snapshot is not None:
        snapshot = ground.snapshot(contents.snapshot, ground.log(origin_of(contents.checkpoint)))
    if snapshot is not None and exporter in snapshot.agencies:
        check_same_chain(ground, snapshot)
        check_member(ground, snapshot, exporter, at)
        check_key(snapshot, exporter, kid, at)
    elif ground.trust.agency(exporter) is None:
        raise Wrong("signer.agency_unknown", agency=exporter)
