"""The page for people in a bundle. Its words are frozen: a verifier makes it anew and compares, so
a page can say nothing that the members do not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, timezone

from ledger.bundle.contents import Contents, Heading
from ledger.log.statement import Statement, format_time

_CHINA = timezone(timedelta(hours=8))
_OBJECTS = ("licence", "material", "consent", "request", "release", "case", "subject")
_KIND_WORDS = {
    "licence.issued": "签发证照",
    "licence.collected": "归集证照",
    "licence.suspended": "暂扣证照",
    "licence.restored": "恢复证照",
    "licence.revoked": "废止证照",
    "licence.superseded": "以新换旧",
    "material.deposited": "存入材料",
    "material.checked": "核对原件",
    "case.opened": "收件立案",
    "case.closed": "办结",
    "plan.signed": "列出所需材料",
    "holderkey.bound": "绑定持有人密钥",
    "holderkey.ended": "停用持有人密钥",
    "consent.requested": "请求同意",
    "consent.granted": "持有人同意",
    "consent.withdrawn": "持有人撤回同意",
    "released": "提供材料",
    "refused": "拒绝提供",
    "verified": "核验",
    "disputed": "提出异议",
    "dispute.settled": "处理异议",
    "erased": "删除内容",
    "log.continued": "日志接续",
}
_HEAD = """\
免提 证据包 · Mianti evidence bundle

内容 / about:      {about}
种类 / kind:       {kind}
导出者 / exporter: {exporter}
导出时间 / exported at: {local} (UTC {utc})
条目 / entries:    {entries}
附件 / files:      {files}

这一页由包内其余内容生成，只供阅读；核验程序会重新生成并逐字比对。
This page is made from the other members, for reading only; a verifier makes it anew and compares.

核验 / to verify:  mianti verify THIS-FILE --trust TRUST-LIST --offline

日志中的顺序 / in the log's order (时间为签署者自称 / times are the signers' own claim):

"""


def page(
    heading: Heading, contents: Contents, statements: Iterable[tuple[int, Statement]]
) -> bytes:
    """UTF-8 text; ``statements`` with their indexes, ascending."""
    head = _HEAD.format(
        about=heading.about,
        kind={"items": "凭证与材料 items", "trace": "履历 trace"}[heading.kind],
        exporter=heading.exporter,
        local=heading.exported_at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S +08:00"),
        utc=format_time(heading.exported_at),
        entries=len(contents.entries),
        files=len(contents.files),
    )
    return (head + "".join(_line(index, said) for index, said in statements)).encode()


def _line(index: int, said: Statement) -> str:
    words = _KIND_WORDS.get(said.kind, "")
    kind = f"{words} {said.kind}".strip()
    named = [said.body.get(member) for member in _OBJECTS]
    things = " ".join(name for name in named if isinstance(name, str) and name.isprintable())
    return f"#{index}  {format_time(said.at)}  {kind}  {said.actor}  {things}\n"
