"""Build the test PKI that pki.toml declares, in memory and the same on every run.

`python tests/pki/build.py` rewrites pki.sha256 (one digest per object), `--check` compares.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

HERE = Path(__file__).parent
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
PURPOSES = {
    "document_signing": ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
    "email_protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "server_auth": ExtendedKeyUsageOID.SERVER_AUTH,
}
PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Case:
    """One question to the path checker. `code` is "ok" or that of the expected error."""

    leaf: bytes
    intermediates: list[bytes]
    roots: list[bytes]
    at: datetime
    crls: list[bytes]
    policies: frozenset[str] | None
    code: str


def private_key(name: str) -> PrivateKey:
    """The key of this name, always the same; `ed25519:` and `k1:` choose other kinds."""
    seed = hashlib.sha256(b"mianti test pki\0" + name.encode()).digest()
    if name.startswith("ed25519:"):
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    curve = ec.SECP256K1() if name.startswith("k1:") else ec.SECP256R1()
    return ec.derive_private_key(int.from_bytes(seed, "big") % (P256_ORDER - 1) + 1, curve)


class Pki:
    """Everything pki.toml declares, each object built once on first use."""

    def __init__(self, path: Path = HERE / "pki.toml") -> None:
        self._plan: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        self._defaults = self._plan["defaults"]

    @cached_property
    def certificates(self) -> dict[str, bytes]:
        return {
            name: self._certificate(name, plan).public_bytes(Encoding.DER)
            for name, plan in self._plan["certificates"].items()
        }

    @cached_property
    def crls(self) -> dict[str, bytes]:
        return {
            name: self._crl(plan).public_bytes(Encoding.DER)
            for name, plan in self._plan["crls"].items()
        }

    @cached_property
    def cases(self) -> dict[str, Case]:
        return {name: self._case(plan) for name, plan in self._plan["cases"].items()}

    def key_of(self, name: str) -> PrivateKey:
        """Private key of the certificate of this name."""
        return private_key(self._plan["certificates"][name].get("key", name))

    def digests(self) -> str:
        """One line for each object: its SHA-256, kind and name."""
        lines = []
        for kind, objects in (("certificate", self.certificates), ("crl", self.crls)):
            lines += [f"{hashlib.sha256(d).hexdigest()} {kind} {n}" for n, d in objects.items()]
        return "\n".join(lines) + "\n"

    def _case(self, plan: dict[str, Any]) -> Case:
        wanted = plan.get("policies")
        return Case(
            leaf=self.certificates[plan["leaf"]],
            intermediates=[self.certificates[name] for name in plan.get("intermediates", [])],
            roots=[self.certificates[name] for name in plan.get("roots", ["root"])],
            at=plan.get("at", self._defaults["at"]).astimezone(UTC),
            crls=[self.crls[name] for name in plan.get("crls", [])],
            policies=None if wanted is None else frozenset(map(self._policy, wanted)),
            code=plan.get("code", "ok"),
        )

    def _policy(self, name: str) -> str:
        return str(self._defaults.get(name, name))

    def _certificate(self, name: str, plan: dict[str, Any]) -> x509.Certificate:
        issuer = plan.get("issuer", name)
        issuer_name = plan.get("issuer_name", self._plan["certificates"][issuer]["subject"])
        key = private_key(plan.get("key", name))
        subject = x509.Name.from_rfc4514_string(plan["subject"])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(x509.Name.from_rfc4514_string(issuer_name))
            .public_key(key.public_key())
            .serial_number(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") | 1)
            .not_valid_before(plan.get("from", self._defaults["from"]))
            .not_valid_after(plan.get("to", self._defaults["to"]))
        )
        for extension, critical in self._extensions(plan):
            builder = builder.add_extension(extension, critical)
        return builder.sign(self._signer(plan, issuer), hashes.SHA256(), ecdsa_deterministic=True)

    def _signer(self, plan: dict[str, Any], issuer: str) -> ec.EllipticCurvePrivateKey:
        key = self.key_of(plan.get("signed_by", issuer))
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    def _extensions(self, plan: dict[str, Any]) -> list[tuple[x509.ExtensionType, bool]]:
        found: list[tuple[x509.ExtensionType, bool]] = []
        if not plan.get("no_constraints"):
            constraints = x509.BasicConstraints(plan.get("ca", False), plan.get("path_length"))
            found.append((constraints, plan.get("critical_ca", True)))
        if "usage" in plan:
            usage = x509.KeyUsage(**{name: name in plan["usage"] for name in USAGES})
            found.append((usage, True))
        if "purposes" in plan:
            purposes = [PURPOSES[name] for name in plan["purposes"]]
            found.append((x509.ExtendedKeyUsage(purposes), False))
        if "policies" in plan:
            policies = [
                x509.PolicyInformation(ObjectIdentifier(self._policy(name)), None)
                for name in plan["policies"]
            ]
            found.append((x509.CertificatePolicies(policies), False))
        if "mappings" in plan:
            pairs = [[self._policy(name) for name in pair] for pair in plan["mappings"]]
            found.append((_mappings(pairs), True))
        if "require_explicit" in plan:
            found.append((x509.PolicyConstraints(plan["require_explicit"], None), True))
        for member, critical in (("permitted", True), ("permitted_lax", False)):
            if member in plan:
                found.append((_name_constraints(plan[member], plan.get("excluded")), critical))
        names: list[x509.GeneralName] = [
            *map(x509.UniformResourceIdentifier, plan.get("uris", [])),
            *map(x509.RFC822Name, plan.get("mails", [])),
            *map(x509.DNSName, plan.get("hosts", [])),
        ]
        if names:
            found.append((x509.SubjectAlternativeName(names), False))
        if "extra" in plan:
            extra = plan["extra"]
            unknown = x509.UnrecognizedExtension(ObjectIdentifier(extra["oid"]), b"\x05\x00")
            found.append((unknown, extra["critical"]))
        return found

    def _crl(self, plan: dict[str, Any]) -> x509.CertificateRevocationList:
        issuer = x509.load_der_x509_certificate(self.certificates[plan["issuer"]])
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(plan.get("from", self._defaults["from"]))
            .next_update(plan.get("to", self._defaults["to"]))
        )
        if number := plan.get("number", 1):
            critical = plan.get("number_critical", False)
            builder = builder.add_extension(x509.CRLNumber(number), critical=critical)
        for name, since, *compromised in plan.get("revoked", []):
            revoked = x509.load_der_x509_certificate(self.certificates[name])
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(revoked.serial_number)
                .revocation_date(since)
            )
            for moment in compromised:
                date = x509.InvalidityDate(moment.replace(tzinfo=None))
                entry = entry.add_extension(date, critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(
            self._signer(plan, plan["issuer"]), hashes.SHA256(), ecdsa_deterministic=True
        )


def _name_constraints(permitted: list[str], excluded: list[str] | None) -> x509.NameConstraints:
    made = x509.NameConstraints([x509.DNSName("placeholder.example")], None)
    # Set directly: the constructor refuses the malformed ones that a test needs.
    made._permitted_subtrees = [_constraint(text) for text in permitted]
    made._excluded_subtrees = [_constraint(text) for text in excluded] if excluded else None
    return made


def _constraint(text: str) -> x509.GeneralName:
    kind, _, value = text.partition(":")
    if kind == "dn":
        return x509.DirectoryName(x509.Name.from_rfc4514_string(value))
    if kind == "mail":
        return x509.RFC822Name._init_without_validation(value)
    return {"dns": x509.DNSName, "uri": x509.UniformResourceIdentifier}[kind](value)


def _mappings(pairs: list[list[str]]) -> x509.UnrecognizedExtension:
    def element(tag: int, content: bytes) -> bytes:
        return bytes((tag, len(content))) + content

    def identifier(dotted: str) -> bytes:
        first, second, *rest = map(int, dotted.split("."))
        content = b""
        for arc in (40 * first + second, *rest):
            septets = [arc & 0x7F]
            while arc := arc >> 7:
                septets.append(arc & 0x7F | 0x80)
            content += bytes(reversed(septets))
        return element(0x06, content)

    body = b"".join(element(0x30, b"".join(map(identifier, pair))) for pair in pairs)
    return x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.33"), element(0x30, body))


def main(arguments: list[str]) -> int:
    built, kept = Pki().digests(), HERE / "pki.sha256"
    if "--check" not in arguments:
        kept.write_text(built, "utf-8")
        return 0
    if kept.read_text("utf-8") == built:
        return 0
    print("tests/pki/pki.sha256 is not what pki.toml builds; run tests/pki/build.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
