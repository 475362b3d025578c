"""What an alert says, in a sentence of each language."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "read.without_basis": (
        "{agency}的{officer}取用了材料，日志里没有当时有效的依据。",
        "{officer} of {agency} read papers without a basis that the log shows.",
    ),
    "read.bulk": (
        "{agency}的{officer}一小时内取用了 {number} 次。",
        "{officer} of {agency} read papers {number} times within an hour.",
    ),
    "read.many_people": (
        "{agency}的{officer}一天内取用了 {number} 个主体的材料。",
        "{officer} of {agency} read papers of {number} subjects in one day.",
    ),
    "read.off_hours": (
        "{agency}的{officer}在非工作时间取用了 {number} 次。",
        "{officer} of {agency} read papers {number} times outside office hours.",
    ),
    "refused.often": (
        "{agency}的{officer}一小时内被拒绝 {number} 次。",
        "{officer} of {agency} was refused {number} times within an hour.",
    ),
    "demand.refused_often": (
        "{agency}要求提交本可取得的材料，被拒绝 {number} 次。",
        "{agency} was refused {number} demands for papers that it could have.",
    ),
    "assistance.late": (
        "{agency}有 {number} 项协助请求逾期未答复。",
        "{agency} is late with {number} answers of assistance.",
    ),
    "flag.late": (
        "{agency}有 {number} 个被标记的办件逾期未处理。",
        "{agency} is late with {number} flagged cases.",
    ),
    "dispute.late": (
        "{agency}有 {number} 项数据异议逾期未处理。",
        "{agency} is late with {number} disputes.",
    ),
    "review.late": (
        "{agency}有 {number} 次紧急取用逾期未复核。",
        "{agency} is late with the review of {number} emergencies.",
    ),
    "commitment.late": (
        "{agency}有 {number} 项承诺逾期未核查。",
        "{agency} is late with the check of {number} commitments.",
    ),
}


def words_of(
    code: str, agency: tuple[str, str], officer: str | None, number: int
) -> tuple[str, str]:
    """The sentence of an alert about an agency of these names. Raises KeyError for a code without
    words."""
    zh, en = WORDS[code]
    facts = {"officer": officer or "", "number": number}
    return zh.format(agency=agency[0], **facts), en.format(agency=agency[1], **facts)
