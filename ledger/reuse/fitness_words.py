"""Plain sentences, in Chinese and English, for each fitness code. Facts fill the braces."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GRADES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "issued": ("签发原件", "issued by its source"),
        "original_checked": ("经核验原件", "original checked by an officer"),
        "declared": ("本人声明", "declared by the applicant"),
        "scan": ("扫描件", "a scan"),
    }
)

RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "held": ("所询时点已经入库", "it was held at that time"),
        "holder": ("属于当事人、当事方或本次场所、项目", "it belongs to who or what it must"),
        "decision": ("记录的是本次的决定", "it records this very decision"),
        "purpose": ("允许用于本次办理", "it may be used for this"),
        "premises": ("属于本次场所", "it is of these premises"),
        "project": ("属于本次项目", "it is of this project"),
        "state": ("现行有效，且为最新版本", "it is in force and the newest version"),
        "validity": ("在有效期内", "it is within its dates"),
        "fields": ("所需字段可以单独出示", "the fields wanted can be shown singly"),
        "grade": ("来源等级足够", "its source is good enough"),
        "age": ("在时限之内", "it is young enough"),
        "year": ("属于所需年度", "it is of the year wanted"),
        "form": ("使用现行表样", "it is on the form in use"),
        "changes": ("此后没有使其过时的变更", "nothing has made it out of date since"),
        "holder_unchanged": ("持有人信息此后未变", "whom it speaks of has not changed since"),
        "register": ("与基础登记一致", "it says what the base register says"),
    }
)
"""What each rule asks, by its name in ``ledger.reuse.fitness``."""

SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "fit.licence": (
            "证照现行有效，可直接调用，无需提交。",
            "The licence is valid and can be looked up; nothing need be handed in.",
        ),
        "fit.fact": (
            "可直接核验，只回答是或否，无需提交，也不出示证照。",
            "It can be checked: yes or no is all that is told, and nothing need be handed in.",
        ),
        "fit.earlier": (
            "此前提交的材料仍然适用（来源等级：{grade_zh}）。",
            "The material handed in earlier still serves (source: {grade_en}).",
        ),
        "fit.handed_in": (
            "本次办件已提交（来源等级：{grade_zh}）。",
            "It was handed in for this case already (source: {grade_en}).",
        ),
        "too_old": (
            "已超过 {limit_days} 天的时限（自 {since} 起已 {age_days} 天）。",
            "It is older than the {limit_days} days allowed ({age_days} days since {since}).",
        ),
        "date_unknown": (
            "未记录出具日期，无法判断是否在 {limit_days} 天时限内。",
            "Its date is not recorded, so nobody can tell whether it is within {limit_days} days.",
        ),
        "grade_too_low": (
            "来源等级为“{grade_zh}”，本事项至少要求“{least_zh}”。",
            "Its source is “{grade_en}”; this matter needs at least “{least_en}”.",
        ),
        "status_suspended": ("目前处于暂停状态，不能使用。", "It is suspended at present."),
        "status_revoked": (
            "已失效（撤销、撤回、吊销或注销）。",
            "It has been revoked or cancelled.",
        ),
        "status_withdrawn": (
            "经异议处理，已不再用于复用。",
            "After a dispute it is not reused any more.",
        ),
        "policy_forbids": (
            "发证机关的复用规定不允许用于本事项。",
            "Its issuer does not allow its use for this matter.",
        ),
        "form_changed": (
            "自 {form_since} 起启用新表样，此前的表样不再适用。",
            "A new form is in use since {form_since}; one on the earlier form does not serve.",
        ),
        "holder_changed": (
            "{changed_on} 办结“{item_zh}”后，持有人信息已经变化。",
            "Whom it speaks of changed on {changed_on} ({item_en}).",
        ),
        "field_differs": (
            "其中一项（{field}）与基础登记不一致。",
            "What it states ({field}) is not what the base register says.",
        ),
        "field_not_compared": (
            "其中一项（{field}）未与基础登记比对，无法判断。",
            "What it states ({field}) could not be compared with the base register.",
        ),
        "assistance_confirmed": (
            "{agency_zh}已答复确认，无需提交。",
            "{agency_en} has confirmed it; nothing need be handed in.",
        ),
        "assistance_pending": (
            "已请{agency_zh}协助，应于 {due} 前答复。",
            "{agency_en} was asked and owes an answer by {due}.",
        ),
        "assistance_late": (
            "已请{agency_zh}协助，逾期未答复（应于 {due} 前）。",
            "{agency_en} was asked and is late with its answer (due {due}).",
        ),
        "assistance_possible": (
            "可由{agency_zh}协助核实，{days} 个工作日内答复，无需提交。",
            "{agency_en} can be asked and answers within {days} working days; nothing need be "
            "handed in.",
        ),
        "assistance_denied": (
            "{agency_zh}答复：情况不符。",
            "{agency_en} has answered that it is not so.",
        ),
        "assistance_unknown": (
            "{agency_zh}答复：无法核实。",
            "{agency_en} has answered that it cannot tell.",
        ),
        "commitment_made": (
            "当事人已作出告知承诺，事后核查。",
            "The holder has committed to it; it is checked afterwards.",
        ),
        "commitment_possible": (
            "可以告知承诺代替，{days} 天内核查。",
            "A commitment serves in its place; it is checked within {days} days.",
        ),
        "commitment_broken": (
            "所作承诺经核查不实。",
            "The commitment made for it was found broken.",
        ),
        "commitment_barred": (
            "此前有承诺不实的记录，至 {until} 不适用告知承诺。",
            "An earlier commitment was broken; none is taken until {until}.",
        ),
        "coming": (
            "正在{agency_zh}办理，预计 {by} 前可用，无需另行提交。",
            "It is being issued by {agency_en} and will be there by {by}; nothing need be handed "
            "in.",
        ),
        "status_disputed": (
            "正在异议处理中，暂不能判断。",
            "It is in dispute; nobody can tell until that is settled.",
        ),
        "status_unknown": ("状态无法核实。", "Its status could not be checked."),
        "superseded": ("已有更新版本。", "A newer version has replaced it."),
        "expired": ("已于 {valid_to} 到期。", "It expired at the end of {valid_to}."),
        "not_yet_valid": ("自 {valid_from} 起才有效。", "It is valid only from {valid_from}."),
        "not_yet_held": ("在所询时点尚未入库。", "It was not yet held at the time in question."),
        "decision_mismatch": (
            "决定与本次事项不符：它记录的是另一次决定，须就本次事项另行提交。",
            "Its decision does not match the matter: it records another decision, and this matter "
            "needs its own.",
        ),
        "decision_mismatch.fresh": (
            "决定与本次事项不符：它成文于本次决定之前，须提交体现本次决定的文本。",
            "Its decision does not match the matter: it was written before this decision, and a "
            "text that carries it is needed.",
        ),
        "decision_unknown": (
            "未记录其对应哪一次决定，无法判断是否适用于本次事项。",
            "Which decision it records is not known, so nobody can tell whether it serves here.",
        ),
        "other_premises": (
            "属于另一处经营场所，不适用于本次场所。",
            "It belongs to other premises than those of this case.",
        ),
        "unknown_premises": (
            "未记录场所，无法判断是否为同一场所。",
            "The premises are not recorded, so nobody can tell whether they are the same.",
        ),
        "other_project": ("属于另一个项目。", "It belongs to another project."),
        "unknown_project": (
            "未记录项目，无法判断是否为同一项目。",
            "The project is not recorded, so nobody can tell whether it is the same.",
        ),
        "other_subject": ("属于其他主体。", "It belongs to somebody else."),
        "person_unknown": (
            "未记录证件本人是谁，无法判断是否为本次所需人员。",
            "Whose paper it is was not recorded, so nobody can tell whether it is the person here.",
        ),
        "other_year": (
            "属于 {own_year} 年度，本次需要 {year} 年度。",
            "It is of the year {own_year}; the year {year} is needed.",
        ),
        "year_unknown": (
            "未记录年度，本次需要 {year} 年度。",
            "Its year is not recorded; the year {year} is needed.",
        ),
        "changed_since": (
            "{changed_on} 办结“{item_zh}”后，其内容已经变化。",
            "What it says changed on {changed_on} ({item_en}).",
        ),
        "purpose_incompatible": (
            "该材料的使用目的受限，不能用于本次办理。",
            "What it was given for does not allow its use here.",
        ),
        "field_absent": (
            "证照中没有可单独出示的所需字段，无法判断。",
            "The licence has no such field to show singly, so nobody can tell.",
        ),
    }
)


def sentences(code: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """The sentence for ``code`` in Chinese and in English; KeyError for an unknown code."""
    words = dict(facts)
    for name in ("grade", "least"):
        if name in facts:
            words[f"{name}_zh"], words[f"{name}_en"] = GRADES[facts[name]]
    variant = facts.get("held") or facts.get("wanted")
    zh, en = SENTENCES[f"{code}.{variant}" if variant else code]
    return zh.format_map(words), en.format_map(words)
