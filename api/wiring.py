"""The one place that names adapters: a data folder becomes a running platform."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api import log_keys
from api.datafolder import DataFolder, Settings
from certs.trust.trustlist import TrustList, open_trust_list, roots_of
from ledger.adapters.attesting import AttesterFile, OwnAttesters
from ledger.adapters.blobdir import BlobDirectory
from ledger.adapters.ethereum.address_book import read_book
from ledger.adapters.ethereum.anvil import anvil_binary
from ledger.adapters.ethereum.believing import Believed
from ledger.adapters.ethereum.chain import EthereumChain
from ledger.adapters.ethereum.embedded import EmbeddedNode
from ledger.adapters.ethereum.errors import NodeUrlInvalid
from ledger.adapters.ethereum.events import EthereumEvents
from ledger.adapters.ethereum.governing import EthereumGovernance
from ledger.adapters.ethereum.remote import RemoteNode
from ledger.adapters.keyfiles import SigningFiles
from ledger.adapters.keystore import KeyStoreFile, KeyStoreSecrets
from ledger.adapters.kubo_daemon import api_port
from ledger.adapters.press import PressProcess
from ledger.adapters.sql.sqlite import SqliteStore
from ledger.adapters.webhooks_http import HttpWebhooks
from ledger.after.endpoints import EndpointPolicy
from ledger.catalogue.data import built_in_catalogue
from ledger.flows.matters.catalogue_now import InForce
from ledger.flows.matters.catalogue_proof import CatalogueProof
from ledger.log.note import NoteKey
from ledger.platform import LogIdentity, Platform, log_id
from ledger.ports import BlobStore, Signing

Clock = Callable[[], datetime]
Randomness = Callable[[int], bytes]
PROJECT = Path(__file__).resolve().parent.parent
KUBO = PROJECT / ".engines" / "ipfs"


def utc_now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


def kubo_there() -> bool:
    """Whether the pinned Kubo was built here (``scripts/engines/build``)."""
    return KUBO.exists()


def chain_node() -> Path:
    """The program of the embedded chain's node. Raises EngineMissing."""
    return anvil_binary(PROJECT)


def signing_of(folder: DataFolder) -> Signing:
    """The agencies' signing service of one machine. Raises PassphraseWrong."""
    return SigningFiles(folder.agency_keys, folder.passphrase())


@contextmanager
def open_platform(
    root: Path, now: Clock = utc_now, randomness: Randomness = secrets.token_bytes
) -> Iterator[Platform]:
    """Open a data folder and its engines; everything that was started here ends with it. Another
    clock and another randomness are for stories of a year: the chain's blocks follow the clock.

    Raises FolderMissing, PassphraseWrong, Tampered, Pushback (an engine is away), TrustError.
    """
    folder = DataFolder(root)
    settings = folder.settings()
    passphrase = folder.passphrase()
    kept = folder.secrets(passphrase)
    with ExitStack() as stack:
        trust = read_trust(folder, now)
        store = SqliteStore(folder.ledger_db, now=now)
        stack.callback(store.close)
        blobs = stack.enter_context(open_blobs(folder, settings, kept["swarm"]))
        proof = CatalogueProof(settings.origin, kept["record"], lambda: trust)
        in_force = InForce(store, now, proof)
        node = open_node(folder, settings, os.environ, now)
        book = read_book(folder.address_book)
        chain = EthereumChain(
            node,
            book,
            anchoring_key=log_keys.anchor_key(kept, settings.origin),
            status_keys=status_keys(kept),
            pinned=trust.chain,
        )
        stack.callback(chain.close)
        keystore = KeyStoreFile(
            folder.keystore_db,
            keystore_secrets(kept),
            settings.origin,
            lambda: trust,
            now,
            lambda: in_force() or built_in_catalogue(),
            chain.basis_granted,
        )
        stack.callback(keystore.close)
        attesters = own_attesters(folder, settings, kept, chain, lambda: trust)
        yield Platform(
            store=store,
            blobs=blobs,
            keys=keystore,
            chain=chain,
            attesters=attesters,
            chain_events=EthereumEvents(Believed(node, book, trust.chain)),
            governance=EthereumGovernance(node, book, trust.chain, relay=kept["eth/anchor"]),
            signing=SigningFiles(folder.agency_keys, passphrase),
            press=PressProcess(),
            log=log_identity(settings, kept),
            record_key=kept["record"],
            catalogue=in_force() or built_in_catalogue(),
            trust=trust,
            trust_data=folder.trust_list.read_bytes(),
            operator=settings.operator,
            region=settings.region,
            verify_url=settings.verify_url,
            now=now,
            randomness=randomness,
            webhooks=HttpWebhooks(
                endpoint_policy(settings, os.environ), engines=lambda: engine_ports(folder, node)
            ),
        )


