"""Why a reading was refused, in a few words; code → Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REFUSALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "basis.absent": ("没有这项依据", "there is no such basis"),
        "basis.changed": ("依据刚刚被使用或终止", "the basis was just used or ended"),
        "basis.ended": ("依据已经终止", "the basis was ended"),
        "basis.expired": ("依据已经到期", "the basis has run out"),
        "basis.hidden": ("持有人看到得太晚", "the holder would see it too late"),
        "basis.not_covered": ("依据不包括所要的内容", "the basis does not cover it"),
        "basis.not_yet": ("依据尚未开始", "the basis begins later"),
        "basis.other": ("依据属于别的机构或办件", "the basis is of another agency or case"),
        "basis.refused": ("依据不成立", "the basis does not hold"),
        "basis.second_officer": ("缺少第二名人员", "a second officer is missing"),
        "basis.social": ("社会机构只能凭同意读取", "social users read on consent alone"),
        "basis.too_wide": ("超出办件的需要", "more than the case needs"),
        "basis.unvoted": ("联盟没有表决给予这项依据", "the consortium voted no such basis"),
        "basis.ungranted": ("目录没有授权", "the catalogue grants no such basis"),
        "basis.unproven": ("缺少必需的证明", "what must show it is not there"),
        "basis.used_up": ("依据的次数已经用完", "the basis is used up"),
        "consent.absent": ("没有同意", "there is no consent"),
        "consent.changed": ("同意刚刚被使用或撤回", "the consent was just used or withdrawn"),
        "consent.expired": ("同意已经到期", "the consent has run out"),
        "consent.not_covered": ("同意不包括所要的内容", "the consent does not cover it"),
        "consent.not_yet": ("同意尚未开始", "the consent begins later"),
        "consent.other_agency": ("同意给的是别的机构", "the consent is another agency's"),
        "consent.other_case": ("同意用于另一个办件", "the consent is for another case"),
        "consent.other_items": ("同意的内容不同", "the consent covers other items"),
        "consent.other_purpose": ("同意用于别的目的", "the consent is for another purpose"),
        "consent.other_request": ("同意答复的是另一个请求", "the consent answers another request"),
        "consent.other_service_item": ("同意用于别的事项", "the consent is for another item"),
        "consent.other_subject": ("同意是别人的", "the consent is somebody else's"),
        "consent.other_until": ("同意的期限不同", "the consent lasts for another time"),
        "consent.refused": ("同意不包括这样使用", "the consent does not allow it"),
        "consent.superseded": ("办件已不再需要", "the case needs it no longer"),
        "consent.too_wide": ("超出登记的需要", "more than the registered need"),
        "consent.used_up": ("同意的次数已经用完", "the consent is used up"),
        "consent.uses": ("同意的次数不同", "the consent allows another number of uses"),
        "consent.withdrawn": ("同意已经撤回", "the consent was withdrawn"),
        "delegation.absent": ("没有委托", "there is no delegation"),
        "delegation.ended": ("委托已经终止", "the delegation was ended"),
        "delegation.expired": ("委托已经到期", "the delegation has run out"),
        "delegation.foreign": ("委托不是有权的人给的", "the delegation is not theirs to give"),
        "delegation.loop": ("委托绕了回来", "the delegation leads back"),
        "delegation.not_yet": ("委托尚未开始", "the delegation begins later"),
        "delegation.other_item": ("委托不包括这个事项", "the delegation is for other items"),
        "delegation.refused": ("委托不成立", "the delegation does not hold"),
        "delegation.too_deep": ("转委托次数过多", "the delegation was passed on too often"),
        "delegation.widened": ("转委托超出了原来的委托", "more was passed on than was given"),
        "policy.forbidden": ("签发机构不允许这样使用", "the issuer does not allow this use"),
    }
)
