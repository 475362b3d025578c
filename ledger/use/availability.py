"""Whether an item could be handed over at this moment; if not, why, and from when it could."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.reuse.documents import State
from ledger.use.facts import Standing

_SENTENCES = {
    "now": ("现在就可以提供", "available now"),
    "later.not_yet_valid": ("证照尚未生效，稍后可以提供", "not valid yet; available later"),
    "later.suspended": ("证照已暂停，恢复后可以提供", "suspended; available once it is restored"),
    "later.disputed": ("持有人提出异议，处理完毕后可以提供", "disputed; available once settled"),
    "later.store_away": ("文件存储暂时不可用，稍后可以提供", "the file store is away for a moment"),
    "later.incomplete": ("文件正在恢复，稍后可以提供", "its file is being restored"),
    "later.asked": ("已请求行政协助，答复后可以提供", "another agency was asked and will answer"),
    "never.expired": ("证照已过有效期", "it has expired"),
    "never.revoked": ("证照已失效", "it was revoked"),
    "never.superseded": ("证照已换发新版本", "it was replaced by a newer version"),
    "never.erased": ("内容已依法销毁", "its content was erased"),
    "never.unknown": ("状态不明", "its state is not known"),
}


@dataclass(frozen=True, slots=True)
class Availability:
    """``code`` begins with ``now``, ``later`` or ``never``; ``since``: from when this has been so,
    ``expected``: from when it should be otherwise; both may be unknown."""

    code: str
    zh: str
    en: str
    since: date | None = None
    expected: date | None = None

    @property
    def now(self) -> bool:
        return self.code == "now"


def available(code: str, since: date | None = None, expected: date | None = None) -> Availability:
    """With the code's sentences. Raises KeyError for a code that has none."""
    return Availability(code, *_SENTENCES[code], since, expected)


def availability(
    standing: Standing, on: date, *, stored: bool | None, erased: bool = False
) -> Availability:
    """Of a paper on a day in China. ``stored``: whether its bytes are in the file store; None
    where the store does not answer. What lasts longest is said first."""
    if erased:
        return available("never.erased")
    if standing.state in (State.REVOKED, State.SUPERSEDED, State.UNKNOWN):
        return available(f"never.{standing.state.value}")
    if standing.valid_to is not None and standing.valid_to < on:
        return available("never.expired", since=standing.valid_to)
    if standing.state in (State.SUSPENDED, State.DISPUTED):
        return available(f"later.{standing.state.value}")
    if standing.valid_from is not None and on < standing.valid_from:
        return available("later.not_yet_valid", expected=standing.valid_from)
    if stored is None:
        return available("later.store_away")
    return available("now" if stored else "later.incomplete")
