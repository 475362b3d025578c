"""Bundles: evidence that verifies offline, in one file that has one byte string.

`build_bundle` packs and seals what an exporter discloses; `verify_bundle` believes none of it: it
makes container and page anew from the parsed members, checks the exporter's signature over the
digest of each, and makes the numbered checks over the whole and over every entry.

For the whole, the numbers mean:

    0 policy        the reader's trust list, or a newer one inside by the same pinned roots
    1 form          container, manifest, members and page are the one form of what they hold
    2 signature     the exporter signed the manifest
    3 history       it extends a checkpoint that the reader holds; the leaves given are all
    4 checkpoint    signed by the log, and by nobody whom the policy does not know
    5 anchor        every anchor note holds
    6 path          the exporter's certificate held when it exported
    7 exporter      an agency of the trust list, exporting between anchor and time asked about
    8 order         request < consent < release, nothing withdrawn, nothing used too often
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from certs.envelope import Envelope, Signature
from certs.trust.trustlist import TrustList
from certs.verdict import Check, Note, Outcome, decide
from ledger.bundle.checks import (
    NAMES,
    judged_anchors,
    judged_exporter,
    judged_head,
    judged_history,
    judged_manifest,
    judged_path,
    judged_trust,
)
from ledger.bundle.container import pack
from ledger.bundle.contents import MANIFEST, PAGE, Contents, Heading, written_members
from ledger.bundle.entries import EntryVerdict, verified_entries
from ledger.bundle.form import PAYLOAD_TYPE, OpenedBundle, judged_form, manifest_payload
from ledger.bundle.order import Disclosed, judged_order
from ledger.bundle.page import page
from ledger.log.checkpoint import Checkpoint
from ledger.log.statement import format_time
from ledger.verify.steps.finding import judge, not_made
from ledger.verify.steps.form import opened
from ledger.verify.verifier import NO_PROFILE, Verifier, nobody_trusted, profile_notes

__all__ = [
    "PAYLOAD_TYPE",
    "BundleVerdict",
    "Contents",
    "EntryVerdict",
    "Heading",
    "build_bundle",
    "verify_bundle",
]

_ALWAYS = (0, 1, 2, 6, 7, 8)
"""Required of every bundle, whatever the profile requires of single items."""


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """Checks over the whole, a verdict for each entry, and one outcome for all of it."""

    outcome: Outcome
    checks: tuple[Check, ...]
    entries: tuple[EntryVerdict, ...]
    as_of: datetime
    profile: str
    notes: tuple[Note, ...]
    heading: Heading | None

    @property
    def exit_code(self) -> int:
        return self.outcome.exit_code

    @property
    def code(self) -> str:
        """Of the first check that explains the outcome, of the whole first; else `passed`."""
        if self.outcome is Outcome.PASSED:
            return "passed"
        for check in self.checks:
            if check.outcome is self.outcome:
                return check.code
        for entry in self.entries:
            if entry.verdict.outcome is self.outcome:
                return entry.verdict.code
        return self.outcome.value

    def as_json(self) -> dict[str, object]:
        heading = self.heading
        return {
            "outcome": self.outcome.value,
            "code": self.code,
            "profile": self.profile,
            "as_of": format_time(self.as_of),
            "kind": heading.kind if heading else None,
            "about": heading.about if heading else None,
            "exporter": heading.exporter if heading else None,
            "exported_at": format_time(heading.exported_at) if heading else None,
            "checks": [check.as_json() for check in self.checks],
            "entries": [entry.as_json() for entry in self.entries],
            "notes": [note.as_json() for note in self.notes],
        }


def build_bundle(heading: Heading, contents: Contents, seal: Callable[[bytes], Signature]) -> bytes:
    """The file. ``seal`` signs the manifest's payload under `PAYLOAD_TYPE`: es256, with the
    exporter's certificate and its intermediates, and no other, in ``x5c``.

    Raises what the entries' own reading raises, and ContainerLimit.
    """
    members = written_members(contents)
    statements = [(entry.index, opened(entry).statement) for entry in contents.entries]
    members[PAGE] = page(heading, contents, statements)
    payload = manifest_payload(heading, members)
    envelope = Envelope(payload, PAYLOAD_TYPE, (seal(payload),))
    return pack({**members, MANIFEST: envelope.encode()})


def verify_bundle(
    data: bytes, trust: TrustList | None, as_of: datetime, *, held: Checkpoint | None = None
) -> BundleVerdict:
    """The verdict at ``as_of`` (aware). ``trust``: the reader's own list, opened; without one the
    verdict is indeterminate with `trust.unpinned`. ``held``: a checkpoint that the reader kept.

    Never raises for what the data holds.
    """
    if trust is None:
        return _ended([judge(0, nobody_trusted, names=NAMES)[0]], as_of, NO_PROFILE, None)
    profile = trust.profile.name
    made, bundle = judge(1, judged_form, data, names=NAMES)
    if bundle is None:
        return _ended([made], as_of, profile, None)
    checks = [made]
    fixed, used = judge(0, judged_trust, bundle, trust, as_of, names=NAMES)
    checks.append(fixed)
    if used is None:
        return _ended(checks, as_of, profile, bundle.heading)
    verifier = Verifier(used, as_of, only_known=True)
    signed, kid = judge(2, judged_manifest, verifier.ground, bundle, names=NAMES)
    checks.append(signed)
    if kid is None:
        return _ended(checks, as_of, profile, bundle.heading)
    return _judged(verifier, bundle, checks, held)


def _judged(
    verifier: Verifier, bundle: OpenedBundle, checks: list[Check], held: Checkpoint | None
) -> BundleVerdict:
    ground = verifier.ground
    head, checkpoint = judge(4, judged_head, ground, bundle, names=NAMES)
    history, _ = judge(3, judged_history, ground, bundle, checkpoint, held, names=NAMES)
    anchored, anchors = judge(5, judged_anchors, ground, bundle, checkpoint, names=NAMES)
    path, _ = judge(6, judged_path, ground, bundle, names=NAMES)
    exporter, _ = judge(7, judged_exporter, ground, bundle, anchors, names=NAMES)
    contents = bundle.contents
    disclosed = Disclosed(bundle.entries, contents.threads, contents.leaves)
    order, _ = judge(8, judged_order, disclosed, names=NAMES)
    checks += [head, history, anchored, path, exporter, order]
    checks.sort(key=lambda check: check.number)
    entries = verified_entries(verifier, bundle)
    profile = ground.trust.profile
    idle = {check.number for check in checks if check.outcome is Outcome.NOT_MADE}
    whole = decide(checks, {*_ALWAYS, *profile.required} - idle)
    outcomes = {whole, *(entry.verdict.outcome for entry in entries)}
    return BundleVerdict(
        outcome=_worst(outcomes),
        checks=tuple(checks),
        entries=entries,
        as_of=ground.as_of,
        profile=profile.name,
        notes=profile_notes(ground.trust, anchored=anchors is not None),
        heading=bundle.heading,
    )


def _worst(outcomes: set[Outcome]) -> Outcome:
    if Outcome.FAILED in outcomes:
        return Outcome.FAILED
    return Outcome.PASSED if outcomes == {Outcome.PASSED} else Outcome.INDETERMINATE


def _ended(
    checks: list[Check], as_of: datetime, profile: str, heading: Heading | None
) -> BundleVerdict:
    """The verdict where nothing after these checks can be judged."""
    made = {check.number for check in checks}
    rest = [not_made(number, names=NAMES) for number in range(len(NAMES)) if number not in made]
    every = tuple(sorted((*checks, *rest), key=lambda check: check.number))
    return BundleVerdict(
        outcome=decide(every, range(len(NAMES))),
        checks=every,
        entries=(),
        as_of=as_of,
        profile=profile,
        notes=(),
        heading=heading,
    )