def own_attesters(
    folder: DataFolder,
    settings: Settings,
    kept: Mapping[str, bytes],
    chain: EthereumChain,
    trust: Callable[[], TrustList],
) -> OwnAttesters:
    """The attesters whose keys lie in this folder; the registry says how many must sign."""
    attesters = [
        AttesterFile(key, folder.attester(name), chain, trust)
        for name, key in log_keys.attester_keys(kept, settings.origin).items()
    ]
    return OwnAttesters(attesters, lambda: chain.attesters(log_id(settings.origin))[1])


def open_node(
    folder: DataFolder, settings: Settings, environment: Mapping[str, str], now: Clock
) -> EmbeddedNode | RemoteNode:
    """The chain's node: the consortium's at ``MIANTI_CHAIN_NODE`` or at the folder's setting, else
    one of the folder's own. Raises ChainMissing, EngineMissing, NodeUrlInvalid."""
    url = environment.get("MIANTI_CHAIN_NODE") or settings.chain_node
    if url:
        return RemoteNode(node_url(url), confirmations=settings.confirmations)
    return EmbeddedNode(folder.chain, chain_node(), now)


def node_url(url: str) -> str:
    """An address that a node can have. Raises NodeUrlInvalid."""
    parts = urlsplit(url)
    try:
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise NodeUrlInvalid("A chain's node is reached at http://HOST:PORT or https://HOST.")
    return url


def endpoint_policy(settings: Settings, environment: Mapping[str, str]) -> EndpointPolicy:
    """Where events may be sent: ``MIANTI_WEBHOOK_HOSTS`` names hosts, comma-separated; this
    machine only where the folder's profile is the embedded one."""
    named = environment.get("MIANTI_WEBHOOK_HOSTS", "").split(",")
    hosts = tuple(one.strip() for one in named if one.strip())
    return EndpointPolicy(loopback=settings.profile == "embedded", hosts=hosts)


def engine_ports(folder: DataFolder, node: EmbeddedNode | RemoteNode) -> frozenset[int]:
    """Where our own engines listen on this machine; they ask nobody who he is."""
    chain = urlsplit(node.url).port if node.url is not None else None
    return frozenset(port for port in (api_port(folder.ipfs), chain) if port is not None)


@contextmanager
def open_blobs(folder: DataFolder, settings: Settings, swarm_key: bytes) -> Iterator[BlobStore]:
    """The file store that the folder was made with. Raises StoreAway."""
    if settings.store == "directory":
        directory = BlobDirectory(folder.blobs)
        try:
            yield directory
        finally:
            directory.close()
        return
    from ledger.adapters.ipfs import IpfsStore
    from ledger.adapters.kubo_daemon import KuboDaemon

    daemon = KuboDaemon(KUBO, folder.ipfs, swarm_key)
    turn = threading.Lock()

    def address() -> str:
        with turn:  # the node starts with the first file, and anew where it died
            return daemon.start()

    try:
        store = IpfsStore(address)
        try:
            yield store
        finally:
            store.close()
    finally:
        daemon.stop()


def read_trust(folder: DataFolder, now: Clock = utc_now) -> TrustList:
    """The platform's own trust list; its roots were pinned when it was founded."""
    data = folder.trust_list.read_bytes()
    return open_trust_list(data, roots_of(data), now())


def log_identity(settings: Settings, kept: Mapping[str, bytes]) -> LogIdentity:
    """The log's name and key."""
    private = Ed25519PrivateKey.from_private_bytes(log_keys.log_key(kept, settings.origin))
    return LogIdentity(settings.origin, NoteKey.of(settings.origin, private).vkey, private)


def keystore_secrets(kept: Mapping[str, bytes]) -> KeyStoreSecrets:
    """What the key store opens its file with."""
    signer = Ed25519PrivateKey.from_private_bytes(kept["keystore/signer"])
    return KeyStoreSecrets(kept["keystore/wrapping"], kept["keystore/lookup"], signer)


def status_keys(kept: Mapping[str, bytes]) -> dict[bytes, bytes]:
    """Publisher keys of the status lists, by list id."""
    prefix = "eth/status/"
    return {
        bytes.fromhex(name.removeprefix(prefix)): value
        for name, value in kept.items()
        if name.startswith(prefix)
    }
