"""Every operation whose gas is kept, run once, and what some of them may cost at most."""

import itertools
from hashlib import sha256

from web3 import Web3

from scripts.metering.consortium import ATTESTING, DAY, REASON, Consortium, name32

GOVERNMENT = 1
ATTENDED = 1
AGENCY, HEIR = name32("scjg"), name32("scjg-merged")
LICENCE_TYPE = name32("food-operation-permit")
BASIS = (name32("open-a-restaurant"), LICENCE_TYPE, ATTENDED)
REGION = 310101

LIMITS = {
    "publish 1 more on 1,000,000": 110_000,
    "publish 100 more on 1,000,000": 110_000,
    "publish 1,000 more on 1,000,000": 112_000,
    "publish 1,000 more on 1,048,575": 1_000 * 150,
    "entitled, 50 rows for the region": 60_000,
    "publish a next status list version": 60_000,
}
"""Gas by operation."""


def measure(web3: Web3) -> dict[str, int]:
    """Gas of every named operation."""
    consortium = Consortium(web3)
    run_agencies(consortium)
    run_logs(consortium)
    run_lists(consortium)
    run_endings(consortium)
    return consortium.gas


def run_agencies(run: Consortium) -> None:
    """Admissions, keys, bases, entitlements, and questions about them."""
    agencies, asked = run.agencies, run.agencies.functions
    for agency in (AGENCY, HEIR):
        named = (agency, "区市场监管局", REGION, bytes(32), GOVERNMENT)
        run.agree("admit an agency", run.action(agencies, "admit", *named))
    key, certificate = (sha256(text).digest() for text in (b"key", b"certificate"))
    run.agree("add a key", run.action(agencies, "addKey", AGENCY, key, certificate, 0, 0))
    run.agree("grant a basis", run.action(agencies, "grantBasis", AGENCY, *BASIS, 0, 0))
    scope = (HEIR, LICENCE_TYPE, REGION)
    run.agree("add a scope", run.action(agencies, "addScope", *scope, 0, 0))
    run.agree("end a scope", run.action(agencies, "endScope", *scope, 0, 0))
    now = run.now()
    own, anywhere = now + 10_000, now + 20_000
    for region, begins in ((REGION, own), (0, anywhere)):
        times = [begins + 100 * row for row in range(51)]
        scopes = [
            run.action(agencies, "addScope", AGENCY, LICENCE_TYPE, region, begin, end)
            for begin, end in itertools.pairwise(times)
        ]
        for first in range(0, 50, 10):
            run.agree("add ten scopes at once", *scopes[first : first + 10])
    entitled = asked.entitled(AGENCY, LICENCE_TYPE, REGION, own + 50)
    run.spend("entitled, 50 rows for the region", entitled)
    entitled = asked.entitled(AGENCY, LICENCE_TYPE, REGION, anywhere + 50)
    run.spend("entitled, 50 rows for the region and 50 for anywhere", entitled)
    run.spend("basis granted", asked.basisGranted(AGENCY, *BASIS, now))
    run.spend("key valid", asked.keyValid(AGENCY, key, now))


def run_logs(run: Consortium) -> None:
    """Logs of three sizes, each grown by three amounts; the last is frozen and continued."""
    log = b""
    for size in (1_000, 1_000_000, 1_048_575):
        for more in (1, 100, 1_000):
            log = opened(run, f"log {size} {more}")
            run.publish("publish a first head", log, 0, size)
            run.publish(f"publish {more:,} more on {size:,}", log, size, size + more)
            run.publish("publish the last head again", log, size, size + more)
    successor = opened(run, "successor")
    freeze = run.action(run.checkpoints, "freeze", log, size, successor)
    run.agree("freeze a log", freeze)
    run.publish("publish a successor's first head", successor, size, size + 1_000)


def opened(run: Consortium, name: str) -> bytes:
    """A log with three attesters, of whom two must sign."""
    log = sha256(name.encode()).digest()
    opening = (log, run.anchor, run.attesters, ATTESTING)
    run.agree("open a log", run.action(run.checkpoints, "open", *opening))
    return log


def run_lists(run: Consortium) -> None:
    """A status list and its versions."""
    statuses, listed = run.statuses, sha256(b"list").digest()
    assignment = run.action(statuses, "assign", listed, AGENCY, run.publisher)
    run.agree("assign a status list", assignment)
    for name, version in (("first", 1), ("next", 2)):
        digest = sha256(b"version %d" % version).digest()
        until = run.now() + DAY
        call = statuses.functions.publish(listed, version, digest, until)
        run.spend(f"publish a {name} status list version", call, run.publisher)


def run_endings(run: Consortium) -> None:
    """An agency merged into another, a further member, a suspension in an emergency."""
    run.agree("merge an agency", run.action(run.agencies, "dissolve", AGENCY, HEIR))
    asked = run.agencies.functions.responsible(AGENCY, LICENCE_TYPE, run.now())
    run.spend("responsible now", asked)
    run.agree("seat a member", run.action(run.governance, "setMember", HEIR, run.publisher, 1))
    emergency = run.governance.functions.suspendInEmergency(HEIR, REASON)
    run.spend("suspend in an emergency", emergency)
