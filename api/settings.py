"""What a running server may be told, by ``MIANTI_…`` variables; refuses what only a demo may be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_PASSPHRASE = 16
_DEMO_WORDS = frozenset(
    ("changeme", "change-me", "demo", "mianti", "passphrase", "password", "secret", "test")
)


class ServerSettings(BaseSettings):
    """Limits and switches of one server process.

    ``profile`` is the data folder's; outside ``embedded`` there are no demo accounts and no token
    endpoint, and ``token_public_key`` (base64url, 32 bytes Ed25519) is the key of the authority
    whose tokens count.
    ``promise_s``: within how many seconds an accepted entry is anchored.
    """

    model_config = SettingsConfigDict(env_prefix="MIANTI_", extra="ignore", frozen=True)

    profile: Literal["embedded", "city"] = "embedded"
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    token_endpoint: bool | None = None
    token_public_key: str | None = None
    passphrase: SecretStr | None = None
    promise_s: int = Field(default=3600, ge=1)

    max_json: int = Field(default=1 << 20, ge=1024)
    max_verification: int = Field(default=32 << 20, ge=1024)
    max_upload: int = Field(default=101_000_000, ge=1024)
    body_idle_s: float = Field(default=10.0, gt=0)
    body_start_s: float = Field(default=30.0, gt=0)
    body_least_rate: int = Field(default=16_384, ge=1)
    uploads_at_once: int = Field(default=8, ge=1)
    verifications_at_once: int = Field(default=4, ge=1)
    verifications_waiting: int = Field(default=64, ge=0)
    token_failures_per_minute: int = Field(default=10, ge=1)
    tokens_per_minute: int = Field(default=300, ge=1)
    lookups_per_minute: int = Field(default=300, ge=1)

    @property
    def embedded(self) -> bool:
        return self.profile == "embedded"

    @property
    def issues_tokens(self) -> bool:
        """Whether ``POST /v1/token`` is there."""
        return self.embedded if self.token_endpoint is None else self.token_endpoint

    @model_validator(mode="after")
    def _refuse_demo_parts(self) -> ServerSettings:
        if self.embedded:
            return self
        if self.token_endpoint:
            raise ValueError(
                "demo accounts and their token endpoint are for the embedded profile only"
            )
        if not self.token_public_key:
            raise ValueError("name the key whose tokens count: MIANTI_TOKEN_PUBLIC_KEY")
        given = self.passphrase.get_secret_value() if self.passphrase else ""
        if len(given) < SHORTEST_PASSPHRASE or given.strip().lower() in _DEMO_WORDS:
            raise ValueError(f"set a MIANTI_PASSPHRASE of {SHORTEST_PASSPHRASE} characters or more")
        if len(set(given)) < SHORTEST_PASSPHRASE // 2:
            raise ValueError("the passphrase repeats itself; set one that cannot be guessed")
        return self
